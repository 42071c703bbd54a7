"""The platform's reports on finished jobs: delayed, and not always once or in order (statements 23 and 25)."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bot.simulator.pushes import Push
from bot.simulator.switches import Switches

LATE = timedelta(minutes=10)


@dataclass
class Mishaps:
    """Report irregularities, each switched by a person.

    `late`: ten minutes later. `doubled`: repeated a second later. `early`: before the call that started the job is
    answered. `lost`: never.
    """

    late: bool = False
    doubled: bool = False
    early: bool = False
    lost: bool = False


@dataclass(eq=False)
class Results:
    """Holds reports until due by the platform's clock, and sends them."""

    switches: Switches
    sleep: Callable[[float], Awaitable[None]]
    now: Callable[[], datetime]
    send: Callable[[Iterable[Push]], list[asyncio.Task[None]]]
    mishaps: Mishaps = field(default_factory=Mishaps)
    early: list[asyncio.Task[None]] = field(default_factory=list)
    waiting: dict[asyncio.Task[None], tuple[datetime, asyncio.Event]] = field(default_factory=dict)

    def report(self, make: Callable[[], Push]) -> None:
        """Send a report when due; `make` creates it then, with that moment's time."""
        if self.mishaps.lost:
            return
        if self.mishaps.early:
            self.early += self.send(self._copies(make))
            return
        delay = LATE if self.mishaps.late else timedelta(seconds=self.switches.result_seconds)
        self.after(delay, lambda: self.send(self._copies(make)))

    def after(self, delay: timedelta, do: Callable[[], object]) -> None:
        """Run something after this time, by waiting or by moving the clock."""
        due, released = self.now() + delay, asyncio.Event()

        async def wait() -> None:
            asleep = asyncio.ensure_future(self.sleep(delay.total_seconds()))
            moved = asyncio.ensure_future(released.wait())
            try:
                await asyncio.wait({asleep, moved}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                asleep.cancel()
                moved.cancel()
            do()

        task = asyncio.create_task(wait())
        self.waiting[task] = due, released
        task.add_done_callback(lambda done: self.waiting.pop(done, None))

    async def before_answer(self) -> None:
        """Deliver early reports before the call that started them is answered."""
        early, self.early = self.early, []
        await asyncio.gather(*(asyncio.shield(task) for task in early))

    def catch_up(self) -> list[asyncio.Task[None]]:
        """Release what is due after a clock move; each task ends when done."""
        due = [task for task, (moment, _) in self.waiting.items() if moment <= self.now()]
        for task in due:
            self.waiting[task][1].set()
        return due

    async def close(self) -> None:
        """Cancel what has not happened yet."""
        waiting: list[asyncio.Task[Any]] = list(self.waiting)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)

    def _copies(self, make: Callable[[], Push]) -> list[Push]:
        first = make()
        # Stamped a second later: looks like another event to anyone identifying events by sender and time alone.
        return [first, replace(first, created_at=first.created_at + 1)] if self.mishaps.doubled else [first]
