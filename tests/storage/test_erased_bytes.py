"""Deleted data is in no database file any more, and no other user can read these files."""

import asyncio
import stat
import threading
from pathlib import Path

from sqlalchemy import text

from storage.engine import migration
from storage.engine.database import Database
from storage.engine.transactions import Tx
from tests.conftest import TESTER
from tests.storage.filling import KEY

WORDS = "a sentence that nobody may find again "


def _keep(tx: Tx) -> None:
    tx.execute(text("CREATE TABLE note (id INTEGER PRIMARY KEY, words TEXT)"))
    for _ in range(50):
        tx.execute(text("INSERT INTO note (words) VALUES (:words)"), {"words": WORDS * 3})


def _erase(tx: Tx) -> None:
    tx.execute(text("DELETE FROM note"))


def _files_with_words(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if WORDS.encode() in path.read_bytes()}


def _modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.glob("srdi.db*")}


async def test_after_a_checkpoint_deleted_words_are_in_no_file(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'srdi.db'}"
    migration.upgrade(url)
    database = Database.open(url, key=KEY, actor=TESTER)
    await database.write(_keep)
    await database.checkpoint()
    assert _files_with_words(tmp_path) == {"srdi.db"}
    await database.write(_erase)
    await database.checkpoint()
    assert _files_with_words(tmp_path) == set()
    assert (tmp_path / "srdi.db-wal").stat().st_size == 0
    await database.close()


async def test_the_stores_files_are_their_owners_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'srdi.db'}"
    migration.upgrade(url)
    database = Database.open(url, key=KEY, actor=TESTER)
    await database.write(_keep)
    modes = await asyncio.to_thread(_modes, tmp_path)
    await database.close()
    assert {"srdi.db", "srdi.db-wal"} <= modes.keys()
    assert {name for name, mode in modes.items() if mode & 0o077 and not name.endswith(".lock")} == set()


async def test_a_reader_at_work_holds_up_neither_checkpoint_nor_writers(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'srdi.db'}"
    migration.upgrade(url)
    database = Database.open(url, key=KEY, actor=TESTER)
    await database.write(_keep)
    reading = Database.open(url, key=KEY, actor=TESTER)

    def read_slowly(tx: Tx) -> int:
        count = tx.execute(text("SELECT count(*) FROM note")).scalar_one()
        began.set()
        done.wait(20)
        return int(count)

    began, done = threading.Event(), threading.Event()
    slow = asyncio.ensure_future(reading.read(read_slowly))
    await asyncio.to_thread(began.wait, 20)
    await database.write(_erase)
    await database.checkpoint()
    assert await database.read(lambda tx: tx.execute(text("SELECT count(*) FROM note")).scalar_one()) == 0
    done.set()
    assert await slow == 50
    await reading.close()
    await database.close()
