"""Fixtures of the simulator's tests."""

from collections.abc import AsyncIterator

import pytest

from tests.simulator.stage import Stage


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """Return a platform in plain mode, whose callback acknowledges everything."""
    async with Stage() as stage:
        yield stage
