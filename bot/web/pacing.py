"""Slows down whoever asks too often: first a little later, then not now."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from time import monotonic

from aiohttp import web

# Beyond these the one who asked least recently is forgotten: a bound on memory.
MOST_REMEMBERED = 10_000


class Pacer:
    """Lets each address ask `burst` times at once and `per_second` times a second after that.

    Who is faster waits, at most `patience` seconds, and then is refused. What is counted is lost with the process.
    """

    def __init__(
        self,
        *,
        burst: int = 20,
        per_second: float = 2.0,
        patience: float = 2.0,
        clock: Callable[[], float] = monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._interval = 1 / per_second
        self._ahead = (burst - 1) / per_second
        self._patience = patience
        self._clock = clock
        self._sleep = sleep
        self._due: OrderedDict[str, float] = OrderedDict()

    async def pace(self, address: str) -> None:
        """Wait until this address may go on. Raises HTTPTooManyRequests where that would take too long."""
        now = self._clock()
        due = max(self._due.get(address, now), now)
        wait = due - now - self._ahead
        if wait > self._patience:
            raise web.HTTPTooManyRequests(headers={"Retry-After": str(int(wait) + 1)})
        self._due[address] = due + self._interval
        self._due.move_to_end(address)
        if len(self._due) > MOST_REMEMBERED:
            self._due.popitem(last=False)
        if wait > 0:
            await self._sleep(wait)
