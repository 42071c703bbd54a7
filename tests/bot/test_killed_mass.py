"""However a node sending mass messages dies, every follower gets one copy, and the board adds up."""

import random
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.chat.context import ChatServices
from bot.simulator.bubbles import Side
from bot.wechat.api import Api
from bot.wechat.calls import Calls, Credentials
from bot.wechat.tokens import SharedToken
from storage.broadcasts import delivery_board, mass_sends, recipients
from storage.broadcasts.broadcasts import Broadcast
from storage.broadcasts.delivery_board import DeliveryOutcome
from storage.engine.database import Database
from storage.engine.transactions import SERVICE, Tx
from storage.firms import firms
from storage.people import people
from tests.bot.killing import child
from tests.broadcasts import a_content, approved, mass_tick, until_it_starts
from tests.conftest import KEY
from tests.fork_server import ForkServer
from tests.simulator.stage import APP_ID, SECRET, Stage

FOLLOWERS = 5
# Its commits: 1 started, 2-4 recipients fixed, 5 finally, 6-9 assigned, 10 sealed, 11-14 two calls claimed and taken,
# 15 the end.
POINTS = [("asked", 1), ("taken", 2), ("after", 7), ("before", 15)]
CALLS = [(when, number) for number in (1, 2) for when in ("asked", "taken")]
EVERY_POINT = CALLS + [(when, number) for number in range(1, 16) for when in ("before", "after")]
A_MONTH = timedelta(days=31)


@dataclass
class Field:
    """The platform, its followers and the database."""

    stage: Stage
    database: Database
    url: str
    server: ForkServer
    parts: ChatServices
    waves: int = 0

    async def approved(self) -> Broadcast:
        """Return a new due broadcast, in a month without earlier ones."""
        self.stage.clock.advance(A_MONTH)
        self.waves += 1
        content = a_content(kind="mass", title=f"第{self.waves}条")
        found = await self.database.write(approved, content, self.parts)
        self.stage.clock.advance(await self.database.read(until_it_starts, found))
        return found

    async def child(self, when: str, number: int, kill_after: float | None = None) -> bool:
        """Run a node process; return whether it died."""
        ahead = self.stage.clock.offset().total_seconds()
        return await child(self.server, "killed_mass_child", self.url, ahead, self.stage.url, when, number, kill_after)

    async def finish(self) -> None:
        """Continue with another node after the dead one's lease; later query the results."""
        store = SharedToken(self.database, APP_ID)
        calls = Calls(self.stage.session, self.stage.url, Credentials(APP_ID, SECRET), store, self.stage.clock.now)
        tick = mass_tick(self.database, self.parts.policy, self.parts.texts, Api(calls))
        for pause in (mass_sends.LEASE, mass_sends.ASKED_AFTER):
            self.stage.clock.advance(pause)
            await self.stage.platform.settled()
            await tick()

    async def hold(self, found: Broadcast) -> None:
        """Check for one copy each, one outcome each."""
        seen = Counter(
            follower.openid
            for follower in self.stage.platform.followers
            for bubble in follower.bubbles
            if bubble.side is Side.THEIRS and f"{found.content.title}\n" in bubble.content.text
        )
        assert list(seen.values()) == [1] * FOLLOWERS, f"{found.content.title}: {seen}"
        fates = await self.database.read(_fates, found.id)
        assert fates == {DeliveryOutcome.MASSED: FOLLOWERS}, found.content.title


def _fates(tx: Tx, broadcast_id: int) -> dict[DeliveryOutcome, int]:
    counts, _ = delivery_board.counts(tx, broadcast_id, stopped=False)
    assert sum(counts.values()) == recipients.total(tx, broadcast_id)
    return counts


def register(tx: Tx, openids: list[str]) -> None:
    for openid in openids:
        people.join_firm(tx, people.meet(tx, openid).id, firms.add(tx, name=f"南京{openid}有限公司", credit_code=None))


@pytest.fixture
async def field(database_url: str, parts: ChatServices, fork_server: ForkServer) -> AsyncIterator[Field]:
    async with Stage() as stage:
        database = Database.open(database_url, key=KEY, offset=stage.clock.offset, actor=SERVICE)
        openids = stage.platform.followers.crowd(FOLLOWERS, stage.clock.now())
        await database.write(register, openids)
        yield Field(stage, database, database_url, fork_server, parts)
        await database.close()


async def killed_at(field: Field, points: list[tuple[str, int]]) -> int:
    died = 0
    for when, number in points:
        found = await field.approved()
        died += await field.child(when, number)
        await field.finish()
        await field.hold(found)
    return died


async def test_a_node_killed_at_a_commit_or_around_a_call_leaves_one_copy_each(field: Field) -> None:
    assert await killed_at(field, POINTS) == len(POINTS), "the hook kills"


@pytest.mark.hard
async def test_a_node_killed_at_each_commit_and_around_each_call_leaves_one_copy_each(field: Field) -> None:
    assert await killed_at(field, EVERY_POINT) == len(EVERY_POINT), "the hook kills"


@pytest.mark.hard
async def test_a_node_killed_at_thirty_random_moments_leaves_one_copy_each(field: Field) -> None:
    chance, died = random.Random(8), 0
    for _ in range(30):
        found = await field.approved()
        died += await field.child("never", 0, kill_after=chance.random() * 0.3)
        await field.finish()
        await field.hold(found)
    assert died > 6, "most die in the middle"
