"""Rate limiting: requests are first delayed, then refused."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from time import monotonic

from aiohttp import web

# Above this the least recent address is dropped: limits memory.
MOST_REMEMBERED = 10_000


class Pacer:
    """Allows each address `burst` requests at once and `per_second` after that.

    Faster clients wait, at most `patience` seconds, and are then refused. Counts are lost with the process.
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
        """Wait until this address may continue. Raises HTTPTooManyRequests if that takes too long."""
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
