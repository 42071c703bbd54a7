"""What the audit's tests share."""

from pathlib import Path

import pytest

from storage.engine.database import Database
from tests.audit.stage import Office


@pytest.fixture
def office(database: Database, tmp_path: Path, secret_key: bytes) -> Office:
    """A database without acts, and no file of heads yet."""
    return Office(database, tmp_path / "srdi.db.heads", secret_key)
