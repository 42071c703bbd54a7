"""A sender handles many parcels in parallel: each result is saved, whatever the order and delays."""

import asyncio
import random
from collections import Counter
from collections.abc import Collection

import pytest
from sqlalchemy import select

from bot.jobs.outbox import Sender
from config.topics import NoticeTopic
from notifications.channels import Channel, Parcel, SendEnding, SendOutcome
from storage.chat import reply_windows
from storage.engine.database import Database
from storage.engine.transactions import Tx
from storage.notices import outbox
from storage.notices.outbox import OUTBOX, PlannedNotice
from storage.people import people

# The promise, as the user was told it: a hundred calls are on their way at a time.
UNDER_WAY = 100


class Slow:
    """Accepts everything, each after its own delay; for `hanging` people when the gate opens."""

    def __init__(self, seed: int = 0, hanging: Collection[int] = ()) -> None:
        self.rng = random.Random(seed)
        self.hanging = set(hanging)
        self.gate = asyncio.Event()
        self.full = asyncio.Event()
        self.taken: Counter[int] = Counter()
        self.now = self.most = 0

    async def send(self, parcel: Parcel) -> SendOutcome:
        self.now += 1
        self.most = max(self.most, self.now)
        if self.now == UNDER_WAY:
            self.full.set()
        for _ in range(self.rng.randrange(6)):
            await asyncio.sleep(0)
        if parcel.person_id in self.hanging:
            await self.gate.wait()
        self.now -= 1
        self.taken[parcel.id] += 1
        return SendOutcome(SendEnding.SENT)


class Broken(Slow):
    """Fails for one person with an unexpected exception."""

    async def send(self, parcel: Parcel) -> SendOutcome:
        if parcel.person_id == 7:
            raise ZeroDivisionError
        return await super().send(parcel)


def fill(tx: Tx, persons: int, each: int) -> None:
    """Insert so many people who have just written, each with so many notices."""
    for number in range(1, persons + 1):
        person = people.meet(tx, f"o-{number}").id
        reply_windows.wrote(tx, person)
    notices = [
        PlannedNotice(key=f"n:{number}", person_id=person, topic=NoticeTopic.REMINDER, text="还剩7天")
        for number in range(each)
        for person in range(1, persons + 1)
    ]
    outbox.plan_many(tx, notices)


def states(tx: Tx) -> Counter[str]:
    return Counter(tx.execute(select(OUTBOX.c.state)).scalars())


@pytest.mark.parametrize("seed", range(5))
async def test_each_is_sent_once_and_written_down_however_the_ends_come_back(database: Database, seed: int) -> None:
    await database.write(fill, 230, 3)
    channel = Slow(seed)
    await Sender(database, {Channel.MESSAGE: channel})()
    assert await database.read(states) == {"sent": 690}
    assert set(channel.taken.values()) == {1}
    assert len(channel.taken) == 690
    assert channel.most == UNDER_WAY


async def test_those_that_hang_hold_nothing_back(database: Database) -> None:
    await database.write(fill, 303, 1)
    channel = Slow(hanging={3, 50, 303})
    sending = asyncio.create_task(Sender(database, {Channel.MESSAGE: channel})())
    async with asyncio.timeout(60):
        while (await database.read(states))["sent"] < 300:
            assert not sending.done()
    channel.gate.set()
    await sending
    assert await database.read(states) == {"sent": 303}


async def test_stopped_it_carries_what_it_leased_and_leases_no_more(database: Database) -> None:
    await database.write(fill, 500, 1)
    channel = Slow(hanging=range(1, 501))
    sender = Sender(database, {Channel.MESSAGE: channel})
    sending = asyncio.create_task(sender())
    await channel.full.wait()
    stopping = asyncio.create_task(sender.stop())
    assert (await database.read(states))["leased"] >= UNDER_WAY
    channel.gate.set()
    await asyncio.gather(sending, stopping)
    found = await database.read(states)
    assert found["sent"] == len(channel.taken) >= UNDER_WAY
    assert found["sent"] + found["new"] == 500
    await sender()
    assert await database.read(states) == found


async def test_a_mistake_of_ours_in_one_is_raised_and_the_others_are_written_down(database: Database) -> None:
    await database.write(fill, 30, 1)
    channel = Broken()
    with pytest.raises(ZeroDivisionError):
        await Sender(database, {Channel.MESSAGE: channel})()
    assert await database.read(states) == {"sent": 29, "leased": 1}
