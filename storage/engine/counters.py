"""Highest id each table ever assigned, including removed rows: the next row gets a higher one in either database."""

from collections.abc import Iterator, Mapping

from sqlalchemy import Table, func, select, text

from storage.engine.columns import counts_up
from storage.engine.tables import every_table
from storage.engine.transactions import Tx

_COUNTED = text("SELECT seq FROM sqlite_sequence WHERE name = :table")
_SEQUENCE = text("SELECT pg_sequence_last_value(CAST(pg_get_serial_sequence(:table, 'id') AS regclass))")
_FORGET = text("DELETE FROM sqlite_sequence WHERE name = :table")
_COUNT = text("INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :last)")


def counting() -> Iterator[Table]:
    """Yield every table whose ids the database assigns."""
    return (table for table in every_table() if counts_up(table))


def last_ids(tx: Tx) -> dict[str, int]:
    """Return by table the highest id ever assigned; 0 if none was."""
    return {table.name: max(_counted(tx, table), _highest(tx, table)) for table in counting()}


def go_on_from(tx: Tx, last: Mapping[str, int]) -> None:
    """Continue ids above every existing row's and above those given here by table."""
    for table in counting():
        highest = max(last.get(table.name, 0), _highest(tx, table))
        if not highest:
            continue
        if tx.connection.dialect.name == "sqlite":
            tx.execute(_FORGET, {"table": table.name})
            tx.execute(_COUNT, {"table": table.name, "last": highest})
        else:
            tx.execute(select(func.setval(func.pg_get_serial_sequence(table.name, "id"), highest)))


def _counted(tx: Tx, table: Table) -> int:
    counted = _COUNTED if tx.connection.dialect.name == "sqlite" else _SEQUENCE
    return int(tx.execute(counted, {"table": table.name}).scalar() or 0)


def _highest(tx: Tx, table: Table) -> int:
    # PostgreSQL's sequences do not notice explicitly inserted ids.
    return int(tx.execute(select(func.max(table.c.id))).scalar() or 0)
