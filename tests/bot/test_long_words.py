"""Text too long for one message is sent in parts if the window has room for all, and no part twice."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.jobs.outbox import Sender
from config.limits import QuotaLimits
from config.topics import NoticeTopic
from notifications import outbox as deciding
from notifications.channels import Channel, Parcel, SendEnding, SendOutcome
from storage.chat import reply_windows
from storage.engine.database import Database
from storage.engine.transactions import Tx
from storage.notices import delivery, outbox
from storage.notices.outbox import OUTBOX
from storage.people import people
from storage.people.people import PEOPLE
from tests.conftest import MovableTime

PARTS = ["长" * 600, "文" * 600, "字" * 600]


async def prepared(database: Database, left: int) -> None:
    def prepare(tx: Tx) -> None:
        person = people.meet(tx, "o-wang").id
        reply_windows.wrote(tx, person)
        tx.execute(update(PEOPLE).values(window_left=left))
        outbox.plan(tx, key="ticket:1", person_id=person, topic=NoticeTopic.TICKET, text="\n\n".join(PARTS))

    await database.write(prepare)


async def claimed(database: Database) -> list[Parcel]:
    return (await database.write(deciding.claim, QuotaLimits.load(), 100)).parcels


async def rows(database: Database) -> list[tuple[str, str | None]]:
    found = select(OUTBOX.c.state, OUTBOX.c.why).order_by(OUTBOX.c.id)
    return [(row.state, row.why) for row in await database.read(lambda tx: tx.execute(found).all())]


async def left(database: Database) -> int:
    return int(await database.read(lambda tx: tx.execute(select(PEOPLE.c.window_left)).scalar_one()))


async def test_each_part_counts_in_the_window(database: Database) -> None:
    await prepared(database, 5)
    [parcel] = await claimed(database)
    assert (parcel.messages, await left(database)) == (3, 2)


async def test_without_room_for_all_of_them_none_goes_out(database: Database) -> None:
    await prepared(database, 2)
    assert await claimed(database) == []
    assert await rows(database) == [("held", "too_long")]
    assert await left(database) == 2


@pytest.mark.parametrize(
    ("outcome", "room"),
    [(SendOutcome(SendEnding.LATER, "-1", timedelta()), 4), (SendOutcome(SendEnding.CLOSED, "45047"), 0)],
)
async def test_the_rest_of_what_began_to_arrive_is_a_notice_of_its_own(
    database: Database, outcome: SendOutcome, room: int
) -> None:
    await prepared(database, 5)

    class Phone:
        def __init__(self) -> None:
            self.heard: list[str] = []

        async def send(self, parcel: Parcel) -> SendOutcome:
            self.heard.append(parcel.text)
            first = len(self.heard) == 1
            return (
                SendOutcome(outcome.ending, outcome.why, parts=1, unsaid=PARTS[1])
                if first
                else SendOutcome(SendEnding.SENT)
            )

    phone = Phone()
    await Sender(database, {Channel.MESSAGE: phone})()
    if room:
        assert phone.heard == ["\n\n".join(PARTS), PARTS[1]]
        assert (await rows(database), await left(database)) == ([("sent", "partly"), ("sent", None)], room - 1)
        return
    assert (await rows(database), await left(database)) == ([("sent", "partly"), ("held", "no_way")], 0)
    waiting = await database.write(outbox.take_waiting, 1)
    assert [notice.text for notice in waiting] == [PARTS[1]], "what was said is not said again"


async def test_whoever_dies_between_two_parts_sends_the_first_no_second_time(
    database: Database, time_offset: MovableTime
) -> None:
    await prepared(database, 5)
    await claimed(database)
    time_offset.ahead += delivery.LEASE
    assert await database.write(delivery.lapse) == 1
    assert await claimed(database) == []
    assert await rows(database) == [("uncertain", "lapsed")]
