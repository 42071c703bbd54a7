"""The policy, loaded once, and the tables beside these tests."""

import pytest

from config.policy.loader import load
from config.policy.model import Policy


@pytest.fixture(scope="session")
def policy() -> Policy:
    return load()
