"""However the platform answers, each notice is delivered or reported, and nobody gets one twice."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import aiohttp
import pytest
from sqlalchemy import select

from bot.chat import platform_events
from bot.jobs.outbox import Sender
from bot.simulator.bubbles import Side
from bot.simulator.faults import STALL, Fault, FaultKind, Faults
from bot.simulator.followers import Trigger
from bot.wechat import messages
from bot.wechat.api import CUSTOM_SEND, Api
from bot.wechat.calls import Calls, Credentials
from bot.wechat.notices_api import TEMPLATE_SEND
from bot.wechat.parsing import parse
from bot.wechat.sending import channels_of
from bot.wechat.tokens import SharedToken
from config.topics import NoticeTopic
from storage.chat import reply_windows
from storage.engine.database import Database
from storage.engine.transactions import SERVICE, Tx
from storage.notices import card_templates, delivery_reports, outbox
from storage.notices.card_templates import CardTemplate
from storage.notices.cards import NoticeCard
from storage.notices.outbox import OUTBOX, PlannedNotice
from storage.people import people
from tests.conftest import KEY
from tests.simulator.stage import APP_ID, SECRET, Seconds, Stage

BAD = 0.3
KINDS = [kind for kind in FaultKind if kind is not FaultKind.REFUSED]
TOKEN = "/cgi-bin/stable_token"
CARD = NoticeCard("reminder", {"what": "算力券", "due": "2026年12月1日 17:00", "hint": "还剩7天"})
FIELDS = {"thing1": "{what}", "time2": "{due}", "thing3": "请看公众号", "thing4": "{hint}"}
# The client waits this many real seconds instead of eight, and a stall lasts slightly longer.
PATIENCE = 1.0
WAVES = 3


class Storm(Faults):
    """Three answers in ten are bad, each in one of seven ways."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self._chance = chance
        self.calls: Counter[str] = Counter()

    def strike(self, path: str, openid: str) -> Fault | None:
        self.calls[path] += 1
        if path not in (TEMPLATE_SEND, CUSTOM_SEND) or self._chance.random() >= BAD:
            return None
        return Fault(self._chance.choice(KINDS), path)


class Scaled(Seconds):
    """A stall ends once the client has given up; everything else waits for the clock to be moved."""

    def __init__(self) -> None:
        super().__init__()
        self.stalled: set[asyncio.Task[None]] = set()

    async def sleep(self, seconds: float) -> None:
        if seconds != STALL:
            return await super().sleep(seconds)
        stall = asyncio.create_task(asyncio.sleep(2 * PATIENCE))
        self.stalled.add(stall)
        stall.add_done_callback(self.stalled.discard)
        return await stall


class Hasty:
    """A session whose every call times out after the test's own patience."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    def request(self, *address: str, **asked: Any) -> Any:
        return self._session.request(*address, **asked | {"timeout": aiohttp.ClientTimeout(total=PATIENCE)})


async def at_once(_seconds: float) -> None:
    await asyncio.sleep(0)


def meet(tx: Tx, openids: list[str]) -> list[int]:
    card_templates.put(tx, CardTemplate("reminder", "template", "demo-template-deadline", FIELDS))
    return [people.meet(tx, openid).id for openid in openids]


def plan(tx: Tx, wave: int, persons: list[int]) -> None:
    """Plan two in three by card; the third as an answer into the open chat."""
    notices = [
        PlannedNotice(key=f"w:{wave}", person_id=person, topic=NoticeTopic.REMINDER, text=f"第{wave}波", card=CARD)
        if person % 3
        else PlannedNotice(key=f"w:{wave}", person_id=person, topic=NoticeTopic.TICKET, text=f"第{wave}波")
        for person in persons
    ]
    for person in persons:
        reply_windows.wrote(tx, person)
    outbox.plan_many(tx, notices)


@asynccontextmanager
async def storm(database_url: str, seed: int) -> AsyncIterator[tuple[Stage, Database, Sender, Storm]]:
    async with Stage(seconds=Scaled()) as stage, aiohttp.ClientSession() as session:
        faults = stage.platform.faults = Storm(random.Random(seed))
        database = Database.open(database_url, key=KEY, offset=stage.clock.offset, actor=SERVICE)
        hasty = cast(aiohttp.ClientSession, Hasty(session))
        store = SharedToken(database, APP_ID)
        api = Api(Calls(hasty, stage.url, Credentials(APP_ID, SECRET), store, stage.clock.now, at_once))
        sender = Sender(database, channels_of(api, "", lambda text: text), random.Random(seed).random)
        try:
            yield stage, database, sender, faults
        finally:
            await database.close()


async def calm(stage: Stage) -> None:
    """Wait until no call is stalled."""
    await asyncio.gather(*cast(Scaled, stage.seconds).stalled)
    for _ in range(20):
        await asyncio.sleep(0)


async def handle(stage: Stage, database: Database) -> None:
    """Deliver the platform's reports to the tables, twice."""
    stage.clock.advance(timedelta(seconds=30))
    await stage.platform.settled()
    posts, stage.posts = stage.posts, []
    for posted in posts + posts:
        event = parse(posted.body.encode(), secure=False)
        assert isinstance(event, messages.TemplateSendJobFinish)
        await database.write(platform_events.handle, replace(event))


def standing(tx: Tx) -> list[tuple[int, str]]:
    return [(row.person_id, row.state) for row in tx.execute(select(OUTBOX.c.person_id, OUTBOX.c.state))]


async def weathered(database_url: str, many: int, seed: int) -> None:
    async with storm(database_url, seed) as (stage, database, sender, faults):
        openids = stage.platform.followers.crowd(many, stage.clock.now())
        followers = {follower.openid: follower for follower in stage.platform.followers}
        persons = await database.write(meet, openids)
        for wave in range(WAVES):
            for openid in openids:
                followers[openid].window.open_by(Trigger.MESSAGE, stage.clock.now())
            for start in range(0, many, 300):
                await database.write(plan, wave, persons[start : start + 300])
            for _ in range(20):
                await sender()
                await calm(stage)
                stage.clock.advance(timedelta(minutes=1))
            await handle(stage, database)
            # Longer than a token's lifetime.
            stage.clock.advance(timedelta(hours=3))
        seen = {
            person: sum(bubble.side is Side.THEIRS for bubble in followers[openid].bubbles)
            for person, openid in zip(persons, openids, strict=True)
        }
        found = await database.read(standing)
        states = Counter(state for _, state in found)
        sure, reported = Counter(person for person, state in found if state == "sent"), Counter[int]()
        reported.update(person for person, state in found if state in ("uncertain", "dead", "new", "held"))
        assert len(found) == states.total() == many * WAVES
        assert set(states) <= {"sent", "uncertain", "dead", "held"}, states
        # Everything called sent was shown once; only uncertain ones may or may not have been.
        doubtful = Counter(person for person, state in found if state == "uncertain")
        assert all(sure[person] <= seen[person] <= sure[person] + doubtful[person] for person in persons)
        assert all(sure[person] + reported[person] == WAVES for person in persons)
        # However slow the machine, most arrive.
        assert states["sent"] > many * WAVES / 2, states
        assert faults.calls[TOKEN] <= 2 * WAVES
        assert await database.read(lambda tx: tx.execute(select(delivery_reports.RESULTS)).all()) == []


async def test_a_thousand_sendings_in_a_storm_are_delivered_or_reported(database_url: str) -> None:
    await weathered(database_url, 334, seed=8)


@pytest.mark.hard
async def test_ten_thousand_sendings_in_a_storm_are_delivered_or_reported(database_url: str) -> None:
    await weathered(database_url, 3334, seed=88)
