"""After a change of the secret key everything is found and read as before, and the former key opens nothing."""

import base64
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, and_, null, select, update

from bot.cli.commands import run
from bot.services.demo import seed
from config.errors import AppError, ConflictError, UnavailableError
from storage.audit import audit, verify
from storage.audit.head_file import HeadsFile
from storage.backup import dump
from storage.engine import key_check
from storage.engine.database import Database
from storage.engine.field_encryption import FieldCipher
from storage.engine.rekeying import OTHER_BYTES, SEALED, byte_columns, rekey
from storage.engine.tables import every_table
from storage.engine.transactions import CLI, Tx
from storage.people import people
from tests.audit.stage import Office
from tests.conftest import TESTER
from tests.storage.filling import KEY, fill

NEW_KEY = bytes(reversed(range(32)))
NEW = FieldCipher(NEW_KEY)
WORDS = "张工 138".encode()


def sealed_columns(table: Table) -> Mapping[str, str]:
    return {column.name: SEALED[key] for column in table.c if (key := f"{table.name}.{column.name}") in SEALED}


def _fill_sealed(tx: Tx) -> None:
    """Insert rows in every table; sealed values open, and some optional ones are empty."""
    key_check.check_key(tx)
    fill(tx)
    for table in every_table():
        for number, row in enumerate(tx.execute(select(table)).mappings().all()):
            values: dict[str, Any] = {
                name: null()
                if number == 2 and table.c[name].nullable
                else tx.cipher.seal_bytes(WORDS, context.format_map(row))
                for name, context in sealed_columns(table).items()
            }
            if table.name == "challenge_file":
                values["sealed_to_bid"] = False
            if values:
                same = and_(*(column == row[column.name] for column in table.primary_key))
                tx.execute(update(table).where(same).values(values))


def _opened(tx: Tx, cipher: FieldCipher) -> list[bytes]:
    return [
        cipher.open_bytes(row[name], context.format_map(row))
        for table in every_table()
        for row in tx.execute(select(table)).mappings().all()
        for name, context in sealed_columns(table).items()
        if row[name] is not None
    ]


def test_every_column_of_bytes_is_known_as_sealed_or_not() -> None:
    assert byte_columns() == SEALED.keys() | OTHER_BYTES
    assert not SEALED.keys() & OTHER_BYTES


async def test_every_sealed_field_opens_under_the_new_key_and_none_under_the_former(database: Database) -> None:
    await database.write(_fill_sealed)
    before = await database.read(_opened, database.cipher)
    assert len(before) > 2 * len(SEALED)
    count = await database.write(lambda tx: rekey(tx, tx.cipher, NEW))
    assert count == len(before)
    assert await database.read(_opened, NEW) == before
    with pytest.raises(UnavailableError):
        await database.read(_opened, database.cipher)


async def test_the_demo_with_its_new_key_finds_its_people_and_its_audit_whole(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    await database.write(key_check.check_key)
    await database.write(seed, published=True)
    person = await database.write(lambda tx: people.meet(tx, "o-known-before").id)
    office = Office(database, tmp_path / "heads", KEY)
    await office.tick()
    await database.by(CLI).write(lambda tx: rekey(tx, tx.cipher, NEW))
    await database.close()
    renewed = Database.open(database_url, key=NEW_KEY, actor=TESTER)
    await renewed.write(key_check.check_key)
    assert await renewed.write(lambda tx: people.meet(tx, "o-known-before").id) == person
    assert await renewed.read(people.openid, person) == "o-known-before"
    later = Office(renewed, tmp_path / "heads", NEW_KEY)
    await later.work(3)
    report = await renewed.read(verify.verify, HeadsFile(tmp_path / "heads").witnessed(renewed.cipher))
    assert (report.findings, report.unchained) == ([], 0)
    [made] = await renewed.read(audit.entries, audit.AuditQuery(action="key.replace"), most=2)
    assert made.actor == "cli"
    await renewed.close()
    former = Database.open(database_url, key=KEY, actor=TESTER)
    with pytest.raises(UnavailableError, match="key_wrong"):
        await former.write(key_check.check_key)
    await former.close()


async def test_the_key_can_be_replaced_again_and_a_backup_restored_with_the_newest(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    await database.write(_fill_sealed)
    mark = database.cipher.fingerprint("o-wang", "person.openid")
    await database.write(lambda tx: rekey(tx, tx.cipher, NEW))
    second = Database.open(database_url, key=NEW_KEY, actor=TESTER)
    newest = FieldCipher(bytes(32))
    await second.write(lambda tx: rekey(tx, tx.cipher, newest))
    third = Database.open(database_url, key=bytes(32), actor=TESTER)
    assert third.cipher.fingerprint("o-wang", "person.openid") == mark
    made = await third.read(dump.write_backup, tmp_path / "backup.gz")
    assert dump.check_backup(tmp_path / "backup.gz", FieldCipher(bytes(32))) == made
    with pytest.raises(AppError):
        dump.check_backup(tmp_path / "backup.gz", FieldCipher(KEY))
    for one in (second, third):
        await one.close()


async def test_a_second_time_says_that_it_is_done_and_a_wrong_key_changes_nothing(
    database: Database, database_url: str
) -> None:
    await database.write(_fill_sealed)
    await database.write(lambda tx: rekey(tx, tx.cipher, NEW))
    with pytest.raises(ConflictError, match="rekey_done"):
        await database.write(lambda tx: rekey(tx, tx.cipher, NEW))
    wrong = Database.open(database_url, key=bytes(range(1, 33)))
    with pytest.raises(UnavailableError, match="key_wrong"):
        await wrong.write(lambda tx: rekey(tx, tx.cipher, FieldCipher(bytes(32))))
    await wrong.close()
    assert len(await database.read(_opened, NEW)) > 2 * len(SEALED)


def test_the_command_takes_both_keys_from_the_settings(
    migrated_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(migrated_file, tmp_path / "srdi.db")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SRDI_DATABASE_URL", f"sqlite:///{tmp_path / 'srdi.db'}")
    monkeypatch.setenv("SRDI_SECRET_KEY", base64.b64encode(NEW_KEY).decode())
    assert run(["rekey"]) == 3
    assert "SRDI_SECRET_KEY_PREVIOUS" in capsys.readouterr().err
    monkeypatch.setenv("SRDI_SECRET_KEY_PREVIOUS", base64.b64encode(KEY).decode())
    assert run(["rekey"]) == 0
    assert run(["rekey"]) == ConflictError.exit_code
    assert "已经在用新的" in capsys.readouterr().err
