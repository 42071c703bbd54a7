"""Fixtures of the storage tests."""

import shutil
from pathlib import Path

import pytest

from storage.engine.database import Database
from storage.engine.key_check import check_key
from tests.audit.stage import Office
from tests.storage.filling import KEY, fill, fill_by_hand


@pytest.fixture
def path(migrated_file: Path, tmp_path: Path) -> Path:
    """Return a migrated SQLite file, for SQLite-only tests."""
    path = tmp_path / "srdi.db"
    shutil.copy(migrated_file, path)
    return path


@pytest.fixture
async def filled(database: Database, tmp_path: Path) -> Database:
    """Return a database with rows in every table and a chained audit, its heads in srdi.db.heads."""
    await database.write(check_key)
    await database.write(fill)
    await database.write(fill_by_hand)
    await Office(database, tmp_path / "srdi.db.heads", KEY).work(5)
    return database
