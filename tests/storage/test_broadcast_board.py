"""Each state of a notice has one place on the board, in plain words, and all of them add up."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.chat.context import Parts
from bot.console.broadcasts.delivery_board import FATES, said_why
from storage.broadcasts import delivery_board, recipients
from storage.broadcasts.broadcasts import Broadcast
from storage.broadcasts.delivery_board import Fate
from storage.engine.database import Database
from storage.engine.transactions import Tx
from storage.notices import outbox
from storage.notices.outbox import OUTBOX
from tests.broadcasts import a_content, a_firm, approved, tick_of, until_it_starts
from tests.conftest import MovableTime

STANDS = [
    (outbox.NEW, None, Fate.SENDING),
    (outbox.RETRY, "no_answer", Fate.SENDING),
    (outbox.LEASED, None, Fate.SENDING),
    (outbox.SENT, None, Fate.REACHED),
    (outbox.SAID, None, Fate.REACHED),
    (outbox.HELD, "no_way", Fate.CLOSED),
    (outbox.HELD, "system_failed", Fate.CLOSED),
    (outbox.HELD, "user_block", Fate.REFUSED),
    (outbox.HELD, "43101", Fate.REFUSED),
    (outbox.UNCERTAIN, "overdue", Fate.UNCERTAIN),
    (outbox.DEAD, "47001", Fate.FAILED),
    (outbox.EXPIRED, None, Fate.EXPIRED),
    (outbox.QUARANTINED, "restored", Fate.HELD),
]


@pytest.fixture
async def told(database: Database, parts: Parts, time_offset: MovableTime) -> Broadcast:
    """Return a broadcast with a notice in each state, one person each."""

    def enter(tx: Tx) -> Broadcast:
        a_firm(tx, "南京云有限公司", persons=len(STANDS))
        return approved(tx, a_content(), parts)

    found = await database.write(enter)
    time_offset.ahead += await database.read(until_it_starts, found)
    await tick_of(database, parts)()

    def stand(tx: Tx) -> None:
        rows = tx.execute(OUTBOX.select().where(OUTBOX.c.topic == "broadcast").order_by(OUTBOX.c.person_id)).all()
        for row, (state, why, _) in zip(rows, STANDS, strict=True):
            tx.execute(update(OUTBOX).where(OUTBOX.c.id == row.id).values(state=state, why=why))

    await database.write(stand)
    return found


async def test_every_state_of_the_outbox_has_its_place_and_the_sum_is_the_audience(
    database: Database, told: Broadcast
) -> None:
    def read(tx: Tx) -> tuple[list[Fate], dict[Fate, int], int]:
        people = delivery_board.fated(tx, told.id, stopped=False, most=99)
        counts, _ = delivery_board.counts(tx, told.id, stopped=False)
        return [one.fate for one in people], counts, recipients.total(tx, told.id)

    fates, counts, total = await database.read(read)
    assert fates == [fate for _, _, fate in STANDS]
    assert sum(counts.values()) == total == len(STANDS)

    def alone(tx: Tx, fate: Fate) -> int:
        return len(delivery_board.fated(tx, told.id, stopped=False, most=99, only=fate))

    assert {fate: await database.read(alone, fate) for fate in counts} == counts


async def test_what_nobody_came_for_in_time_is_counted_as_expired(
    database: Database, told: Broadcast, time_offset: MovableTime
) -> None:
    time_offset.ahead += timedelta(days=31)
    counts, _ = await database.read(lambda tx: delivery_board.counts(tx, told.id, stopped=False))
    assert counts[Fate.EXPIRED] > 1
    assert Fate.CLOSED not in counts
    assert sum(counts.values()) == len(STANDS)


def test_every_place_has_a_name_and_every_reason_a_word() -> None:
    assert set(FATES) == set(Fate)
    assert said_why("40001") == "微信错误码 40001"
    assert all(not said_why(why).isascii() for _, why, _ in STANDS if why)
