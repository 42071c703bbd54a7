"""Backup: one consistent view into a new file, nothing overwritten, nothing partial."""

import asyncio
import resource
from pathlib import Path

import pytest

from config.errors import AppError
from storage.backup.dump import check_backup, write_backup
from storage.engine.database import Database
from storage.engine.field_encryption import FieldCipher
from tests.audit.stage import acts
from tests.conftest import TESTER
from tests.storage.filling import KEY

CIPHER = FieldCipher(KEY)


async def test_a_backup_taken_while_people_work_sees_whole_transactions(database: Database, tmp_path: Path) -> None:
    async def work() -> None:
        for _ in range(8):
            await database.write(acts, 7)

    working = [asyncio.create_task(work()) for _ in range(4)]
    seen = []
    for number in range(4):
        made = await database.read(write_backup, tmp_path / f"{number}.gz")
        seen.append(made.tables["audit"].rows)
        assert check_backup(tmp_path / f"{number}.gz", CIPHER) == made
    await asyncio.gather(*working)
    assert [rows % 7 for rows in seen] == [0, 0, 0, 0]
    assert seen == sorted(seen)


async def test_no_file_is_overwritten(filled: Database, tmp_path: Path) -> None:
    path = tmp_path / "backup.gz"
    path.write_text("precious", "ascii")
    with pytest.raises(AppError) as refused:
        await filled.read(write_backup, path)
    assert (refused.value.code, refused.value.exit_code) == ("backup_exists", 2)
    assert path.read_text("ascii") == "precious"


async def test_a_full_disk_leaves_no_half_backup(filled: Database, tmp_path: Path) -> None:
    path = tmp_path / "backup.gz"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200, hard))
    try:
        with pytest.raises(AppError) as refused:
            await filled.read(write_backup, path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert refused.value.code == "backup_full"
    assert not path.exists()


async def test_a_folder_that_is_not_there_is_one_clear_error(filled: Database, tmp_path: Path) -> None:
    with pytest.raises(AppError) as refused:
        await filled.read(write_backup, tmp_path / "nowhere" / "backup.gz")
    assert (refused.value.code, refused.value.exit_code) == ("backup_unwritable", 3)


def _scratch(path: Path) -> None:
    content = bytearray(path.read_bytes())
    middle = len(content) - 4096 * 4
    content[middle : middle + 2000] = b"x" * 2000
    path.write_bytes(content)


async def test_a_damaged_database_is_not_backed_up(path: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{path}"
    database = Database.open(url, key=KEY, actor=TESTER)
    await database.write(acts, 400)
    await database.close()
    _scratch(path)
    database = Database.open(url, key=KEY, actor=TESTER)
    with pytest.raises(AppError) as refused:
        await database.read(write_backup, tmp_path / "backup.gz")
    await database.close()
    assert refused.value.code in {"store_unsound", "store_damaged"}
    assert not (tmp_path / "backup.gz").exists()
