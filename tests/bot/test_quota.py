"""No API is called more often than the platform allows, on all nodes together; replies keep their share."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from config.calendar import SHANGHAI
from config.limits import Limit, QuotaLimits
from config.topics import NoticeTopic
from notifications import outbox as deciding
from notifications.channels import Channel, Parcel, SendEnding, SendOutcome, Stop
from notifications.quota import Budget
from storage.chat import reply_windows
from storage.engine.database import Database
from storage.engine.transactions import Tx
from storage.notices import api_quota, delivery, outbox
from storage.notices.api_quota import ApiUse
from storage.people import people
from tests.bot.test_endings import CARD, end, template
from tests.conftest import MovableTime

NOW = datetime(2026, 11, 5, 2, 0, 30, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 6, tzinfo=SHANGHAI)
MINUTE = timedelta(minutes=1)
TEN = QuotaLimits({"template": Limit("/t", "模板消息", 10), "message": Limit("/m", "客服消息", 10)}, kept=10)


@pytest.mark.parametrize(
    ("use", "topic", "free_at"),
    [
        (ApiUse(), "reminder", NOW),
        (ApiUse(day_used=8), "reminder", NOW),
        (ApiUse(day_used=9), "reminder", MIDNIGHT),
        (ApiUse(day_used=9), "ticket", NOW),
        (ApiUse(day_used=10), "ticket", MIDNIGHT),
        (ApiUse(day_used=9, daily=100), "reminder", NOW),
        (ApiUse(minute_used=3, pace=4), "reminder", NOW),
        (ApiUse(minute_used=4, pace=4), "reminder", NOW + MINUTE / 2),
        (ApiUse(rests_until=NOW + MINUTE), "ticket", NOW + MINUTE),
    ],
)
def test_when_a_channel_may_send_again(use: ApiUse, topic: NoticeTopic, free_at: datetime) -> None:
    assert Budget(TEN, {"template": use}, NOW).free_at(Channel.TEMPLATE, topic) == free_at


def test_what_one_look_takes_counts_at_once() -> None:
    budget = Budget(TEN, {}, NOW)
    for _ in range(9):
        assert budget.free_at(Channel.TEMPLATE, "reminder") == NOW
        budget.take(Channel.TEMPLATE)
    assert budget.free_at(Channel.TEMPLATE, "reminder") == MIDNIGHT
    assert budget.free_at(Channel.MAIL, "reminder") == NOW


def planned(count: int, topic: NoticeTopic = NoticeTopic.REMINDER, *, writing: bool = False) -> Callable[[Tx], None]:
    def plan(tx: Tx) -> None:
        template(tx)
        for number in range(count):
            person = people.meet(tx, f"o-{number}").id
            outbox.plan(tx, key=topic, person_id=person, topic=topic, text="话", card=CARD)
            if writing:
                reply_windows.wrote(tx, person)

    return plan


async def claimed(database: Database) -> list[Parcel]:
    return (await database.write(deciding.claim, TEN, 100)).parcels


async def test_nine_of_ten_go_out_for_all_and_the_tenth_is_kept_for_a_reply(
    database: Database, time_offset: MovableTime
) -> None:
    await database.write(planned(12))
    sent = await claimed(database)
    assert len(sent) == 9
    await end(database, sent, SendOutcome(SendEnding.SENT))
    assert await claimed(database) == []
    await database.write(planned(12, NoticeTopic.TICKET))
    [reply] = await claimed(database)
    await end(database, [reply], SendOutcome(SendEnding.SENT))
    assert await claimed(database) == []
    assert await database.read(api_quota.current) == {"template": ApiUse(10, 10)}
    time_offset.ahead += timedelta(days=1)
    assert [parcel.topic for parcel in await claimed(database)] == ["reminder"] * 3 + ["ticket"] * 7


@pytest.mark.parametrize(
    ("stop", "after"),
    [
        (SendOutcome(SendEnding.LATER, "45009", timedelta(), stop=Stop.DAY), timedelta(days=1)),
        (SendOutcome(SendEnding.LATER, "45011", timedelta(), stop=Stop.MINUTE), MINUTE),
        (
            SendOutcome(SendEnding.LATER, "48001", timedelta(), stop=Stop.CHANNEL, rest=timedelta(hours=24)),
            timedelta(hours=24),
        ),
    ],
)
async def test_a_channel_that_must_rest_rests_and_the_open_chat_is_used_meanwhile(
    database: Database, time_offset: MovableTime, stop: SendOutcome, after: timedelta
) -> None:
    await database.write(planned(1, writing=True))
    await database.write(planned(1, NoticeTopic.EVENT))
    await end(database, await claimed(database), stop)
    [parcel] = await claimed(database)
    assert parcel.channel is Channel.MESSAGE
    await end(database, [parcel], SendOutcome(SendEnding.SENT))
    await database.write(windows_closed)
    assert await claimed(database) == []
    time_offset.ahead += after
    [parcel] = await claimed(database)
    assert parcel.channel is Channel.TEMPLATE


def windows_closed(tx: Tx) -> None:
    delivery.close_window(tx, [1])


async def test_too_many_a_minute_halves_the_pace_for_the_rest_of_the_day(
    database: Database, time_offset: MovableTime
) -> None:
    await database.write(api_quota.count, {"template": 600})
    await database.write(api_quota.slow_down, "template", 60)
    assert (await database.read(api_quota.current))["template"].pace == 300
    time_offset.ahead += timedelta(days=1)
    assert (await database.read(api_quota.current))["template"].pace is None


async def test_many_limited_receivers_of_one_batch_mean_the_account(database: Database) -> None:
    await database.write(planned(5))
    await end(database, await claimed(database), SendOutcome(SendEnding.DROPPED, "50002", limited=True))
    assert (await database.read(api_quota.current))["message"].rests_until is not None


async def test_the_platforms_own_counter_is_believed(database: Database) -> None:
    await database.write(api_quota.save_platform_count, "template", 1_000_000, 5)
    await database.write(api_quota.count, {"template": 2})
    use = (await database.read(api_quota.current))["template"]
    assert (use.daily, use.day_used) == (1_000_000, 7)
