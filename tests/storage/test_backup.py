"""Backup and restore: the same rows on either store, nothing overwritten, nothing half done, held afterwards."""

import asyncio
import gzip
import json
import resource
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import JSON, Boolean, Column, Date, Integer, LargeBinary, func, insert, select, update

from bot.cli.entry import run
from config.errors import AppError
from storage import migrate, restorations
from storage.audit import AUDIT
from storage.backup import Extent, Manifest, check_backup, extents_of, write_backup
from storage.columns import BigId, UtcTime
from storage.database import Database, Tx
from storage.firms import FIRMS
from storage.keycheck import check_key
from storage.restore import load
from storage.sealing import FieldCipher
from storage.sqlite import hold_server_lock
from storage.tables import every_table
from tests.audit.stage import Office, acts

KEY = bytes(range(32))
CIPHER = FieldCipher(KEY)
ROWS = 3
# Filled by what belongs there.
FILLED_OTHERWISE = {"key_check", "audit", "audit_batch", "restoration"}


def _value(column: Column[Any], number: int) -> Any:
    """A value of the column's kind; a reference points to the row of the same number."""
    match column.type:
        case BigId() | Integer():
            return number
        case UtcTime():
            return datetime(2026, 11, number, 23, 59, 59, 999999, tzinfo=UTC)
        case Date():
            return date(2026, 12, number)
        case LargeBinary():
            return bytes([0, 255, number]) * 20
        case Boolean():
            return number % 2 == 0
        case JSON():
            return {"金额": number, "名": ["𠮷", None, 1.5, True]}
    return None if column.nullable and number == 1 else f"’\n{number}"


def _fill(tx: Tx) -> None:
    """Rows in every table there is; a row that points to its own table points to a later row too."""
    for table in every_table():
        if table.name in FILLED_OTHERWISE:
            continue
        looped = [column for column in table.c if any(key.column.table is table for key in column.foreign_keys)]
        for number in range(1, ROWS + 1):
            values = {column.name: None if column in looped else _value(column, number) for column in table.c}
            tx.execute(insert(table), values)
        for column in looped:
            for number in range(1, ROWS + 1):
                tx.execute(update(table).where(table.c.id == number).values({column.name: number % ROWS + 1}))


@pytest.fixture
async def filled(database: Database, tmp_path: Path) -> Database:
    """A database with rows of every kind and a chained audit."""
    await database.write(check_key)
    await database.write(_fill)
    await Office(database, tmp_path / "srdi.db.heads", KEY).work(5)
    return database


@contextmanager
def _another(store: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """The address of another migrated database without rows."""
    if store == "sqlite":
        url = f"sqlite:///{folder / 'another.db'}"
        migrate.upgrade(url)
        yield url
        return
    server = request.getfixturevalue("postgres_server")
    name = server.migrated()
    yield server.url_of(name)
    server.drop(name)


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
        with _another(store, request, tmp_path) as url:
            database = Database.open(url, key=KEY)
            assert not await database.read(restorations.is_held)
            await database.write(load, path, check_backup(path, CIPHER))
            after = await database.read(extents_of)
            own = {"restoration", "audit"}
            assert {name: extent for name, extent in after.items() if name not in own} == {
                name: extent for name, extent in before.items() if name not in own
            }
            assert await database.read(restorations.is_held)
            shutil.copy(tmp_path / "srdi.db.heads", tmp_path / f"{store}.heads")
            office = Office(database, tmp_path / f"{store}.heads", KEY)
            assert (await office.report()).findings == []
            await office.work(2)
            assert (await office.report()).findings == []
            assert await database.write(_new_firm) == ROWS + 1
            await database.close()


def _new_firm(tx: Tx) -> int:
    values = {"kind": "firm", "name": "云杼传感", "registered": tx.now}
    return int(tx.execute(insert(FIRMS).values(values).returning(FIRMS.c.id)).scalar_one())


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
    database = Database.open(url, key=KEY)
    await database.write(acts, 400)
    await database.close()
    _scratch(path)
    database = Database.open(url, key=KEY)
    with pytest.raises(AppError) as refused:
        await database.read(write_backup, tmp_path / "backup.gz")
    await database.close()
    assert refused.value.code in {"store_unsound", "store_damaged"}
    assert not (tmp_path / "backup.gz").exists()


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
    with _another(store, request, tmp_path) as url:
        database = Database.open(url, key=KEY)
        with pytest.raises(AppError) as refused:
            await database.write(load, path, wrong)
        assert refused.value.code == "restore_differs"
        assert sum(extent.rows for extent in (await database.read(extents_of)).values()) == 0
        await database.close()


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, Manifest]:
    """A backup's bytes, and what it holds."""
    folder = tmp_path_factory.mktemp("sample")
    url = f"sqlite:///{folder / 'srdi.db'}"
    migrate.upgrade(url)

    async def make() -> Manifest:
        database = Database.open(url, key=KEY)
        await database.write(acts, 30)
        made = await database.read(write_backup, folder / "backup.gz")
        await database.close()
        return made

    return (folder / "backup.gz").read_bytes() if (made := asyncio.run(make())) else b"", made


@given(place=st.floats(0, 1, exclude_max=True), change=st.integers(1, 255), is_cut=st.booleans())
@settings(max_examples=100, deadline=None)
def test_a_file_cut_or_changed_anywhere_is_refused_or_says_the_same(
    sample: tuple[bytes, Manifest], tmp_path_factory: pytest.TempPathFactory, place: float, change: int, is_cut: bool
) -> None:
    content, made = sample
    at = int(place * len(content))
    path = tmp_path_factory.getbasetemp() / "changed.gz"
    path.write_bytes(content[:at] if is_cut else content[:at] + bytes([content[at] ^ change]) + content[at + 1 :])
    assert _said_of(path) in (made, ("backup_broken", 1))


def _said_of(path: Path) -> Manifest | tuple[str, int]:
    try:
        return check_backup(path, CIPHER)
    except AppError as error:
        return error.code, error.exit_code


def _lines_with(change: Callable[[list[bytes]], list[bytes]], content: bytes, path: Path) -> None:
    path.write_bytes(gzip.compress(b"".join(change(gzip.decompress(content).splitlines(keepends=True)))))


def _signed_again(lines: list[bytes]) -> list[bytes]:
    """One more row, counts and digests made to fit, by somebody without the key."""
    place = next(number for number, line in enumerate(lines) if line.startswith(b"["))
    lines.insert(place, lines[place].replace(b"[1,", b"[99,"))
    end = json.loads(lines[-1])
    extent = Extent(**end["tables"]["audit"])
    extent.add(lines[place])
    end["tables"]["audit"] = {"rows": extent.rows, "digest": extent.digest}
    return [*lines[:-1], json.dumps(end, separators=(",", ":")).encode() + b"\n"]


FORGERIES: dict[str, tuple[Callable[[list[bytes]], list[bytes]], str, int]] = {
    "a row smuggled in": (_signed_again, "backup_broken", 1),
    "no end": (lambda lines: lines[:-1], "backup_broken", 1),
    "something after the end": (lambda lines: [*lines, lines[-1]], "backup_broken", 1),
    "nothing": (lambda lines: [], "backup_broken", 1),
    "another format": (lambda lines: [b'{"format":"zip"}\n', *lines[1:]], "backup_broken", 1),
    "another revision": (
        lambda lines: [lines[0].replace(b'"revision":"', b'"revision":"9'), *lines[1:]],
        "backup_revision",
        1,
    ),
    "another day": (lambda lines: [lines[0].replace(b'"made":"20', b'"made":"21'), *lines[1:]], "backup_broken", 1),
}


@pytest.mark.parametrize("kind", FORGERIES)
def test_a_forged_backup_is_refused(sample: tuple[bytes, Manifest], tmp_path: Path, kind: str) -> None:
    change, code, exit_code = FORGERIES[kind]
    path = tmp_path / "forged.gz"
    _lines_with(change, sample[0], path)
    with pytest.raises(AppError) as refused:
        check_backup(path, CIPHER)
    assert (refused.value.code, refused.value.exit_code) == (code, exit_code)


def test_a_backup_of_another_key_is_refused(sample: tuple[bytes, Manifest], tmp_path: Path) -> None:
    (tmp_path / "backup.gz").write_bytes(sample[0])
    with pytest.raises(AppError) as refused:
        check_backup(tmp_path / "backup.gz", FieldCipher(bytes(32)))
    assert (refused.value.code, refused.value.exit_code) == ("key_wrong", 3)


class Console:
    """Runs commands as an operator does; says exit code and the lines told."""

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
        database = Database.open(f"sqlite:///{path}", key=KEY)
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
        database = Database.open(f"sqlite:///{path}", key=KEY)
        await Office(database, path, KEY).attack(["UPDATE audit SET actor = 'nobody' WHERE id = 4"])
        await database.close()

    asyncio.run(attack())
    code, out, told = console.run("audit", "verify")
    assert (code, [json.loads(line) for line in out]) == (1, [{"what": "changed", "first": 4, "last": 4}])
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
        database = Database.open(f"sqlite:///{path}", key=KEY)
        await database.write(check_key)
        await database.close()

    asyncio.run(settle())
    monkeypatch.setenv("SRDI_SECRET_KEY", "A" * 43)
    for words in (["backup", str(tmp_path / "backup.gz")], ["audit", "verify"]):
        code, out, told = console.run(*words)
        assert (code, out, len(told)) == (3, [], 1)
    assert not (tmp_path / "backup.gz").exists()


async def test_the_restored_audit_says_from_which_backup(
    filled: Database, store: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    made = await filled.read(write_backup, tmp_path / "backup.gz")
    with _another(store, request, tmp_path) as url:
        database = Database.open(url, key=KEY)
        await database.write(load, tmp_path / "backup.gz", made)
        assert await database.read(_last_act) == ("backup.restore", f"backup:{made.signature[:16]}")
        await database.close()


def _last_act(tx: Tx) -> tuple[str, str]:
    newest = select(func.max(AUDIT.c.id)).scalar_subquery()
    return tuple(tx.execute(select(AUDIT.c.action, AUDIT.c.subject).where(AUDIT.c.id == newest)).one())
