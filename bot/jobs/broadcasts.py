"""Tick that sends approved broadcasts: fixes recipients, sends in batches. Safe on any node, and repeatable."""

import logging

from bot.jobs.mass_sends import MassCalls, SendsToMany
from bot.services.broadcasts import mass_sends
from bot.services.broadcasts import sending as sending_service
from bot.services.broadcasts.audience import choose
from bot.services.policy.published_for_firm import PublishedDetailsCache
from config.errors import AppError
from config.limits import BroadcastLimits
from config.policy.model import Policy
from config.texts import Texts
from storage.broadcasts import broadcasts
from storage.broadcasts import mass_sends as stored_mass_sends
from storage.broadcasts.broadcasts import Broadcast, BroadcastState
from storage.engine.database import Database
from storage.engine.transactions import Tx

log = logging.getLogger(__name__)


class BroadcastTick:
    """Called every few seconds. What one node left unfinished, another continues."""

    def __init__(
        self,
        database: Database,
        policy: Policy,
        texts: Texts,
        api: SendsToMany,
        rules: BroadcastLimits | None = None,
        origin: str = "",
    ) -> None:
        """`origin`: base of links in text."""
        self._origin = origin
        self._database = database
        self._board = PublishedDetailsCache(policy, texts)
        self._texts = texts
        self._rules = BroadcastLimits.load() if rules is None else rules
        self._calls = MassCalls(database, api, texts, self._rules)

    async def __call__(self) -> None:
        """Send everything due; a failing one does not delay others."""
        for one in await self._database.read(broadcasts.to_do):
            try:
                await self._send(one)
            except AppError as error:
                log.warning("broadcast %s: %s", one.id, error.code, extra={"action": "alert"})
        await self._calls.poll_overdue()

    async def _send(self, one: Broadcast) -> None:
        if one.state is BroadcastState.APPROVED and not await self._database.write(sending_service.begin, one.id):
            return
        if one.frozen is None:
            await self._fix(one)
        if one.content.kind == "mass":
            await self._send_to_many(one.id)
            return
        while await self._database.write(sending_service.plan, one.id, self._rules, self._texts, self._origin):
            pass
        await self._database.write(sending_service.finish, one.id)

    async def _send_to_many(self, broadcast_id: int) -> None:
        while await self._database.write(mass_sends.sort, broadcast_id, self._rules):
            pass
        await self._database.write(mass_sends.seal, broadcast_id, self._rules, self._texts)
        await self._calls(broadcast_id)
        if await self._database.read(stored_mass_sends.all_made, broadcast_id):
            await self._database.write(sending_service.finish, broadcast_id)

    async def _fix(self, one: Broadcast) -> None:
        people = await self._database.read(self._people, one)
        for start in range(0, len(people), self._rules.portion):
            if not await self._database.write(sending_service.fix, one.id, people[start : start + self._rules.portion]):
                return
        await self._database.write(broadcasts.freeze, one.id)

    def _people(self, tx: Tx, one: Broadcast) -> list[tuple[int, int | None]]:
        return choose(tx, one.content, self._board.current(tx), self._texts).people
