"""Tick that plans reminders: reads, saves due ones in small writes, sends. Safe on any node, repeatable, after
a crash.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.services.policy.published_for_firm import PublishedDetailsCache
from bot.services.reminders import reminders as reminder_service
from config.policy.model import Policy
from config.texts import Texts
from notifications.plans import Rules
from storage.audit import audit
from storage.engine.database import Database
from storage.engine.transactions import Tx
from storage.reminders import planner_state

log = logging.getLogger(__name__)

PERSONS_AT_ONCE = 50


class ReminderTick:
    """Called every minute. Stops on a clock jump until a person has checked.

    `offset`: intended shift of the database time (the demo). `trusting`: follow a clock set back, as in the demo, whose
    time restarts each time.
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
        self._board = PublishedDetailsCache(policy, texts)
        self._rules = Rules.load(texts)
        self._offset = offset
        self._trusting = trusting
        self._passed = passed
        self._last: tuple[datetime, float] | None = None

    async def __call__(self) -> None:
        """Plan and send everything due."""
        state, now = await self._database.read(_state)
        if state is None or (self._trusting and state.upto > now):
            state = await self._database.write(planner_state.begin)
        if state.stopped is not None:
            return
        if self._jumped(state, now):
            await self._database.write(_stop)
            log.error("the clock jumped: reminders wait for a person", extra={"action": "planner_stopped"})
            return
        found = await self._database.read(reminder_service.find_due, self._board, self._rules)
        if found is None:
            return
        for change in found.changes:
            after = 0
            while after := await self._database.write(reminder_service.replace, change, after, self._rules):
                pass
        for start in range(0, len(found.due), reminder_service.AT_ONCE):
            await self._database.write(reminder_service.save_due, found.due[start : start + reminder_service.AT_ONCE])
        await self._database.write(reminder_service.advance, found)
        while waiting := await self._database.read(reminder_service.waiting, self._rules):
            for start in range(0, len(waiting), PERSONS_AT_ONCE):
                await self._database.write(
                    reminder_service.notify_due, waiting[start : start + PERSONS_AT_ONCE], self._rules
                )

    def _jumped(self, state: planner_state.PlannerState, now: datetime) -> bool:
        most, real, passed = self._rules.reminding.clock_jump, now - self._offset(), self._passed()
        last, self._last = self._last, (real, passed)
        if state.upto - now > most:
            return True
        return last is not None and abs(real - last[0] - timedelta(seconds=passed - last[1])) > most


def _state(tx: Tx) -> tuple[planner_state.PlannerState | None, datetime]:
    return planner_state.state(tx), tx.now


def _stop(tx: Tx) -> None:
    if planner_state.stop(tx):
        audit.record(tx, "stop_planner", "reminders")
