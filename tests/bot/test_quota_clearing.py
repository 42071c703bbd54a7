"""An operator resets a spent daily quota: ten times a month on all nodes together, never more."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import pytest

from bot.jobs.api_quotas import clear_quotas
from bot.jobs.outbox import Sender
from bot.simulator.faults import Fault, FaultKind
from bot.simulator.followers import Trigger
from bot.wechat.api import CLEAR_QUOTA, CUSTOM_SEND, Api
from bot.wechat.calls import Calls, Credentials
from bot.wechat.errors import ApiRefusedError
from bot.wechat.sending import channels_of
from bot.wechat.tokens import SharedToken
from config.errors import AppError, InputError, UnavailableError
from config.limits import QuotaLimits
from config.topics import NoticeTopic
from storage.chat import reply_windows
from storage.engine.database import Database
from storage.engine.transactions import SERVICE, Tx
from storage.notices import outbox, quota_clears
from storage.notices.api_quota import current
from storage.people import people
from tests.conftest import KEY
from tests.simulator.stage import APP_ID, SECRET, Stage

QUOTAS = QuotaLimits.load()
OPERATOR = 1


def told(tx: Tx, openids: list[str]) -> None:
    """Plan a notice for each of these, in an open chat."""
    for openid in openids:
        person = people.meet(tx, openid).id
        reply_windows.wrote(tx, person)
        outbox.plan(tx, key="ticket:1:reply:1", person_id=person, topic=NoticeTopic.TICKET, text="答复")


@dataclass
class Nodes:
    """Two nodes over one database and one platform, which allows two messages a day."""

    stage: Stage
    database: Database
    apis: tuple[Api, Api]
    somebody: str

    async def send(self, node: int) -> None:
        await Sender(self.database, channels_of(self.apis[node], "", str))()

    async def clear(self, node: int) -> None:
        await clear_quotas(self.database, self.apis[node], QUOTAS, OPERATOR)

    async def states(self) -> dict[str, int]:
        return await self.database.read(outbox.states)

    async def left(self) -> int:
        since = self.stage.clock.now() - timedelta(days=1)
        return await self.database.read(partial(quota_clears.left, since=since, most=QUOTAS.clears_a_month))


@pytest.fixture
async def nodes(database_url: str) -> AsyncIterator[Nodes]:
    async def at_once(_seconds: float) -> None:
        """Do not wait before a call is retried."""

    async with Stage() as stage:
        database = Database.open(database_url, key=KEY, offset=stage.clock.offset, actor=SERVICE)
        cleared = partial(database.read, quota_clears.last)
        store, who = SharedToken(database, APP_ID), Credentials(APP_ID, SECRET)
        calls = [Calls(stage.session, stage.url, who, store, stage.clock.now, at_once, cleared) for _ in range(2)]
        openids = stage.platform.followers.crowd(6, stage.clock.now())
        for follower in stage.platform.followers:
            follower.window.open_by(Trigger.MESSAGE, stage.clock.now())
        stage.platform.api.quotas.daily[CUSTOM_SEND] = 2
        await database.write(told, openids)
        yield Nodes(stage, database, (Api(calls[0]), Api(calls[1])), openids[0])
        await database.close()


async def test_what_waited_for_midnight_goes_out_on_every_node(nodes: Nodes) -> None:
    await nodes.send(0)
    assert await nodes.states() == {"sent": 2, "new": 4}
    with pytest.raises(ApiRefusedError, match="45009"):
        await nodes.apis[1].send_text(nodes.somebody, "也不行")
    await nodes.send(1)
    assert await nodes.states() == {"sent": 2, "new": 4}
    await nodes.clear(0)
    await nodes.send(1)
    assert await nodes.states() == {"sent": 4, "new": 2}, "two more of the new day, by the node that was refused before"
    assert await nodes.left() == 9


async def test_two_nodes_at_once_never_ask_more_often_than_a_month_allows(nodes: Nodes) -> None:
    ends = await asyncio.gather(*(nodes.clear(number % 2) for number in range(14)), return_exceptions=True)
    refused = [end for end in ends if end is not None]
    assert [str(getattr(end, "code", end)) for end in refused] == ["quota_none_left"] * 4
    assert await nodes.left() == 0
    with pytest.raises(ApiRefusedError, match="48006"):
        await nodes.apis[0].clear_quota()


@pytest.mark.parametrize(
    ("fault", "said", "left"),
    [
        (Fault(FaultKind.REFUSED, CLEAR_QUOTA, code=48006), InputError("quota_none_left", most=10), 0),
        (Fault(FaultKind.REFUSED, CLEAR_QUOTA, code=48001), InputError("quota_refused", number=48001), 10),
        (Fault(FaultKind.EMPTY, CLEAR_QUOTA), UnavailableError("quota_in_doubt"), 9),
        (Fault(FaultKind.RESET_AFTER, CLEAR_QUOTA), UnavailableError("quota_in_doubt"), 9),
    ],
)
async def test_what_the_platform_did_not_do_is_said_and_counted_only_where_it_may_have_been_done(
    nodes: Nodes, fault: Fault, said: AppError, left: int
) -> None:
    await nodes.send(0)
    nodes.stage.platform.faults.order(fault)
    with pytest.raises(type(said), match=said.code):
        await nodes.clear(0)
    assert await nodes.left() == left
    assert (await nodes.database.read(current))["message"].why == "45009", "nothing goes out as long as nobody knows"
