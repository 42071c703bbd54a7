"""A database that cannot be opened is reported in one clear line, before anything else starts."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from config.errors import UnavailableError
from config.texts import Texts
from storage.engine.database import Database

KEY = bytes(32)
ROOT = Path(__file__).parents[2]


def _nothing(folder: Path) -> str:
    return f"sqlite:///{folder / 'srdi.db'}"


def _no_folder(folder: Path) -> str:
    return f"sqlite:///{folder / 'nowhere' / 'srdi.db'}"


def _not_a_database(folder: Path) -> str:
    (folder / "notes.txt").write_text("buy milk " * 1000)
    return f"sqlite:///{folder / 'notes.txt'}"


def _a_folder(folder: Path) -> str:
    (folder / "srdi.db").mkdir(exist_ok=True)
    return f"sqlite:///{folder / 'srdi.db'}"


CASES: list[tuple[Callable[[Path], str], str]] = [
    (_nothing, "store_missing"),
    (_no_folder, "store_folder_missing"),
    (_not_a_database, "store_damaged"),
    (_a_folder, "store_unreachable"),
    (lambda folder: "sqlite://", "store_address"),
    (lambda folder: "sqlite:///:memory:", "store_address"),
    (lambda folder: "mysql://root@localhost/srdi", "store_address"),
    (lambda folder: "srdi.db", "store_address"),
    (lambda folder: "postgresql://somebody:s3cret@127.0.0.1:1/srdi", "store_no_answer"),
]


@pytest.mark.parametrize(("address", "code"), CASES)
@pytest.mark.parametrize("server", [False, True])
def test_what_is_wrong_with_the_address_is_said(
    tmp_path: Path, address: Callable[[Path], str], code: str, server: bool
) -> None:
    for _ in range(2):
        with pytest.raises(UnavailableError) as refused:
            Database.open(address(tmp_path), key=KEY, server=server)
        assert refused.value.code == code
        sentence = Texts.load().error(refused.value)
        assert "\n" not in sentence
        assert "s3cret" not in sentence


# Root may write everywhere, so as root the process becomes nobody after all imports.
AS_SOMEBODY = """
import os, sys
from config.errors import UnavailableError
from storage.engine.database import Database
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
try:
    Database.open(f"sqlite:///{sys.argv[1]}", key=bytes(32))
except UnavailableError as error:
    print(error.code)
"""


def test_a_folder_that_may_not_be_written_is_said(migrated_file: Path) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "srdi.db"
        shutil.copy(migrated_file, path)
        path.chmod(0o444)
        folder.chmod(0o555)
        done = subprocess.run(
            [sys.executable, "-c", AS_SOMEBODY, str(path)], cwd=ROOT, capture_output=True, text=True, check=True
        )
        folder.chmod(0o700)
    assert done.stdout.strip() == "store_read_only"
