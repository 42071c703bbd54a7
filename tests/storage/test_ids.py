"""No id is given twice, on either store: a removed row's stays its own, in old databases and in restored ones."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Table, delete, event, func, inspect, select, text

from storage.audit import audit
from storage.backup import restore
from storage.backup.dump import check_backup, write_backup
from storage.engine import counters, migration, sqlite
from storage.engine.columns import counts_up, use_no_id_twice
from storage.engine.database import Database
from storage.engine.field_encryption import FieldCipher
from storage.engine.key_check import check_key
from storage.engine.tables import every_table
from storage.engine.transactions import Actor, Tx
from storage.people import people
from storage.people.people import PEOPLE
from tests.storage.filling import another

BEFORE, IDS_ONCE = "0045", "0046"
# Whose ids are drawn by chance or are always 1.
THEIR_OWN = {"bid", "bid_submission", "challenge_file", "planner"}


def declared(tx: Tx) -> dict[str, str]:
    return {row.name: row.sql for row in tx.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))}


def test_every_number_that_names_rows_is_given_by_the_store() -> None:
    alone = {table.name for table in every_table() if [column.name for column in table.primary_key] == ["id"]}
    assert alone - {table.name for table in counters.counting()} == THEIR_OWN


async def test_each_table_of_the_newest_form_uses_no_id_twice(database: Database, store: str) -> None:
    if store == "sqlite":
        sql = await database.read(declared)
        assert {t.name for t in every_table() if counts_up(t)} == {n for n, s in sql.items() if "AUTOINCREMENT" in s}
        return

    def kinds(tx: Tx) -> dict[str, object]:
        seen = inspect(tx.connection)
        return {
            table.name: next(one["default"] for one in seen.get_columns(table.name) if one["name"] == "id")
            for table in counters.counting()
        }

    assert all("nextval" in str(default) for default in (await database.read(kinds)).values())


async def test_the_id_of_somebody_who_left_is_nobody_elses(database: Database) -> None:
    first = await database.write(people.meet, "o-first")
    await database.write(people.forget, first.id)
    assert (await database.write(people.meet, "o-second")).id > first.id


async def test_a_restored_database_goes_on_from_the_highest_id_ever_given(
    database: Database, store: str, request: pytest.FixtureRequest, tmp_path: Path, secret_key: bytes
) -> None:
    await database.write(check_key)
    stays = await database.write(people.meet, "o-stays")
    left = [await database.write(people.meet, f"o-{number}") for number in range(3)]
    for one in left:
        await database.write(people.forget, one.id)
    file = tmp_path / "all.gz"
    await database.read(write_backup, file)
    manifest = check_backup(file, FieldCipher(secret_key))
    with another(store, request, tmp_path) as url:
        restored = Database.open(url, key=secret_key)
        await restored.write(restore.load, file, manifest)
        assert await restored.read(lambda tx: people.by_id(tx, stays.id)) == stays
        assert (await restored.write(people.meet, "o-new")).id > left[-1].id
        await restored.close()


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A database as installations have it: made by the old migrations, people in it, some of them gone."""
    path = tmp_path / "old.db"
    event.remove(Table, "before_create", use_no_id_twice)
    try:
        with sqlite.engine_for(path, create=True).connect() as connection:
            with sqlite.begin(connection, "BEGIN IMMEDIATE"):
                command.upgrade(migration.configuration(connection), BEFORE)
            with sqlite.begin(connection, "BEGIN IMMEDIATE"):
                assert (
                    "AUTOINCREMENT"
                    not in connection.exec_driver_sql("SELECT group_concat(sql) FROM sqlite_master").scalar_one()
                )
                fill(connection.exec_driver_sql)
    finally:
        event.listen(Table, "before_create", use_no_id_twice)
    return path


def fill(run: object) -> None:
    """Person 3 is here, 4 to 16 have left: the audit names 12, a challenge's question 16; ticket 2 is of person 3."""
    at = "2026-11-01 00:00:00.000000"
    for sql in (
        f"INSERT INTO firm (id, name, kind, registered) VALUES (1, '甲', 'firm', '{at}')",
        f"INSERT INTO person (id, mark, openid, firm_id, met) VALUES (3, 'm', x'00', 1, '{at}')",
        "INSERT INTO ticket (id, person_id, firm_id, area, state, opened, heard, due)"
        f" VALUES (2, 3, 1, '', 'open', '{at}', '{at}', '2026-11-05')",
        "INSERT INTO role (id, person_id, kind, agency, name, valid_from, granted)"
        f" VALUES (4, 3, 'editor', '市局', x'01', '2026-01-01', '{at}'),"
        f" (5, 3, 'firm_admin', NULL, x'02', '2026-01-01', '{at}')",
        f"INSERT INTO ticket_line (id, ticket_id, kind, author, text, at) VALUES (5, 2, 'asked', 3, x'00', '{at}')",
        "INSERT INTO audit (id, at, actor, action, subject, source, fields)"
        f" VALUES (9, '{at}', 'person:12', 'unfollow', 'ticket:7', 'wechat', '{{}}')",
        "INSERT INTO challenge (id, firm_id, person_id, label, stage, title, fields, named, sealing, least, extended,"
        f" version, made) VALUES (1, 1, 3, 'municipal', 'published', '题', '{{}}', 1, 'price', 1, 0, 1, '{at}')",
        "INSERT INTO challenge_record (id, challenge_id, kind, at, person_id, data)"
        f" VALUES (1, 1, 'question', '{at}', 16, x'00')",
    ):
        run(sql)  # type: ignore[operator]


def shape(path: Path) -> tuple[list[Any], ...]:
    """Indexes, triggers and references, and every row."""
    with closing(sqlite3.connect(path)) as db:
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        tables = [name for name in names if not name.startswith("sqlite_") and name != "alembic_version"]
        return (
            db.execute(
                "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') ORDER BY name"
            ).fetchall(),
            [(name, db.execute(f"PRAGMA foreign_key_list({name})").fetchall()) for name in tables],
            [(name, sorted(db.execute(f"SELECT * FROM {name}"), key=repr)) for name in tables],
        )


def test_an_old_database_keeps_rows_indexes_references_and_triggers(old: Path) -> None:
    before = shape(old)
    with sqlite.engine_for(old).connect() as connection, sqlite.begin(connection, "BEGIN IMMEDIATE"):
        command.upgrade(migration.configuration(connection), IDS_ONCE)
    assert shape(old) == before
    with closing(sqlite3.connect(old)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        again = "INSERT OR REPLACE INTO audit SELECT * FROM audit"
        for refused in ("UPDATE audit SET action = 'x'", "DELETE FROM audit", again):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                db.execute(refused)


def test_an_old_databases_offices_are_registered_and_its_tickets_need_no_person(old: Path) -> None:
    before = shape(old)
    migration.upgrade(f"sqlite:///{old}")
    indexes, _, rows = shape(old)
    assert set(map(repr, before[0])) <= set(map(repr, indexes))
    kept = dict(rows)
    assert [row[:3] for row in kept["ticket"]] == [(2, 3, 1)]
    with closing(sqlite3.connect(old)) as db:
        db.execute("PRAGMA foreign_keys=ON")
        assert db.execute("SELECT role_id, person_id, act, kind, name FROM office").fetchall() == [
            (4, 3, "given", "editor", b"\x01")
        ]
        db.execute("UPDATE ticket SET person_id = NULL")
        db.execute("UPDATE ticket_line SET author = 999")
        with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
            db.execute("UPDATE ticket SET person_id = 999")
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            db.execute("DELETE FROM office")
        db.rollback()
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []


async def test_an_old_database_gives_no_id_that_ever_named_somebody(old: Path, secret_key: bytes) -> None:
    migration.upgrade(f"sqlite:///{old}")
    database = Database.open(f"sqlite:///{old}", key=secret_key)
    try:
        sql = await database.read(declared)
        wanted = {table.name for table in every_table() if counts_up(table)}
        assert {name for name, said in sql.items() if "AUTOINCREMENT" in said} == wanted
        assert (await database.write(people.meet, "o-new")).id == 17
        last = await database.read(counters.last_ids)
        assert (last["ticket"], last["ticket_line"], last["audit"]) == (7, 5, 9)
        await database.write(record)
        await database.write(lambda tx: tx.execute(delete(PEOPLE).where(PEOPLE.c.id == 17)))
        assert (await database.write(people.meet, "o-other")).id == 18
        assert await database.read(lambda tx: tx.execute(select(func.count()).select_from(PEOPLE)).scalar()) == 2
    finally:
        await database.close()


def record(tx: Tx) -> None:
    assert tx.now > datetime(2026, 1, 1, tzinfo=UTC)
    audit.record(tx, "follow", "person:17", by=Actor("person:17", "wechat"))
