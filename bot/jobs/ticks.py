"""Run a node's periodic work: each tick repeatedly, whatever happens to the machine's clock."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from config.errors import AppError

log = logging.getLogger(__name__)

Report = Callable[[str, datetime | None], None]

WATCH_SECONDS = 2.0
# A tick is stale after three intervals plus this much without a finished run.
GRACE_SECONDS = 60.0
MISSED = 3


@dataclass(frozen=True, slots=True)
class Tick:
    """Work repeated every so many seconds. Idempotent: may run twice, or on two nodes."""

    name: str
    seconds: int
    run: Callable[[], Awaitable[None]]


def report_nothing(_name: str, _at: datetime | None) -> None:
    """No-op callback."""


class Ticks:
    """One process's ticks. `scheduler` runs them; `stale` names those without a finished run for too long.

    The scheduler computes the next run by the wall clock. If that is set back, a run remains due in what is the future
    again: the watch, on the monotonic clock, finds such a run and makes it due now.
    """

    def __init__(
        self, ticks: Sequence[Tick], report: Report = report_nothing, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self.scheduler = AsyncIOScheduler(timezone=UTC)
        self._ticks = {tick.name: tick for tick in ticks}
        self._report = report
        self._monotonic = monotonic
        self._ended = dict.fromkeys(self._ticks, monotonic())
        self._watch: asyncio.Task[None] | None = None

    def start(self, watch_seconds: float = WATCH_SECONDS) -> None:
        """Run each tick, first one interval from now, until `stop`. Needs a running event loop."""
        for tick in self._ticks.values():
            # One at a time, and a late one runs once: missed ticks carry no work of their own.
            self.scheduler.add_job(
                self._run,
                "interval",
                args=[tick],
                seconds=tick.seconds,
                id=tick.name,
                max_instances=1,
                coalesce=True,
                misfire_grace_time=None,
            )
        self.scheduler.start()
        self._watch = asyncio.create_task(self._keep_due(watch_seconds))

    def stop(self) -> None:
        """Start no more runs and cancel running ones."""
        if self._watch is not None:
            self._watch.cancel()
        self.scheduler.shutdown(wait=False)

    def stale(self) -> list[str]:
        """Return the ticks whose last finished run is over three intervals and a minute ago."""
        now = self._monotonic()
        return [
            name
            for name, tick in self._ticks.items()
            if now - self._ended[name] > MISSED * tick.seconds + GRACE_SECONDS
        ]

    async def _keep_due(self, seconds: float) -> None:
        while True:
            await asyncio.sleep(seconds)
            now = datetime.now(UTC)
            for job in self.scheduler.get_jobs():
                # A paused job has no next run. One further away than its interval was scheduled by an older, later
                # clock.
                if job.next_run_time is not None and job.next_run_time > now + job.trigger.interval:
                    log.warning("the clock was set back: %s is due now", job.id, extra={"action": "tick_rescheduled"})
                    job.modify(next_run_time=now)

    async def _run(self, tick: Tick) -> None:
        # The scheduler awaits coroutine functions only: it would discard a lambda's coroutine.
        succeeded_at, is_cancelled = None, False
        try:
            await tick.run()
            succeeded_at = datetime.now(UTC)
        except AppError as error:
            log.warning("tick %s: %s", tick.name, error.code, extra={"action": "tick_failed"})
        except asyncio.CancelledError:
            # Only the scheduler's end cancels a tick. Nothing is lost: it is idempotent, the next start runs it.
            is_cancelled = True
            log.info("tick %s stopped", tick.name, extra={"action": "tick_stopped"})
        finally:
            # Any other error is our bug: the scheduler logs it and goes on; here it counts as a failure.
            if not is_cancelled:
                self._ended[tick.name] = self._monotonic()
                self._report(tick.name, succeeded_at)
