"""Restore: the same rows on either database, only into an empty one, all or nothing, held afterwards."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from config.errors import AppError
from config.limits import QuotaLimits
from config.topics import NoticeTopic
from notifications import outbox as notices
from storage.audit.audit import AUDIT
from storage.backup import restore_holds
from storage.backup.dump import Extent, check_backup, extents_of, write_backup
from storage.backup.restore import load
from storage.chat import reply_windows
from storage.engine.database import Database, Tx
from storage.engine.field_encryption import FieldCipher
from storage.engine.key_check import check_key
from storage.firms.firms import FIRMS
from storage.notices import outbox, review_queue
from storage.people import people
from tests.audit.stage import Office
from tests.conftest import TESTER
from tests.storage.filling import KEY, ROWS, another

CIPHER = FieldCipher(KEY)


async def test_a_backup_of_either_store_restores_into_either(
    filled: Database, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    path = tmp_path / "backup.gz"
    made = await filled.read(write_backup, path)
    before = await filled.read(extents_of)
    assert made.tables == before
    assert min(extent.rows for name, extent in before.items() if name != "restoration") > 0
    assert path.stat().st_mode & 0o777 == 0o600
    for store in ("sqlite", "postgresql") if request.config.getoption("postgres") else ("sqlite",):
        with another(store, request, tmp_path) as url:
            database = Database.open(url, key=KEY, actor=TESTER)
            assert not await database.read(restore_holds.is_held)
            await database.write(load, path, check_backup(path, CIPHER))
            after = await database.read(extents_of)
            own = {"restoration", "audit"}
            assert {name: extent for name, extent in after.items() if name not in own} == {
                name: extent for name, extent in before.items() if name not in own
            }
            assert await database.read(restore_holds.is_held)
            shutil.copy(tmp_path / "srdi.db.heads", tmp_path / f"{store}.heads")
            office = Office(database, tmp_path / f"{store}.heads", KEY)
            assert (await office.report()).findings == []
            await office.work(2)
            assert (await office.report()).findings == []
            assert await database.write(_new_firm) == ROWS + 1
            await database.close()


def _planned(tx: Tx) -> None:
    person_id = people.meet(tx, "o-asker").id
    for number in range(3):
        outbox.plan(tx, key=f"ticket:{number}", person_id=person_id, topic=NoticeTopic.TICKET, text="已答复")
    reply_windows.wrote(tx, person_id)
    assert notices.claim(tx, QuotaLimits.load(), 1).parcels


async def test_what_was_planned_is_neither_sent_nor_said_before_a_person_releases_it(
    database: Database, store: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    await database.write(check_key)
    await database.write(_planned)
    path = tmp_path / "backup.gz"
    await database.read(write_backup, path)
    with another(store, request, tmp_path) as url:
        restored = Database.open(url, key=KEY, actor=TESTER)
        await restored.write(load, path, check_backup(path, CIPHER))
        person_id = (await restored.write(people.meet, "o-asker")).id
        assert (await restored.write(notices.claim, QuotaLimits.load(), 9)).looked == 0
        assert await restored.write(outbox.take_waiting, person_id) == []
        assert await restored.write(review_queue.release_restored) == 3
        assert len(await restored.write(outbox.take_waiting, person_id)) == 3
        await restored.close()


def _new_firm(tx: Tx) -> int:
    values = {"kind": "firm", "name": "云杼传感", "registered": tx.now}
    return int(tx.execute(insert(FIRMS).values(values).returning(FIRMS.c.id)).scalar_one())


async def test_a_database_with_rows_is_not_restored_into(filled: Database, tmp_path: Path) -> None:
    path = tmp_path / "backup.gz"
    made = await filled.read(write_backup, path)
    with pytest.raises(AppError) as refused:
        await filled.write(load, path, made)
    assert (refused.value.code, refused.value.exit_code) == ("restore_not_empty", 1)
    assert await filled.read(extents_of) == made.tables


async def test_a_restore_that_does_not_prove_the_same_leaves_nothing(
    filled: Database, store: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    path = tmp_path / "backup.gz"
    made = await filled.read(write_backup, path)
    wrong = replace(made, tables=made.tables | {"firm": Extent(ROWS, "0" * 64)})
    with another(store, request, tmp_path) as url:
        database = Database.open(url, key=KEY, actor=TESTER)
        with pytest.raises(AppError) as refused:
            await database.write(load, path, wrong)
        assert refused.value.code == "restore_differs"
        assert sum(extent.rows for extent in (await database.read(extents_of)).values()) == 0
        await database.close()


async def test_the_restored_audit_says_from_which_backup(
    filled: Database, store: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    made = await filled.read(write_backup, tmp_path / "backup.gz")
    with another(store, request, tmp_path) as url:
        database = Database.open(url, key=KEY, actor=TESTER)
        await database.write(load, tmp_path / "backup.gz", made)
        assert await database.read(_last_act) == ("backup.restore", f"backup:{made.signature[:16]}")
        await database.close()


def _last_act(tx: Tx) -> tuple[str, str]:
    newest = select(func.max(AUDIT.c.id)).scalar_subquery()
    return tuple(tx.execute(select(AUDIT.c.action, AUDIT.c.subject).where(AUDIT.c.id == newest)).one())
