"""Sends what the outbox holds to whoever may be written to now: a tick that any node may run, at any time, twice."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from bot.wechat.sending import Ending, Outcome
from notifications.reach import PUSHED, pause_after
from storage import sendings
from storage.database import Database
from storage.sendings import Leased
from storage.transactions import Tx

# So many calls at a time: all of a batch are done long before their leases end.
AT_ONCE = 8

log = logging.getLogger(__name__)


class Sends(Protocol):
    """A channel to one person."""

    async def send(self, openid: str, text: str) -> Outcome:
        """Send this text once and tell how that ended."""
        ...


class Sender:
    """Leases rows, sends each once, and writes down how it came out. `said`: the text as the person reads it."""

    def __init__(
        self, database: Database, channel: Sends, said: Callable[[str, datetime], str], now: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._channel = channel
        self._said = said
        self._now = now
        self._sending = asyncio.Lock()
        self._stopped = False

    async def __call__(self) -> None:
        """Send until nothing is due."""
        async with self._sending:
            if not self._stopped and await self._database.read(sendings.is_due, PUSHED):
                await self._send_all()

    async def stop(self) -> None:
        """Lease nothing more, and wait for what is on its way."""
        self._stopped = True
        async with self._sending:
            pass

    async def _send_all(self) -> None:
        lapsed = await self._database.write(sendings.lapse)
        if lapsed:
            log.error("%s messages: unknown whether they arrived", lapsed, extra={"action": "alert"})
        while rows := await self._database.write(sendings.claim, PUSHED, AT_ONCE):
            await asyncio.gather(*(self._send(row) for row in rows))
            if self._stopped:
                return

    async def _send(self, row: Leased) -> None:
        outcome = await self._channel.send(row.openid, self._said(row.text, self._now()))
        if outcome.ending in (Ending.UNCERTAIN, Ending.REFUSED):
            log.error("outbox row %s: %s (%s)", row.id, outcome.ending, outcome.why, extra={"action": "alert"})
        await self._database.write(_settle, row, outcome)


def _settle(tx: Tx, row: Leased, outcome: Outcome) -> None:
    match outcome.ending:
        case Ending.SENT:
            sendings.sent(tx, row)
        case Ending.LATER:
            sendings.wait(tx, row, pause_after(row.attempt, outcome.pause))
        case Ending.NEXT_VISIT:
            sendings.leave_for_visit(tx, row)
        case Ending.UNCERTAIN:
            sendings.uncertain(tx, row, outcome.why)
        case Ending.REFUSED:
            sendings.hold(tx, row, outcome.why)
