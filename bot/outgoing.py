"""Sends what the outbox holds to whoever can be reached now: a tick that any node may run, at any time, twice."""

import asyncio
import logging
import random
from collections.abc import Mapping

from config.quotas import Quotas
from notifications import outbox
from notifications.reach import Channel, Ending, Jitter, Outcome, Parcel, Sends
from storage import sendings
from storage.database import Database

# So many batches are on their way side by side, each of so many calls: all of them are done long before their leases
# end, and while one is written down another is sent.
LANES = 2
AT_ONCE = 50

log = logging.getLogger(__name__)


class Sender:
    """Leases rows, sends each once by its channel, and writes down how it came out. `jitter` spreads repeats (0-1)."""

    def __init__(self, database: Database, channels: Mapping[Channel, Sends], jitter: Jitter = random.random) -> None:
        self._database = database
        self._channels = channels
        self._jitter = jitter
        self._quotas = Quotas.load()
        self._outside = frozenset(outbox.OUTSIDE) & frozenset(channel.value for channel in channels)
        self._sending = asyncio.Lock()
        self._stopped = False

    async def __call__(self) -> None:
        """Send until nothing is due; mark what came too late."""
        async with self._sending:
            if not self._stopped and await self._database.read(sendings.is_due):
                await self._send_all()

    async def stop(self) -> None:
        """Lease nothing more, and wait for what is on its way."""
        self._stopped = True
        async with self._sending:
            pass

    async def _send_all(self) -> None:
        while await self._database.write(sendings.expire):
            pass
        lapsed = await self._database.write(sendings.lapse)
        if lapsed:
            log.error("%s messages: unknown whether they arrived", lapsed, extra={"action": "alert"})
        ends = await asyncio.gather(*(self._lane() for _ in range(LANES)), return_exceptions=True)
        for error in ends:
            if error is not None:
                raise error

    async def _lane(self) -> None:
        while not self._stopped:
            claimed = await self._database.write(outbox.claim, self._quotas, AT_ONCE, self._outside)
            if not claimed.looked:
                return
            outcomes = await asyncio.gather(*(self._send(parcel) for parcel in claimed.parcels))
            if outcomes:
                ends = list(zip(claimed.parcels, outcomes, strict=True))
                await self._database.write(outbox.settle, ends, self._jitter)

    async def _send(self, parcel: Parcel) -> Outcome:
        outcome = await self._channels[parcel.channel].send(parcel)
        if outcome.ending in (Ending.UNCERTAIN, Ending.REFUSED, Ending.STOP_TEMPLATE):
            log.error("outbox row %s: %s (%s)", parcel.id, outcome.ending, outcome.why, extra={"action": "alert"})
        return outcome
