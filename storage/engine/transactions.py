"""What a service function is handed: one transaction, the store's time and the means to seal a field."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, CursorResult, Executable

from storage.engine.field_encryption import FieldCipher


@dataclass(slots=True)
class Tx:
    """One transaction. It begins before the function is called and ends after it, never inside it.

    `now` is the store's clock at the begin plus the injected offset (aware, UTC): deadlines and leases compare with it.
    """

    connection: Connection
    now: datetime
    cipher: FieldCipher

    def execute(
        self, statement: Executable, parameters: Mapping[str, Any] | list[Mapping[str, Any]] | None = None
    ) -> CursorResult[Any]:
        """Run one Core statement. Keep hot statements as module constants with `bindparam`: they are compiled once."""
        return self.connection.execute(statement, parameters)
