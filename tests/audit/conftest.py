"""Fixtures of the audit tests."""

from pathlib import Path

import pytest

from storage.engine.database import Database
from tests.audit.stage import Office


@pytest.fixture
def office(database: Database, tmp_path: Path, secret_key: bytes) -> Office:
    """Return a database without acts, and without a heads file."""
    return Office(database, tmp_path / "srdi.db.heads", secret_key)
