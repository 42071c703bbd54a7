"""backup, restore and audit verify as an operator types them: exit codes, one clear line, the server keeps running."""

import asyncio
import json
from pathlib import Path

import pytest

from bot.cli.commands import run
from storage.audit import guards
from storage.engine.database import Database
from storage.engine.key_check import check_key
from storage.engine.server_lock import hold_server_lock
from tests.audit.stage import Office
from tests.conftest import TESTER
from tests.storage.filling import KEY


class Console:
    """Runs commands as an operator; returns exit code and output lines."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._environment = monkeypatch
        self._capsys = capsys
        monkeypatch.setenv("SRDI_SECRET_KEY", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")

    def use(self, path: Path) -> None:
        self._environment.setenv("SRDI_DATABASE_URL", f"sqlite:///{path}")

    def run(self, *words: str) -> tuple[int, list[str], list[str]]:
        code = run(list(words))
        told = self._capsys.readouterr()
        return code, told.out.splitlines(), told.err.splitlines()


@pytest.fixture
def console(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Console:
    return Console(monkeypatch, capsys)


def _work(path: Path, count: int) -> None:
    async def work() -> None:
        database = Database.open(f"sqlite:///{path}", key=KEY, actor=TESTER)
        await Office(database, path.with_name(path.name + ".heads"), KEY).work(count)
        await database.close()

    asyncio.run(work())


def test_an_operator_backs_up_beside_the_server_and_restores_elsewhere(
    path: Path, tmp_path: Path, console: Console
) -> None:
    _work(path, 10)
    file, elsewhere = tmp_path / "backup.gz", tmp_path / "elsewhere.db"
    console.use(path)
    serving = hold_server_lock(path)
    code, _, told = console.run("backup", str(file))
    assert (code, len(told)) == (0, 1)
    assert console.run("audit", "verify")[0] == 0
    serving.close()
    code, _, told = console.run("backup", str(file))
    assert (code, len(told)) == (2, 1)

    code, _, told = console.run("restore", str(file))
    assert (code, len(told)) == (1, 1), "the database in use has rows"
    console.use(elsewhere)
    code, _, told = console.run("restore", str(file))
    assert (code, len(told)) == (0, 1)
    assert console.run("audit", "verify")[0] == 0
    _work(elsewhere, 1)
    assert console.run("audit", "verify")[0] == 0


def test_after_a_restore_of_an_older_backup_the_later_heads_are_no_finding(
    path: Path, tmp_path: Path, console: Console
) -> None:
    console.use(path)
    _work(path, 10)
    console.run("backup", str(tmp_path / "backup.gz"))
    _work(path, 10)
    for left in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        left.unlink(missing_ok=True)
    assert console.run("restore", str(tmp_path / "backup.gz"))[0] == 0
    assert console.run("audit", "verify")[0] == 0
    _work(path, 3)
    assert console.run("audit", "verify")[0] == 0


def test_verify_names_rows_on_standard_output_and_ends_with_1(path: Path, console: Console) -> None:
    console.use(path)
    _work(path, 10)

    async def attack() -> None:
        database = Database.open(f"sqlite:///{path}", key=KEY, actor=TESTER)
        await Office(database, path, KEY).attack(["UPDATE audit SET actor = 'nobody' WHERE id = 4"])
        await database.close()

    asyncio.run(attack())
    code, out, told = console.run("audit", "verify")
    found = [json.loads(line) for line in out]
    assert (code, found[0]) == (1, {"what": "changed", "first": 4, "last": 4})
    assert [one["trigger"] for one in found[1:]] == sorted(guards.GUARDS["sqlite"])
    assert len(told) == 2


def test_verify_without_the_file_of_heads_ends_with_3(path: Path, console: Console) -> None:
    console.use(path)
    _work(path, 10)
    path.with_name(path.name + ".heads").unlink()
    code, out, told = console.run("audit", "verify")
    assert (code, out, len(told)) == (3, [], 1)


def test_another_key_is_one_clear_line(
    path: Path, tmp_path: Path, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    console.use(path)
    _work(path, 1)

    async def settle() -> None:
        database = Database.open(f"sqlite:///{path}", key=KEY, actor=TESTER)
        await database.write(check_key)
        await database.close()

    asyncio.run(settle())
    monkeypatch.setenv("SRDI_SECRET_KEY", "A" * 43)
    for words in (["backup", str(tmp_path / "backup.gz")], ["audit", "verify"]):
        code, out, told = console.run(*words)
        assert (code, out, len(told)) == (3, [], 1)
    assert not (tmp_path / "backup.gz").exists()
