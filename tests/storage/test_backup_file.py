"""The backup file: anything cut, changed or forged is refused before the database is touched."""

import asyncio
import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import AppError
from storage.backup.dump import Extent, Manifest, check_backup, write_backup
from storage.engine import migration
from storage.engine.database import Database
from storage.engine.field_encryption import FieldCipher
from tests.audit.stage import acts
from tests.conftest import TESTER
from tests.storage.filling import KEY

CIPHER = FieldCipher(KEY)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, Manifest]:
    """Return a backup's bytes and its manifest."""
    folder = tmp_path_factory.mktemp("sample")
    url = f"sqlite:///{folder / 'srdi.db'}"
    migration.upgrade(url)

    async def make() -> Manifest:
        database = Database.open(url, key=KEY, actor=TESTER)
        await database.write(acts, 30)
        made = await database.read(write_backup, folder / "backup.gz")
        await database.close()
        return made

    return (folder / "backup.gz").read_bytes() if (made := asyncio.run(make())) else b"", made


@given(place=st.floats(0, 1, exclude_max=True), change=st.integers(1, 255), is_cut=st.booleans())
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
    """Return one more row, counts and digests adapted, without the key."""
    place = next(number for number, line in enumerate(lines) if line.startswith(b"["))
    lines.insert(place, lines[place].replace(b"[1,", b"[99,"))
    end = json.loads(lines[-1])
    extent = Extent(**end["tables"]["audit"])
    extent.add(lines[place])
    end["tables"]["audit"] = {"rows": extent.rows, "digest": extent.digest}
    return [*lines[:-1], json.dumps(end, separators=(",", ":")).encode() + b"\n"]


def _with_rows_exchanged(lines: list[bytes]) -> list[bytes]:
    """Return the same rows reordered: every count and digest sum stays."""
    place = next(number for number, line in enumerate(lines) if line.startswith(b"[") and lines[number + 1][:1] == b"[")
    lines[place], lines[place + 1] = lines[place + 1], lines[place]
    return lines


def _with_columns_exchanged(lines: list[bytes]) -> list[bytes]:
    return [line.replace(b'"actor","action"', b'"action","actor"') for line in lines]


FORGERIES: dict[str, tuple[Callable[[list[bytes]], list[bytes]], str, int]] = {
    "a row smuggled in": (_signed_again, "backup_broken", 1),
    "rows in another order": (_with_rows_exchanged, "backup_broken", 1),
    "columns under each other's name": (_with_columns_exchanged, "backup_broken", 1),
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
