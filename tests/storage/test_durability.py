"""Acknowledged writes survive kill -9 and a full disk."""

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from storage.engine.server_lock import hold_server_lock

CHILD = (sys.executable, "-m", "tests.storage.writing_child")


def _kept(path: Path) -> list[int]:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return [number for (number,) in connection.execute("SELECT number FROM notes")]


def test_all_that_was_acknowledged_survives_a_kill(path: Path) -> None:
    with subprocess.Popen([*CHILD, f"sqlite:///{path}"], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        acknowledged = [int(child.stdout.readline()) for _ in range(300)]
        child.send_signal(signal.SIGKILL)
        acknowledged += [int(line) for line in child.stdout if line.endswith("\n")]
    assert set(acknowledged) <= set(_kept(path))
    # The lock ended with the process, though its file stayed.
    hold_server_lock(path).close()


def test_a_full_disk_loses_nothing_acknowledged_and_writing_goes_on_once_there_is_room(path: Path) -> None:
    child = subprocess.run(
        [*CHILD, f"sqlite:///{path}", str(600_000)], stdout=subprocess.PIPE, text=True, timeout=60, check=True
    )
    words = child.stdout.split()
    acknowledged = [int(word) for word in words if word.isdigit()]
    refusals = {word for word in words if not word.isdigit()}
    assert refusals
    assert refusals <= {"store_full", "store_failing", "store_dropped"}
    assert words[-10:] == [str(number) for number in range(int(words[-10]), int(words[-1]) + 1)]
    assert sorted(_kept(path)) == sorted(acknowledged)
