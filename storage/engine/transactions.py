"""What a service function is handed: one transaction, the store's time and the means to seal a field."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Self

from sqlalchemy import Connection, CursorResult, Executable

from storage.engine.field_encryption import FieldCipher

Face = Literal["wechat", "h5", "console", "cli", "tick"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, as kind and id ("person:12", "service"), never an openid or a name, and the face they act through."""

    name: str
    face: Face

    @classmethod
    def person(cls, person_id: int, face: Face) -> Self:
        """Return the person with this id as an actor."""
        return cls(f"person:{person_id}", face)


# What nobody asked for at that moment: the scheduled jobs, and whoever types commands on the server.
SERVICE = Actor("service", "tick")
CLI = Actor("cli", "cli")


@dataclass(slots=True)
class Tx:
    """One transaction. It begins before the function is called and ends after it, never inside it.

    `now` is the store's clock at the begin plus the injected offset (aware, UTC): deadlines and leases compare with it.
    `actor` is set where the transaction begins, or as soon as it is known who acts: acts are audited under it.
    """

    connection: Connection
    now: datetime
    cipher: FieldCipher
    actor: Actor | None = None

    def execute(
        self, statement: Executable, parameters: Mapping[str, Any] | list[Mapping[str, Any]] | None = None
    ) -> CursorResult[Any]:
        """Run one Core statement. Keep hot statements as module constants with `bindparam`: they are compiled once."""
        return self.connection.execute(statement, parameters)
