"""Tick that sends outbox rows to whoever is reachable now: safe on any node, at any time, repeatable."""

import asyncio
import contextlib
import logging
import random
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

from config.limits import QuotaLimits
from notifications import outbox, results
from notifications.channels import Channel, Jitter, Parcel, SendEnding, SendOutcome, Sends
from storage.engine.database import Database, Tx
from storage.notices import delivery

# Parallel calls; the session must allow them. As many more are leased ahead, so that none waits for the database; once
# so many have ended, results are saved and as many leased again. All well before a lease expires.
AT_ONCE = 100
AHEAD = 100
TOGETHER = 50
# Finished results wait no longer than this for calls the platform delays.
LONGEST_WAIT = 1.0

log = logging.getLogger(__name__)


class Sender:
    """Leases rows, sends each once by its channel, and saves the result. `jitter` spreads retries (0-1)."""

    def __init__(self, database: Database, channels: Mapping[Channel, Sends], jitter: Jitter = random.random) -> None:
        self._database = database
        self._channels = channels
        self._jitter = jitter
        self._quotas = QuotaLimits.load()
        self._outside = frozenset(outbox.OUTSIDE) & frozenset(channel.value for channel in channels)
        self._sending = asyncio.Lock()
        self._stopped = False

    async def __call__(self) -> None:
        """Send until nothing is due; mark expired rows."""
        async with self._sending:
            if not self._stopped and await self._database.read(delivery.is_due):
                await self._send_all()

    async def stop(self) -> None:
        """Stop leasing, and wait for calls in progress."""
        self._stopped = True
        async with self._sending:
            pass

    async def _send_all(self) -> None:
        while await self._database.write(delivery.expire):
            pass
        lapsed = await self._database.write(delivery.lapse)
        if lapsed:
            log.error("%s messages: unknown whether they arrived", lapsed, extra={"action": "alert"})
        flight = _InFlight(self._send)
        ends: Sequence[tuple[Parcel, SendOutcome]] = ()
        try:
            while not self._stopped:
                # Results are saved in the transaction that leases the next rows.
                claimed = await self._database.write(self._turn, ends, AT_ONCE + AHEAD - flight.under_way)
                done = not (claimed.looked or flight.under_way or ends)
                ends = ()
                if done:
                    break
                flight.start(claimed.parcels)
                ends = await flight.some()
        finally:
            if ends := [*ends, *await flight.rest()]:
                await self._database.write(results.apply, ends, self._jitter)

    def _turn(self, tx: Tx, ends: Sequence[tuple[Parcel, SendOutcome]], most: int) -> outbox.ClaimedNotices:
        results.apply(tx, ends, self._jitter)
        return outbox.claim(tx, self._quotas, most, self._outside)

    async def _send(self, parcel: Parcel) -> SendOutcome:
        outcome = await self._channels[parcel.channel].send(parcel)
        if outcome.ending in (SendEnding.UNCERTAIN, SendEnding.REFUSED, SendEnding.STOP_TEMPLATE):
            log.error("outbox row %s: %s (%s)", parcel.id, outcome.ending, outcome.why, extra={"action": "alert"})
        return outcome


class _InFlight:
    """Leased parcels: waiting, in progress, and finished with their results."""

    def __init__(self, send: Callable[[Parcel], Awaitable[SendOutcome]]) -> None:
        self._send = send
        self._waiting: deque[Parcel] = deque()
        self._carriers: set[asyncio.Task[None]] = set()
        self._back: list[tuple[Parcel, SendOutcome]] = []
        self._enough = asyncio.Event()
        self._error: BaseException | None = None

    @property
    def under_way(self) -> int:
        return len(self._waiting) + len(self._carriers)

    def start(self, parcels: Iterable[Parcel]) -> None:
        self._waiting.extend(parcels)
        for _ in range(min(len(self._waiting), AT_ONCE - len(self._carriers))):
            carrier = asyncio.create_task(self._carry())
            self._carriers.add(carrier)
            carrier.add_done_callback(self._is_done)

    async def some(self) -> Sequence[tuple[Parcel, SendOutcome]]:
        """Return results of a good number of calls, or all, or after a while whichever finished."""
        if self._carriers:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._enough.wait(), LONGEST_WAIT)
        if self._error is not None:
            raise self._error
        return self._taken()

    async def rest(self) -> Sequence[tuple[Parcel, SendOutcome]]:
        """Return the results of everything leased."""
        if self._carriers:
            await asyncio.wait(self._carriers)
        return self._taken()

    async def _carry(self) -> None:
        while self._waiting:
            parcel = self._waiting.popleft()
            outcome = await self._send(parcel)
            self._back.append((parcel, outcome))
            if len(self._back) >= TOGETHER:
                self._enough.set()

    def _is_done(self, carrier: asyncio.Task[None]) -> None:
        self._carriers.discard(carrier)
        self._error = self._error or (None if carrier.cancelled() else carrier.exception())
        if self._error or not self._carriers:
            self._enough.set()

    def _taken(self) -> Sequence[tuple[Parcel, SendOutcome]]:
        self._enough.clear()
        taken, self._back = self._back, []
        return taken
