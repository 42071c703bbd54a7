"""However a sender dies, nothing is lost and no card is shown twice: killed at each commit, and at any moment."""

import random
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from bot.jobs.outbox import Sender
from bot.simulator.bubbles import Side
from bot.simulator.followers import Trigger
from bot.wechat.api import Api
from bot.wechat.calls import Calls, Credentials
from bot.wechat.sending import channels_of
from bot.wechat.tokens import SharedToken
from storage.engine.database import Database
from storage.engine.transactions import SERVICE, Tx
from storage.notices import delivery
from storage.notices.outbox import OUTBOX
from tests.bot.killing import child
from tests.bot.test_storm import meet, plan
from tests.conftest import KEY
from tests.fork_server import ForkServer
from tests.simulator.stage import APP_ID, SECRET, Stage

PEOPLE = 120
# A claim, a concurrent claim, their results: each the transaction in or after which the sender dies.
POINTS = [(when, number) for number in (2, 3, 4, 5) for when in ("before", "after")]
EVERY_POINT = [(when, number) for number in range(1, 13) for when in ("before", "after")]


@dataclass
class Field:
    """The platform, the database and the recipients."""

    stage: Stage
    database: Database
    url: str
    server: ForkServer
    openids: list[str]
    waves: int = 0

    async def plan(self) -> None:
        for follower in self.stage.platform.followers:
            follower.window.open_by(Trigger.MESSAGE, self.stage.clock.now())
        await self.database.write(plan, self.waves, self.persons)
        self.waves += 1

    async def begin(self) -> None:
        self.persons = await self.database.write(meet, self.openids)

    async def child(self, when: str, number: int, kill_after: float | None = None) -> bool:
        """Run a sender process; return whether it died."""
        ahead = self.stage.clock.offset().total_seconds()
        return await child(self.server, "killed_child", self.url, ahead, self.stage.url, when, number, kill_after)

    async def finish(self) -> None:
        """Continue with another sender, once the dead one's leases have expired."""
        self.stage.clock.advance(delivery.LEASE)
        store = SharedToken(self.database, APP_ID)
        calls = Calls(self.stage.session, self.stage.url, Credentials(APP_ID, SECRET), store, self.stage.clock.now)
        sender = Sender(self.database, channels_of(Api(calls), "", lambda text: text))
        await sender()
        # A person with a row in progress has more waiting.
        await sender()

    def seen(self, kind: str) -> Counter[str]:
        return Counter(
            follower.openid
            for follower in self.stage.platform.followers
            for bubble in follower.bubbles
            if bubble.side is Side.THEIRS and bubble.content.kind == kind
        )

    async def hold(self) -> None:
        """Check that every card was shown once; every text once, or never and then reported."""
        rows = await self.database.read(_rows)
        of = dict(zip(self.persons, self.openids, strict=True))
        cards = Counter(of[person] for person, channel, _ in rows if channel == "template")
        states = Counter((channel, state) for _, channel, state in rows)
        assert len(rows) == PEOPLE * self.waves
        assert set(states) <= {("template", "sent"), ("message", "sent"), ("message", "uncertain")}, states
        assert self.seen("template") == cards
        words = self.seen("text")
        sure = Counter(of[person] for person, channel, state in rows if (channel, state) == ("message", "sent"))
        doubt = Counter(of[person] for person, channel, state in rows if state == "uncertain")
        assert all(sure[one] <= words[one] <= sure[one] + doubt[one] for one in self.openids)


def _rows(tx: Tx) -> list[tuple[int, str, str]]:
    found = tx.execute(select(OUTBOX.c.person_id, OUTBOX.c.channel, OUTBOX.c.state))
    return [(row.person_id, row.channel, row.state) for row in found]


@pytest.fixture
async def field(database_url: str, fork_server: ForkServer) -> AsyncIterator[Field]:
    """Return so many followers waiting for a card, or for text in the open chat."""
    async with Stage() as stage:
        database = Database.open(database_url, key=KEY, offset=stage.clock.offset, actor=SERVICE)
        made = Field(
            stage, database, database_url, fork_server, stage.platform.followers.crowd(PEOPLE, stage.clock.now())
        )
        await made.begin()
        yield made
        await database.close()


async def killed_at(field: Field, points: list[tuple[str, int]]) -> None:
    died = 0
    for when, number in points:
        await field.plan()
        died += await field.child(when, number)
        await field.finish()
    await field.hold()
    assert died >= min(len(points), 8), "the hook kills"


async def test_a_sender_killed_at_a_commit_loses_nothing_and_repeats_no_card(field: Field) -> None:
    await killed_at(field, POINTS)


@pytest.mark.hard
async def test_a_sender_killed_at_each_of_its_commits_loses_nothing_and_repeats_no_card(field: Field) -> None:
    await killed_at(field, EVERY_POINT)


@pytest.mark.hard
async def test_a_sender_killed_at_fifty_random_moments_loses_nothing_and_repeats_no_card(field: Field) -> None:
    chance = random.Random(8)
    died = 0
    for _ in range(50):
        await field.plan()
        died += await field.child("never", 0, kill_after=chance.random() * 0.4)
        await field.finish()
    await field.hold()
    assert died > 10, "most die in the middle"
