"""Each state of a notice has one place on the board, in plain words, and all of them add up."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.chat.context import ChatServices
from bot.console.broadcasts.delivery_board import FATES, reason_in_words
from storage.broadcasts import delivery_board, recipients
from storage.broadcasts.broadcasts import Broadcast
from storage.broadcasts.delivery_board import DeliveryOutcome
from storage.engine.database import Database
from storage.engine.transactions import Tx
from storage.notices import outbox
from storage.notices.outbox import OUTBOX
from tests.broadcasts import a_content, a_firm, approved, tick_of, until_it_starts
from tests.conftest import MovableTime

STANDS = [
    (outbox.NEW, None, DeliveryOutcome.SENDING),
    (outbox.RETRY, "no_answer", DeliveryOutcome.SENDING),
    (outbox.LEASED, None, DeliveryOutcome.SENDING),
    (outbox.SENT, None, DeliveryOutcome.REACHED),
    (outbox.SAID, None, DeliveryOutcome.REACHED),
    (outbox.HELD, "no_way", DeliveryOutcome.CLOSED),
    (outbox.HELD, "system_failed", DeliveryOutcome.CLOSED),
    (outbox.HELD, "user_block", DeliveryOutcome.REFUSED),
    (outbox.HELD, "43101", DeliveryOutcome.REFUSED),
    (outbox.UNCERTAIN, "overdue", DeliveryOutcome.UNCERTAIN),
    (outbox.DEAD, "47001", DeliveryOutcome.FAILED),
    (outbox.EXPIRED, None, DeliveryOutcome.EXPIRED),
    (outbox.QUARANTINED, "restored", DeliveryOutcome.HELD),
]


@pytest.fixture
async def told(database: Database, parts: ChatServices, time_offset: MovableTime) -> Broadcast:
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
    def read(tx: Tx) -> tuple[list[DeliveryOutcome], dict[DeliveryOutcome, int], int]:
        people = delivery_board.outcomes(tx, told.id, stopped=False, most=99)
        counts, _ = delivery_board.counts(tx, told.id, stopped=False)
        return [one.fate for one in people], counts, recipients.total(tx, told.id)

    fates, counts, total = await database.read(read)
    assert fates == [fate for _, _, fate in STANDS]
    assert sum(counts.values()) == total == len(STANDS)

    def alone(tx: Tx, fate: DeliveryOutcome) -> int:
        return len(delivery_board.outcomes(tx, told.id, stopped=False, most=99, only=fate))

    assert {fate: await database.read(alone, fate) for fate in counts} == counts


async def test_what_nobody_came_for_in_time_is_counted_as_expired(
    database: Database, told: Broadcast, time_offset: MovableTime
) -> None:
    time_offset.ahead += timedelta(days=31)
    counts, _ = await database.read(lambda tx: delivery_board.counts(tx, told.id, stopped=False))
    assert counts[DeliveryOutcome.EXPIRED] > 1
    assert DeliveryOutcome.CLOSED not in counts
    assert sum(counts.values()) == len(STANDS)


def test_every_place_has_a_name_and_every_reason_a_word() -> None:
    assert set(FATES) == set(DeliveryOutcome)
    assert reason_in_words("40001") == "微信错误码 40001"
    assert all(not reason_in_words(why).isascii() for _, why, _ in STANDS if why)
