"""People are assigned to calls the platform accepts, each made once under its id; uncertain ones are not retried
forever.
"""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import update

from bot.chat.context import ChatServices
from bot.services.broadcasts import broadcasts as broadcast_service
from bot.wechat.errors import ApiRefusedError, ApiUncertainError
from bot.wechat.mass_api import MASS_SEND, MassJob
from storage.broadcasts import broadcasts, delivery_board
from storage.broadcasts.broadcasts import Broadcast, BroadcastState
from storage.broadcasts.delivery_board import DeliveryOutcome
from storage.broadcasts.mass_sends import PROTECTED
from storage.engine.database import Database
from storage.engine.transactions import Tx
from storage.people.people import PEOPLE
from tests.broadcasts import a_content, a_firm, approved, official, tick_of, until_it_starts
from tests.conftest import MovableTime


class Platform:
    """Accepts each id once and remembers its people; raises given errors."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.made: list[str] = []
        self.taken: dict[str, list[str]] = {}

    async def mass_send(self, openids: Sequence[str], text: str, clientmsgid: str) -> MassJob:
        self.made.append(clientmsgid)
        if self.errors:
            raise self.errors.pop(0)
        known = clientmsgid in self.taken
        self.taken.setdefault(clientmsgid, list(openids))
        return MassJob(len(self.taken), known)

    async def mass_get(self, msg_id: int) -> str:
        return "SENDING"


async def release(database: Database, parts: ChatServices, time_offset: MovableTime, firms: int) -> Broadcast:
    def enter(tx: Tx) -> Broadcast:
        for number in range(firms):
            a_firm(tx, f"南京{number}有限公司")
        return approved(tx, a_content(kind="mass"), parts)

    found = await database.write(enter)
    time_offset.ahead += await database.read(until_it_starts, found)
    return found


async def fates(database: Database, found: Broadcast, *, stopped: bool = False) -> dict[DeliveryOutcome, int]:
    return (await database.read(lambda tx: delivery_board.counts(tx, found.id, stopped=stopped)))[0]


async def test_calls_hold_no_more_than_the_platform_takes_and_never_one_alone(
    database: Database, parts: ChatServices, time_offset: MovableTime
) -> None:
    found = await release(database, parts, time_offset, 7)
    platform = Platform()
    await tick_of(database, parts, 2, platform, mass_most=3)()
    sizes = [len(openids) for openids in platform.taken.values()]
    assert sizes == [3, 2, 2], "three, three and one: the last takes one of the second"
    assert len({openid for openids in platform.taken.values() for openid in openids}) == 7
    assert all(len(own_id.encode()) <= 32 for own_id in platform.taken)
    assert await fates(database, found) == {DeliveryOutcome.SENDING: 7}


async def test_one_person_alone_is_told_through_the_outbox(
    database: Database, parts: ChatServices, time_offset: MovableTime
) -> None:
    found = await release(database, parts, time_offset, 1)
    platform = Platform()
    await tick_of(database, parts, api=platform)()
    assert platform.made == []
    assert await fates(database, found) == {DeliveryOutcome.SENDING: 1}


async def test_a_call_in_doubt_is_made_again_under_its_id_but_not_after_a_day(
    database: Database, parts: ChatServices, time_offset: MovableTime
) -> None:
    found = await release(database, parts, time_offset, 3)
    doubts = [ApiUncertainError(MASS_SEND, "no answer") for _ in range(3)]
    platform = Platform(*doubts, ApiRefusedError(MASS_SEND, -1, "busy"))
    tick = tick_of(database, parts, api=platform)
    for _ in range(4):
        await tick()
        await tick()
        time_offset.ahead += timedelta(minutes=2)
    assert len(platform.made) == 4
    assert len(set(platform.made)) == 1
    time_offset.ahead += PROTECTED
    await tick()
    assert len(platform.made) == 4
    assert await fates(database, found) == {DeliveryOutcome.UNCERTAIN: 3}


async def test_what_is_stopped_before_its_call_is_not_made(
    database: Database, parts: ChatServices, time_offset: MovableTime
) -> None:
    found = await release(database, parts, time_offset, 3)
    platform = Platform(ApiRefusedError(MASS_SEND, 45011, "slower"))
    tick = tick_of(database, parts, api=platform)
    await tick()
    await database.write(lambda tx: broadcast_service.stop(tx, official(tx, "乙"), found.id, "写错了"))
    time_offset.ahead += timedelta(hours=1)
    await tick()
    assert len(platform.made) == 1
    assert await fates(database, found, stopped=True) == {DeliveryOutcome.STOPPED: 3}


async def test_one_that_cannot_be_sent_keeps_no_other_back(
    database: Database, parts: ChatServices, time_offset: MovableTime
) -> None:
    first = await release(database, parts, time_offset, 3)
    second = await database.write(approved, a_content(title="另一条"), parts)
    time_offset.ahead += await database.read(until_it_starts, second)
    unreadable = update(PEOPLE).where(PEOPLE.c.firm_id.is_not(None)).values(openid=b"no seal")
    await database.write(lambda tx: tx.execute(unreadable).rowcount)
    platform = Platform()
    await tick_of(database, parts, api=platform)()
    assert platform.made == []
    assert await fates(database, first) == {DeliveryOutcome.SENDING: 3}
    after = await database.read(broadcasts.get, second.id)
    assert after is not None
    assert after.state is BroadcastState.DONE
