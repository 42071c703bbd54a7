"""What the storage tests share."""

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def path(migrated_file: Path, tmp_path: Path) -> Path:
    """A migrated SQLite file, for what is said of SQLite alone."""
    path = tmp_path / "srdi.db"
    shutil.copy(migrated_file, path)
    return path
