"""Migrations: from nothing on both databases, with a result equal to the models."""

import shutil
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from bot.cli.commands import run
from config.errors import UnavailableError
from storage.engine import migration, postgresql, sqlite
from storage.engine.addresses import parse
from storage.engine.columns import TableRow
from storage.engine.database import Database, Tx
from storage.engine.key_check import check_key
from storage.engine.server_lock import hold_server_lock
from storage.engine.sqlite import connect
from storage.engine.tables import every_table
from storage.people import people
from tests.conftest import TESTER


async def test_an_empty_database_comes_up_to_date_and_a_second_run_does_nothing(
    empty_url: str, secret_key: bytes
) -> None:
    assert migration.upgrade(empty_url) == migration.revisions()
    assert migration.upgrade(empty_url) == []
    database = Database.open(empty_url, key=secret_key, actor=TESTER)
    assert await database.read(migration.is_current)
    await database.close()


async def test_the_migrated_tables_are_the_ones_the_models_describe(database: Database) -> None:
    every_table()

    def differences(tx: Tx) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(tx.connection), TableRow.metadata))

    assert await database.read(differences) == []


async def test_a_database_never_migrated_or_behind_is_not_current(database: Database) -> None:
    def go_back(tx: Tx) -> None:
        tx.execute(text("UPDATE alembic_version SET version_num = '0000'"))

    def never(tx: Tx) -> None:
        tx.execute(text("DROP TABLE alembic_version"))

    await database.write(go_back)
    assert not await database.read(migration.is_current)
    await database.write(never)
    assert not await database.read(migration.is_current)


async def test_a_database_newer_than_the_program_is_refused(database: Database, database_url: str) -> None:
    def go_ahead(tx: Tx) -> None:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    await database.write(go_ahead)
    assert not await database.read(migration.is_current)
    with pytest.raises(UnavailableError) as refused:
        migration.upgrade(database_url)
    assert refused.value.code == "store_newer"


async def test_a_migration_that_fails_changes_nothing(empty_url: str, store: str, secret_key: bytes) -> None:
    """A later migration's table exists already: neither it nor earlier ones stay half done."""
    if store == "sqlite":
        connect(Path(empty_url.removeprefix("sqlite:///")), create=True).close()
    database = Database.open(empty_url, key=secret_key, actor=TESTER)

    def in_the_way(tx: Tx) -> None:
        tx.execute(text("CREATE TABLE roster_entry (id INTEGER)"))

    def tables(tx: Tx) -> list[str]:
        return inspect(tx.connection).get_table_names()

    await database.write(in_the_way)
    with pytest.raises(Exception, match="roster_entry"):
        migration.upgrade(empty_url)
    assert await database.read(tables) == ["roster_entry"]
    await database.close()


async def test_the_next_migration_is_drafted_and_brings_a_database_with_rows_forward(
    database: Database, database_url: str, store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How one is added: a draft with no difference to the models, here with one column written into it."""
    await database.write(people.meet, "o-here-before")
    folder = tmp_path / "migrations"
    shutil.copytree(migration._MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(migration, "_MIGRATIONS", folder)
    newest, following = migration.revisions()[-1], f"{len(migration.revisions()) + 1:04}"
    address = parse(database_url)
    engine = sqlite.engine_for(address) if isinstance(address, Path) else postgresql.engine_for(address, "SERIALIZABLE")
    with engine.connect() as connection:
        config = migration.configuration(connection)
        command.revision(config, message="nickname", rev_id=following, autogenerate=True)
    engine.dispose()
    (draft,) = (folder / "versions").glob(f"{following}_*.py")
    text_of = draft.read_text("utf-8")
    assert f'down_revision = "{newest}"' in text_of.replace("'", '"')
    assert "    pass\n" in text_of, "the models and the newest form are the same"
    column = 'op.add_column("person", sa.Column("nickname", sa.String(40), nullable=False, server_default="-"))'
    draft.write_text(text_of.replace("    pass\n", f"    {column}\n", 1), "utf-8")
    assert not await database.read(migration.is_current)
    assert migration.upgrade(database_url) == [following]
    assert await database.read(migration.is_current)
    named = await database.read(lambda tx: tx.execute(text("SELECT nickname FROM person")).scalars().all())
    assert named == ["-"]


def test_revisions_are_numbered_without_a_gap() -> None:
    revisions = migration.revisions()
    assert revisions == [f"{number:04}" for number in range(1, len(revisions) + 1)]


def test_a_due_upgrade_waits_for_the_server_to_be_stopped(tmp_path: Path) -> None:
    path = tmp_path / "srdi.db"
    serving = hold_server_lock(path)
    with pytest.raises(UnavailableError) as refused:
        migration.upgrade(f"sqlite:///{path}")
    assert refused.value.code == "store_locked"
    serving.close()
    assert migration.upgrade(f"sqlite:///{path}")
    serving = hold_server_lock(path)
    assert migration.upgrade(f"sqlite:///{path}") == [], "nothing is due, nobody is disturbed"
    serving.close()


async def test_a_database_is_tied_to_the_key_it_was_first_used_with(
    database: Database, database_url: str, secret_key: bytes
) -> None:
    await database.write(check_key)
    await database.write(check_key)
    stranger = Database.open(database_url, key=bytes(32), actor=TESTER)
    with pytest.raises(UnavailableError) as refused:
        await stranger.write(check_key)
    await stranger.close()
    assert refused.value.code == "key_wrong"


def test_the_command_says_what_it_did(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SRDI_DATABASE_URL", f"sqlite:///{tmp_path / 'srdi.db'}")
    assert run(["migrate"]) == 0
    assert "0001" in capsys.readouterr().err
    assert run(["migrate"]) == 0
    assert "0001" not in capsys.readouterr().err


def test_the_command_ends_with_3_and_one_line_where_the_folder_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SRDI_DATABASE_URL", f"sqlite:///{tmp_path / 'nowhere' / 'srdi.db'}")
    assert run(["migrate"]) == 3
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1
    assert "nowhere" in said[0]
