"""The tick that plans reminders: looks, keeps what is due in small writes, tells. Any node, twice, after a crash."""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.board import Board
from bot.services import reminders as service
from config.hours import Hours
from config.policy.model import Policy
from config.reminding import Reminding
from config.texts import Texts
from notifications.plans import Rules
from storage import audit, planner, reminders
from storage.database import Database
from storage.transactions import Tx

log = logging.getLogger(__name__)

PERSONS_AT_ONCE = 50


def rules_of(texts: Texts) -> Rules:
    """Offsets and hours as they are entered, with these words."""
    return Rules(Reminding.load(), Hours.load(), texts)


class ReminderTick:
    """Called every minute. Where the clock jumps beside the time that passed it stops until a person has looked.

    `offset`: by how much the store's time is moved on purpose (the demo). `trusting`: a clock that was set back is
    followed, as in the demo, whose time begins anew with each start.
    """

    def __init__(
        self,
        database: Database,
        policy: Policy,
        texts: Texts,
        offset: Callable[[], timedelta],
        *,
        trusting: bool = False,
        passed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._board = Board(policy, texts)
        self._rules = rules_of(texts)
        self._offset = offset
        self._trusting = trusting
        self._passed = passed
        self._last: tuple[datetime, float] | None = None

    async def __call__(self) -> None:
        """Plan and hand over everything that is due."""
        if not await self._database.write(_begin, self._trusting):
            return
        if await self._jumped():
            await self._database.write(_stop)
            log.error("the clock jumped: reminders wait for a person", extra={"action": "planner_stopped"})
            return
        found = await self._database.read(service.look, self._board, self._rules)
        if found is None:
            return
        for change in found.changes:
            after = 0
            while after := await self._database.write(service.replace, change, after, self._rules):
                pass
        for start in range(0, len(found.due), service.AT_ONCE):
            await self._database.write(service.keep, found.due[start : start + service.AT_ONCE])
        await self._database.write(service.advance, found)
        while waiting := await self._database.read(reminders.people_waiting, PERSONS_AT_ONCE):
            await self._database.write(service.tell, waiting, self._rules)

    async def _jumped(self) -> bool:
        now, passed = await self._database.read(lambda tx: tx.now) - self._offset(), self._passed()
        last, self._last = self._last, (now, passed)
        state = await self._database.read(planner.state)
        most = self._rules.reminding.clock_jump
        if state is not None and state.upto - now - self._offset() > most:
            return True
        return last is not None and abs(now - last[0] - timedelta(seconds=passed - last[1])) > most


def _begin(tx: Tx, trusting: bool) -> bool:
    planner.begin(tx)
    if trusting:
        planner.follow(tx)
    state = planner.state(tx)
    return state is not None and state.stopped is None


def _stop(tx: Tx) -> None:
    if planner.stop(tx):
        audit.record(tx, actor="service", action="stop_planner", subject="reminders", source="tick")
