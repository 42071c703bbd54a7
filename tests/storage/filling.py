"""Rows in every table, and another database to copy them to."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Column, Date, Float, Integer, LargeBinary, insert, null, update

from storage.engine import migration
from storage.engine.columns import BigId, UtcTime
from storage.engine.database import Tx
from storage.engine.tables import every_table

KEY = bytes(range(32))
ROWS = 3
# Filled by their own functions.
FILLED_OTHERWISE = {"key_check", "audit", "audit_batch", "restoration"}


def _value(column: Column[Any], number: int) -> Any:
    """Return a value of the column's type; a reference points to the row with the same number."""
    match column.type:
        case BigId() | Integer():
            return number
        case UtcTime():
            return datetime(2026, 11, number, 23, 59, 59, 999999, tzinfo=UTC)
        case Float():
            return number / 2
        case Date():
            return date(2026, 12, number)
        case LargeBinary():
            return bytes([0, 255, number]) * 20
        case Boolean():
            return number % 2 == 0
        case JSON() if column.nullable and number < ROWS:
            return [null(), JSON.NULL][number - 1]
        case JSON():
            return {"金额": number, "名": ["𠮷", None, 1.5, True]}
    return None if column.nullable and number == 1 else f"’\n{number}"


def fill(tx: Tx) -> None:
    """Insert rows in every table; a self-referencing row also points to a later one."""
    for table in every_table():
        if table.name in FILLED_OTHERWISE:
            continue
        looped = [column for column in table.c if any(key.column.table is table for key in column.foreign_keys)]
        for number in range(1, ROWS + 1):
            values = {column.name: None if column in looped else _value(column, number) for column in table.c}
            tx.execute(insert(table).values(values))
        for column in looped:
            for number in range(1, ROWS + 1):
                tx.execute(update(table).where(table.c.id == number).values({column.name: number % ROWS + 1}))


def fill_by_hand(tx: Tx) -> None:
    """Insert JSON in an unusual form: it is restored verbatim."""
    odd = """SELECT firm_id, 'odd', '{ "a" : 1.0, "a" : "\\u4e91" }', source, learned FROM firm_fact"""
    tx.connection.exec_driver_sql(f"INSERT INTO firm_fact {odd}")


@contextmanager
def another(store: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """Return the address of another migrated database without rows."""
    if store == "sqlite":
        url = f"sqlite:///{folder / 'another.db'}"
        migration.upgrade(url)
        yield url
        return
    server = request.getfixturevalue("postgres_server")
    name = server.migrated()
    yield server.url_of(name)
    server.drop(name)
