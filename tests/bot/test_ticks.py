"""Ticks: what is looked after every so many seconds really is, and goes on after a failure."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

import pytest

from bot.app import Tick, start_ticks
from config.errors import UnavailableError


async def test_a_tick_is_run_to_its_end_and_again_after_the_store_failed() -> None:
    ended = asyncio.Queue[str]()

    async def look() -> None:
        await asyncio.sleep(0)
        ended.put_nowait("ended")
        raise UnavailableError("store_busy", path="srdi.db")

    scheduler = start_ticks([Tick("look", 3600, lambda: look())])
    for _ in range(2):
        scheduler.modify_job("look", next_run_time=datetime.now(UTC) + timedelta(milliseconds=10))
        assert await asyncio.wait_for(ended.get(), 5) == "ended"
    scheduler.shutdown(wait=False)


async def test_a_tick_that_runs_at_the_end_is_stopped_and_is_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    began, tasks = asyncio.Event(), asyncio.all_tasks()

    async def look() -> None:
        began.set()
        await asyncio.Event().wait()

    scheduler = start_ticks([Tick("look", 3600, lambda: look())])
    scheduler.modify_job("look", next_run_time=datetime.now(UTC))
    await asyncio.wait_for(began.wait(), 5)
    running = asyncio.all_tasks() - tasks
    scheduler.shutdown(wait=False)
    await asyncio.wait(running, timeout=5)
    assert "tick look stopped" in caplog.text
    assert [record for record in caplog.records if record.levelno > logging.INFO] == []
