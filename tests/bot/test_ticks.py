"""Ticks: what is looked after every so many seconds really is, and goes on after a failure."""

import asyncio
from datetime import UTC, datetime, timedelta

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
