"""What a service function receives: one transaction, the database time and a cipher."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Self, TypeVar

from sqlalchemy import ColumnElement, Connection, CursorResult, Executable, Table
from sqlalchemy.dialects import postgresql, sqlite

from storage.engine.field_encryption import FieldCipher

# Each store's INSERT, for hot statements that are kept as constants; everything else calls the methods of Tx.
INSERTS: Mapping[str, Callable[[Table], Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
T = TypeVar("T")
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

    def one(
        self, statement: Executable, make: Callable[[Any], T], parameters: Mapping[str, Any] | None = None
    ) -> T | None:
        """Return what `make` makes of the one row that this statement finds; None where it finds none."""
        row = self.execute(statement, parameters).one_or_none()
        return None if row is None else make(row)

    def add(self, table: Table, row: Mapping[str, Any]) -> int:
        """Insert a row; return the id that it gets."""
        return int(self.execute(self.insert(table).values(row).returning(table.c.id)).scalar_one())

    def insert(self, table: Table) -> Any:
        """Return the store's own INSERT into this table, which says what becomes of a row that is there already."""
        return INSERTS[self.connection.dialect.name](table)

    def upsert(
        self,
        table: Table,
        row: Mapping[str, Any],
        changed: Mapping[str, Any] | None = None,
        *,
        where: ColumnElement[bool] | None = None,
    ) -> None:
        """Insert this row, or set `changed` (None: all of it) in the one with its primary key where `where` holds."""
        values = changed or {name: value for name, value in row.items() if not table.c[name].primary_key}
        inserted = self.insert(table).values(row)
        self.execute(inserted.on_conflict_do_update(index_elements=list(table.primary_key), set_=values, where=where))

    def insert_new(self, table: Table, rows: list[Mapping[str, Any]], key: Sequence[str] = ()) -> int:
        """Insert the rows that are not there yet by these columns (none: by any unique ones); return how many."""
        inserted = self.insert(table).on_conflict_do_nothing(index_elements=[table.c[name] for name in key] or None)
        return self.execute(inserted.execution_options(preserve_rowcount=True), rows).rowcount
