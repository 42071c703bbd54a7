"""Restore a backup into an empty database: all or nothing, verified afterwards."""

from pathlib import Path
from typing import Any

from sqlalchemy import JSON, ColumnElement, Insert, Table, Text, bindparam, cast, insert, inspect, select, text

from config.errors import ConflictError, InputError, UnavailableError
from storage.audit import audit
from storage.backup import restore_holds
from storage.backup.dump import Manifest, extents_of, require_sound, rows_in
from storage.broadcasts import broadcasts, mass_sends
from storage.engine import counters, key_check, migration
from storage.engine.tables import every_table
from storage.engine.transactions import Tx
from storage.notices import review_queue


def has_tables(tx: Tx) -> bool:
    """Tell whether this database has any table."""
    return bool(inspect(tx.connection).get_table_names())


def load(tx: Tx, path: Path, manifest: Manifest) -> None:
    """Insert every row of a verified backup, compare the result, and mark the database as held.

    Raises ConflictError `restore_not_empty` if any table has a row, InputError `restore_differs` if a table differs
    from the manifest.
    """
    if not migration.is_current(tx):
        raise UnavailableError("store_outdated")
    for table in every_table():
        if tx.execute(select(1).select_from(table).limit(1)).first() is not None:
            raise ConflictError("restore_not_empty", table=table.name)
    _settle_references_later(tx)
    for table, rows in rows_in(path):
        tx.execute(_insert(tx, table), rows)
    _settle_references_now(tx)
    counters.go_on_from(tx, {name: extent.last for name, extent in manifest.tables.items()})
    held = extents_of(tx)
    for name, extent in manifest.tables.items():
        if held.get(name) != extent:
            raise InputError("restore_differs", table=name)
    require_sound(tx)
    key_check.adopt_stored_root(tx)
    restore_holds.record(tx, manifest.signature, manifest.made)
    review_queue.hold_after_restore(tx)
    broadcasts.stop_restored(tx)
    mass_sends.stop_restored(tx)
    audit.record(tx, "backup.restore", f"backup:{manifest.signature[:16]}")


def _insert(tx: Tx, table: Table) -> Insert:
    """Return an insert of every column that takes JSON as text."""
    values: dict[str, ColumnElement[Any]] = {}
    for column in table.c:
        if not isinstance(column.type, JSON):
            values[column.name] = bindparam(column.name, type_=column.type)
        elif tx.connection.dialect.name == "sqlite":
            values[column.name] = bindparam(column.name, type_=Text())
        else:
            values[column.name] = cast(bindparam(column.name, type_=Text()), JSON)
    return insert(table).values(values)


def _settle_references_later(tx: Tx) -> None:
    """Defer foreign keys to the end, as rows may come before those they reference."""
    if tx.connection.dialect.name == "sqlite":
        tx.execute(text("PRAGMA defer_foreign_keys=ON"))
    else:
        _alter_references(tx, "DEFERRABLE INITIALLY DEFERRED")


def _settle_references_now(tx: Tx) -> None:
    if tx.connection.dialect.name == "postgresql":
        tx.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        _alter_references(tx, "NOT DEFERRABLE")


def _alter_references(tx: Tx, how: str) -> None:
    quote = tx.connection.dialect.identifier_preparer.quote
    seen = inspect(tx.connection)
    for table in every_table():
        for reference in seen.get_foreign_keys(table.name):
            name = quote(str(reference["name"]))
            tx.execute(text(f"ALTER TABLE {quote(table.name)} ALTER CONSTRAINT {name} {how}"))
