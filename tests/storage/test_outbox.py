"""Planned notices are sent once, in time, or withdrawn; many are planned at once."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select, update

from config.topics import NoticeTopic
from storage.engine.database import Database
from storage.engine.transactions import Tx
from storage.notices import cards, outbox
from storage.notices.cards import NoticeCard
from storage.notices.outbox import OUTBOX, PlannedNotice
from storage.people import people

HOUR = timedelta(hours=1)
CARD = NoticeCard("reminder", {"title": "算力券申报"}, "/p/1")


def meet(tx: Tx) -> int:
    return people.meet(tx, "o-wang").id


def notice(person: int, key: str = "window:1:7", text: str = "还剩7天") -> PlannedNotice:
    return PlannedNotice(key=key, person_id=person, topic=NoticeTopic.REMINDER, text=text)


async def said(database: Database, person: int) -> list[str]:
    return [notice.text for notice in await database.write(outbox.take_waiting, person)]


async def test_planning_twice_plans_once_in_one_batch_and_in_the_next(database: Database) -> None:
    person = await database.write(meet)
    many = [notice(person, f"window:{number}") for number in range(1200)]
    assert await database.write(outbox.plan_many, [*many, many[0]]) == 1200
    assert await database.write(outbox.plan_many, many) == 0
    assert await database.read(outbox.waiting, person) == 1200


async def test_a_notice_is_told_from_its_beginning_until_it_has_expired(database: Database) -> None:
    person = await database.write(meet)

    def plan(tx: Tx) -> None:
        base = notice(person, text="")
        early = replace(base, key="a", text="太早", not_before=tx.now + HOUR)
        late = replace(base, key="b", text="太晚", expires=tx.now)
        due = replace(base, key="c", text="正好", not_before=tx.now, expires=tx.now + HOUR)
        outbox.plan_many(tx, (early, late, due))

    await database.write(plan)
    assert await database.read(outbox.waiting, person) == 1
    assert [one.text for one in await database.read(outbox.listed, person)] == ["正好"]
    assert await said(database, person) == ["正好"]
    assert await database.read(outbox.states) == {"new": 2, "said": 1}


async def test_withdrawing_takes_back_the_unsent_and_names_who_was_told(database: Database) -> None:
    def plan(tx: Tx) -> list[int]:
        persons = [people.meet(tx, f"o-{number}").id for number in range(3)]
        outbox.plan_many(tx, [notice(person, "window:1:7") for person in persons])
        outbox.plan_many(tx, [notice(persons[0], "window:1:1"), notice(persons[0], "window:12:7")])
        return persons

    first, *_ = await database.write(plan)
    assert await said(database, first) == ["还剩7天"] * 3
    assert await database.write(lambda tx: outbox.withdraw(tx, occasion="window:1")) == [first]
    assert await database.read(outbox.states) == {"said": 3}
    # A withdrawn notice can be planned again.
    second = first + 1
    assert await database.write(outbox.plan_many, [notice(second, "window:1:7")]) == 1


async def test_the_card_is_kept_sealed_beside_its_text(database: Database) -> None:
    person = await database.write(meet)
    await database.write(outbox.plan_many, [replace(notice(person), card=CARD)])

    def card(tx: Tx) -> NoticeCard:
        row = tx.execute(select(OUTBOX.c.key, OUTBOX.c.card)).one()
        assert "算力券".encode() not in row.card
        return cards.unseal(tx.cipher, row.card, row.key)

    assert await database.read(card) == CARD


async def test_one_that_cannot_be_read_hides_no_other(database: Database) -> None:
    person = await database.write(meet)
    await database.write(outbox.plan_many, [*(notice(person, f"a{number}", "坏的") for number in range(3))])
    await database.write(lambda tx: tx.execute(update(OUTBOX).values(text=b"rotten")))
    await database.write(outbox.plan_many, [notice(person, "b", "好的")])
    assert [one.text for one in await database.read(outbox.listed, person)] == ["好的"]
    assert await said(database, person) == []
    assert await said(database, person) == ["好的"]
    assert await database.read(outbox.states) == {"quarantined": 3, "said": 1}
