"""The policy, read once, and the tables that stand beside these tests."""

import pytest

from config.policy.loader import load
from config.policy.model import Policy


@pytest.fixture(scope="session")
def policy() -> Policy:
    return load()
