"""What happens to a row after each kind of send result, with the database time moved by the test."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select

from config.limits import QuotaLimits
from config.topics import NoticeTopic
from notifications import outbox as deciding
from notifications import results
from notifications.channels import Channel, Parcel, SendEnding, SendOutcome, Stop
from storage.chat import reply_windows
from storage.engine.database import Database
from storage.engine.transactions import Tx
from storage.notices import card_templates, delivery, delivery_reports, outbox, review_queue, subscription_grants
from storage.notices.card_templates import CardTemplate
from storage.notices.cards import NoticeCard
from storage.notices.outbox import OUTBOX
from storage.people import people
from storage.people.people import PEOPLE
from tests.conftest import MovableTime

CARD = NoticeCard("reminder", {"what": "算力券", "due": "2026年12月1日 17:00", "hint": "还剩7天"})
FIELDS = {"thing1": "{what}", "time2": "{due}", "thing3": "{hint}"}
MINUTE = timedelta(minutes=1)
QUOTAS = QuotaLimits.load()


def no_jitter() -> float:
    return 0.0


def plan(tx: Tx, count: int = 1, *, card: NoticeCard | None = CARD) -> None:
    for number in range(count):
        person = people.meet(tx, f"o-{number}").id
        outbox.plan(tx, key="window:1", person_id=person, topic=NoticeTopic.REMINDER, text="还剩7天", card=card)


def template(tx: Tx) -> None:
    card_templates.put(tx, CardTemplate("reminder", "template", "t1", FIELDS))


async def claimed(database: Database) -> list[Parcel]:
    return (await database.write(deciding.claim, QUOTAS, 100)).parcels


async def end(database: Database, parcels: Sequence[Parcel], outcome: SendOutcome) -> None:
    await database.write(results.apply, [(parcel, outcome) for parcel in parcels], no_jitter)


async def stands(database: Database) -> tuple[str, str | None]:
    row = await database.read(lambda tx: tx.execute(select(OUTBOX.c.state, OUTBOX.c.why)).one())
    return row.state, row.why


@pytest.fixture
async def by_template(database: Database) -> Database:
    """Return a database with one notice whose card has a known template."""
    await database.write(template)
    await database.write(plan)
    return database


async def test_eight_attempts_that_failed_for_certain_are_the_last(
    by_template: Database, time_offset: MovableTime
) -> None:
    pauses = []
    for _ in range(8):
        waited = timedelta()
        while not (found := await claimed(by_template)):
            time_offset.ahead += MINUTE / 2
            waited += MINUTE / 2
        pauses.append(waited / MINUTE)
        await end(by_template, found, SendOutcome(SendEnding.LATER))
    assert pauses == [0, 0.5, 1, 2, 4, 8, 16, 32]
    assert await stands(by_template) == ("dead", "no_connection")
    time_offset.ahead += timedelta(days=2)
    assert await claimed(by_template) == []
    # A person may have it resent: eight more attempts.
    assert await by_template.write(lambda tx: review_queue.decide(tx, again=True, row_id=1)) == 1
    [parcel] = await claimed(by_template)
    assert parcel.number == 1


async def test_what_the_account_is_refused_does_not_count_against_the_notice(
    by_template: Database, time_offset: MovableTime
) -> None:
    refused = SendOutcome(SendEnding.LATER, "40164", timedelta(), stop=Stop.ACCOUNT, rest=10 * MINUTE)
    for _ in range(12):
        await end(by_template, await claimed(by_template), refused)
        assert await claimed(by_template) == [], "it rests"
        time_offset.ahead += 10 * MINUTE
    assert await stands(by_template) == ("new", "quota")


@pytest.mark.parametrize(
    ("outcome", "state", "why"),
    [
        (SendOutcome(SendEnding.SENT, msg_id=7), "sent", None),
        (SendOutcome(SendEnding.AT_VISIT, "47003:thing1"), "held", "47003:thing1"),
        (SendOutcome(SendEnding.DROPPED, "43004"), "held", "43004"),
        (SendOutcome(SendEnding.REFUSED, "47001"), "dead", "47001"),
        (SendOutcome(SendEnding.UNCERTAIN, "no_answer"), "retry", "no_answer"),
    ],
)
async def test_how_an_attempt_ends_decides_where_the_notice_stands(
    by_template: Database, outcome: SendOutcome, state: str, why: str | None
) -> None:
    await end(by_template, await claimed(by_template), outcome)
    assert await stands(by_template) == (state, why)


async def test_whoever_cannot_be_reached_gets_nothing_pushed_until_they_write(by_template: Database) -> None:
    await end(by_template, await claimed(by_template), SendOutcome(SendEnding.DROPPED, "48002"))
    person = 1

    def another(tx: Tx) -> None:
        outbox.plan(tx, key="window:2", person_id=person, topic=NoticeTopic.REMINDER, text="又一条", card=CARD)

    await by_template.write(another)
    assert await claimed(by_template) == []
    await by_template.write(reply_windows.wrote, person)
    await by_template.write(outbox.release, person)
    assert len(await claimed(by_template)) == 1


async def test_a_card_in_doubt_is_repeated_under_its_number_and_never_refused_into_a_second_copy(
    by_template: Database, time_offset: MovableTime
) -> None:
    await end(by_template, await claimed(by_template), SendOutcome(SendEnding.UNCERTAIN))
    time_offset.ahead += MINUTE
    [parcel] = await claimed(by_template)
    assert (parcel.channel, parcel.repeated) == (Channel.TEMPLATE, True)
    await end(by_template, [parcel], SendOutcome(SendEnding.STOP_TEMPLATE, "43116"))
    # The first copy may have arrived: no other channel is tried.
    assert await stands(by_template) == ("uncertain", "43116")


async def test_a_late_end_beats_the_doubt_but_not_a_newer_attempt(
    by_template: Database, time_offset: MovableTime
) -> None:
    first = await claimed(by_template)
    time_offset.ahead += delivery.LEASE
    assert await by_template.write(delivery.lapse) == 1
    assert await stands(by_template) == ("retry", "lapsed")
    second = await claimed(by_template)
    await end(by_template, first, SendOutcome(SendEnding.REFUSED, "47001"))
    assert (await stands(by_template))[0] == "leased"
    await end(by_template, second, SendOutcome(SendEnding.SENT, msg_id=9))
    assert await stands(by_template) == ("sent", None)


async def test_a_report_before_the_answer_is_kept_until_the_answer_comes(
    by_template: Database, time_offset: MovableTime
) -> None:
    await by_template.write(delivery_reports.save, 7, "failed: system failed")
    await by_template.write(delivery_reports.save, 7, "failed: system failed")
    await end(by_template, await claimed(by_template), SendOutcome(SendEnding.SENT, msg_id=7))
    assert await stands(by_template) == ("held", "system_failed")
    time_offset.ahead += delivery_reports.KEPT_FOR
    assert await by_template.write(delivery_reports.tidy)
    assert not await by_template.write(delivery_reports.tidy)


async def test_the_window_and_the_grant_are_counted_at_the_claim_and_given_back(database: Database) -> None:
    def prepare(tx: Tx) -> None:
        plan(tx)
        card_templates.put(tx, CardTemplate("reminder", "notice", "n1", FIELDS))
        subscription_grants.add(tx, 1, "n1")
        reply_windows.wrote(tx, 1)

    def counted(tx: Tx) -> tuple[int, int]:
        return subscription_grants.counts(tx, 1)["n1"], tx.execute(select(PEOPLE.c.window_left)).scalar_one()

    await database.write(prepare)
    [parcel] = await claimed(database)
    assert (parcel.channel, await database.read(counted)) == (Channel.NOTICE, (0, 5))
    await end(database, [parcel], SendOutcome(SendEnding.CLOSED, "43101"))
    [parcel] = await claimed(database)
    assert (parcel.channel, await database.read(counted)) == (Channel.MESSAGE, (0, 4))
    await end(database, [parcel], SendOutcome(SendEnding.LATER))
    assert await database.read(counted) == (0, 5)


async def test_one_row_a_person_is_on_its_way_and_nobody_waits_behind_another(database: Database) -> None:
    def prepare(tx: Tx) -> None:
        template(tx)
        for number in range(6):
            person = people.meet(tx, f"o-{number % 3}").id
            outbox.plan(tx, key=f"w:{number}", person_id=person, topic=NoticeTopic.REMINDER, text="话", card=CARD)

    await database.write(prepare)
    first = await claimed(database)
    assert [parcel.key.split(":")[1] for parcel in first] == ["0", "1", "2"]
    assert await claimed(database) == []
    await end(database, first[1:2], SendOutcome(SendEnding.SENT))
    assert [parcel.key.split(":")[1] for parcel in await claimed(database)] == ["4"]
