"""Sends what the outbox holds to whoever can be reached now: a tick that any node may run, at any time, twice."""

import asyncio
import logging
import random
from collections.abc import Mapping

from config.quotas import Quotas
from notifications import outbox
from notifications.reach import Channel, Ending, Jitter, Outcome, Parcel, Sends
from storage import sendings
from storage.database import Database, Tx

# So many batches are on their way side by side, each of so many calls: all of them are done long before their leases
# end, and while one is written down the other is sent. The session must let as many calls go side by side.
LANES = 2
AT_ONCE = 100

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
        ends: list[tuple[Parcel, Outcome]] = []
        while not self._stopped:
            # What was sent is written down in the transaction that leases what is sent next.
            claimed = await self._database.write(self._turn, ends)
            outcomes = await asyncio.gather(*(self._send(parcel) for parcel in claimed.parcels))
            ends = list(zip(claimed.parcels, outcomes, strict=True))
            if not claimed.looked:
                return
        if ends:
            await self._database.write(outbox.settle, ends, self._jitter)

    def _turn(self, tx: Tx, ends: list[tuple[Parcel, Outcome]]) -> outbox.Claimed:
        outbox.settle(tx, ends, self._jitter)
        return outbox.claim(tx, self._quotas, AT_ONCE, self._outside)

    async def _send(self, parcel: Parcel) -> Outcome:
        outcome = await self._channels[parcel.channel].send(parcel)
        if outcome.ending in (Ending.UNCERTAIN, Ending.REFUSED, Ending.STOP_TEMPLATE):
            log.error("outbox row %s: %s (%s)", parcel.id, outcome.ending, outcome.why, extra={"action": "alert"})
        return outcome
