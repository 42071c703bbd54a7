"""Base class of every table, and column types that behave the same on both databases."""

import json
from datetime import UTC, datetime
from typing import Any, ClassVar, Self

from sqlalchemy import BigInteger, DateTime, Integer, MetaData, Table, event
from sqlalchemy import Row as RowOf
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import SQLModel


class TableRow(SQLModel):
    """Base of every table: one metadata, constraints named after their columns (so that migrations can drop them)."""

    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )


class ReadModel(SQLModel):
    """Base of what is read from a table: frozen, with enums, tuples and times made of what the columns hold.

    A table inherits its columns from it (`class TicketRow(Ticket, Row, table=True)`), so that a field is written once.
    Bulk work keeps dataclasses, which cost about half as much to make.
    """

    model_config = {"frozen": True}

    @classmethod
    def of(cls, row: RowOf[Any], **opened: Any) -> Self:
        """Return what this row holds; `opened`: fields that are not in it, or sealed there."""
        return cls.model_validate({**row._mapping, **opened})


def table_of(model: type[TableRow]) -> Table:
    """Return a model's Core table: its statements skip the ORM, which costs several times the CPU."""
    return model.metadata.tables[str(model.__tablename__)]


def to_json(value: Any) -> str:
    """Serialise JSON as stored: compact, Chinese readable."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class BigId(TypeDecorator[int]):
    """A 64-bit auto-increment primary key.

    SQLite's INTEGER has 64 bits and auto-increments only under that name; PostgreSQL's has 32, hence BIGINT there.
    """

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[int]:
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else BigInteger())


class UtcTime(TypeDecorator[datetime]):
    """A timezone-aware UTC instant with microseconds; a naive one raises ValueError.

    SQLite has no such type: there it is fixed-width UTC text, which sorts and compares like time.
    """

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[datetime]:
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time needs its zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


@event.listens_for(Table, "before_create")
def use_no_id_twice(table: Table, _connection: object, **_details: object) -> None:
    """Make SQLite never reuse a removed row's id, in every table created; PostgreSQL never does."""
    if counts_up(table):
        table.dialect_options["sqlite"]["autoincrement"] = True


def counts_up(table: Table) -> bool:
    """Tell whether the database assigns this table's ids."""
    column = table.autoincrement_column
    return column is not None and column.name == "id"
