"""A database that cannot be opened is said in one clear line, before anything else begins."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from config.errors import UnavailableError
from config.texts import Texts
from storage.database import Database

KEY = bytes(32)


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


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_said(path: Path) -> None:
    path.parent.chmod(0o500)
    with pytest.raises(UnavailableError) as refused:
        Database.open(f"sqlite:///{path}", key=KEY)
    path.parent.chmod(0o700)
    assert refused.value.code == "store_read_only"
