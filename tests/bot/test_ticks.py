"""Ticks: periodic work runs, and continues after a failure."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from bot.jobs.ticks import Tick, Ticks
from config.errors import UnavailableError


async def test_a_tick_is_run_to_its_end_and_again_after_the_store_failed() -> None:
    ended = asyncio.Queue[str]()

    async def look() -> None:
        await asyncio.sleep(0)
        ended.put_nowait("ended")
        raise UnavailableError("store_busy", path="srdi.db")

    ticks = Ticks([Tick("look", 3600, lambda: look())])
    ticks.start()
    for _ in range(2):
        ticks.scheduler.modify_job("look", next_run_time=datetime.now(UTC) + timedelta(milliseconds=10))
        assert await asyncio.wait_for(ended.get(), 5) == "ended"
    ticks.stop()


async def test_a_tick_that_runs_at_the_end_is_stopped_and_is_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    began, tasks = asyncio.Event(), asyncio.all_tasks()

    async def look() -> None:
        began.set()
        await asyncio.Event().wait()

    ticks = Ticks([Tick("look", 3600, lambda: look())])
    ticks.start()
    ticks.scheduler.modify_job("look", next_run_time=datetime.now(UTC))
    await asyncio.wait_for(began.wait(), 5)
    running = asyncio.all_tasks() - tasks
    ticks.stop()
    await asyncio.wait(running, timeout=5)
    assert "tick look stopped" in caplog.text
    assert [record for record in caplog.records if record.levelno > logging.INFO] == []


@pytest.mark.parametrize("hours", [-1, -48, 1])
async def test_a_clock_that_is_set_stops_no_tick(hours: int) -> None:
    ended = asyncio.Queue[datetime]()

    async def look() -> None:
        ended.put_nowait(datetime.now(UTC))

    ticks = Ticks([Tick("look", 1, look)])
    ticks.start(watch_seconds=0.1)
    await asyncio.wait_for(ended.get(), 5)
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=hours), tick=True):
        for _ in range(3):
            await asyncio.wait_for(ended.get(), 5)
    ticks.stop()


async def test_a_tick_that_does_not_end_or_does_not_start_is_stale() -> None:
    now, hang = 1000.0, asyncio.Event()
    ticks = Ticks([Tick("short", 5, hang.wait), Tick("hourly", 3600, hang.wait)], monotonic=lambda: now)  # type: ignore[arg-type]
    assert ticks.stale() == []
    now += 3 * 5 + 60
    assert ticks.stale() == []
    now += 1
    assert ticks.stale() == ["short"]
    now += 3 * 3600
    assert ticks.stale() == ["short", "hourly"]


async def test_a_tick_that_fails_by_a_fault_of_ours_counts_as_failed_and_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    heard = asyncio.Queue[tuple[str, datetime | None]]()

    async def look() -> None:
        raise ZeroDivisionError

    ticks = Ticks([Tick("look", 3600, look)], lambda *run: heard.put_nowait(run))
    ticks.start()
    for _ in range(2):
        ticks.scheduler.modify_job("look", next_run_time=datetime.now(UTC))
        assert await asyncio.wait_for(heard.get(), 5) == ("look", None)
    ticks.stop()
    assert "ZeroDivisionError" in caplog.text
