"""What was entered as a first award because nobody said otherwise is not known after the migration."""

import json
from pathlib import Path

from alembic import command
from sqlalchemy import text

from storage.engine import addresses, migration, postgresql, sqlite
from storage.engine.database import Database
from storage.engine.transactions import Tx

MINE = next(Path(migration.__file__).parents[1].glob("migrations/versions/*_first_award_unknown.py"))
BEFORE = MINE.read_text("utf-8").split('down_revision = "')[1].split('"')[0]


def as_before(url: str) -> None:
    """The database as it stood before this migration."""
    address = addresses.parse(url)
    is_file = isinstance(address, Path)
    engine = (
        sqlite.engine_for(address, create=True)
        if isinstance(address, Path)
        else postgresql.engine_for(address, "READ COMMITTED")
    )
    with engine.connect() as connection, sqlite.begin(connection, "BEGIN IMMEDIATE") if is_file else connection.begin():
        command.upgrade(migration.configuration(connection), BEFORE)
    engine.dispose()


def fill(tx: Tx) -> None:
    """Three firms as they stood: a lone award, a later one of the same title, a review; and an import to undo."""
    entry = "INSERT INTO roster_entry (id, name, version, gone) VALUES (:id, :name, 1, :gone)"
    title = (
        "INSERT INTO roster_title (id, entry_id, title, batch, first, valid_from)"
        " VALUES (:id, :entry, 'little_giant', :batch, :first, :day)"
    )
    for number in (1, 2, 3):
        tx.execute(text(entry), {"id": number, "name": f"企业{number}", "gone": False})
    rows = [
        (1, 1, True, "2025-10-01"),
        (2, 2, False, "2022-08-01"),
        (3, 2, True, "2025-10-01"),
        (4, 3, False, "2025-10-01"),
    ]
    for number, entry_id, first, day in rows:
        found = {"id": number, "entry": entry_id, "batch": f"批{number}", "first": first, "day": day}
        tx.execute(text(title), found)
    undo = {"new": [], "changed": [[1, None, None, [{"title": "srdi", "first": True}], None]], "lapsed": []}
    kept = (
        "INSERT INTO roster_import (id, person_id, file_name, made, state, roster_version, plan, undo)"
        " VALUES (1, 1, 'x.csv', '2026-01-01 00:00:00.000000', 'applied', 1, :plan, :undo)"
    )
    tx.execute(text(kept), {"plan": json.dumps({"rows": [], "lapsed": []}), "undo": json.dumps(undo)})


def firsts(tx: Tx) -> dict[int, bool | None]:
    found = tx.execute(text("SELECT id, first FROM roster_title ORDER BY id"))
    return {row.id: None if row.first is None else bool(row.first) for row in found}


async def test_only_what_was_said_stays_known(empty_url: str, secret_key: bytes) -> None:
    as_before(empty_url)
    database = Database.open(empty_url, key=secret_key)
    await database.write(fill)
    await database.close()
    migration.upgrade(empty_url)
    database = Database.open(empty_url, key=secret_key)
    assert await database.read(firsts) == {1: None, 2: False, 3: False, 4: False}
    undo = await database.read(lambda tx: tx.execute(text("SELECT undo FROM roster_import")).scalar_one())
    undo = json.loads(undo) if isinstance(undo, str) else undo
    assert undo["changed"][0][3] == [{"title": "srdi", "first": None}]
    await database.close()
