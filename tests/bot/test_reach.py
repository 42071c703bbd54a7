"""Which way a notice may go, and how long is waited after a failure."""

from datetime import UTC, datetime, timedelta

import pytest

from notifications.reach import Channel, pause_after, reach

NOW = datetime(2026, 11, 5, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("topic", "until", "left", "way"),
    [
        ("ticket", NOW + HOUR, 5, Channel.CUSTOMER_MESSAGE),
        ("ticket", NOW + timedelta(microseconds=1), 1, Channel.CUSTOMER_MESSAGE),
        ("ticket", NOW, 5, Channel.NEXT_VISIT),
        ("ticket", NOW - HOUR, 5, Channel.NEXT_VISIT),
        ("ticket", NOW + HOUR, 0, Channel.NEXT_VISIT),
        ("ticket", None, 0, Channel.NEXT_VISIT),
        ("roster", NOW + HOUR, 5, Channel.NEXT_VISIT),
    ],
)
def test_the_way_now(topic: str, until: datetime | None, left: int, way: Channel) -> None:
    assert reach(topic, until, left, NOW) is way


@pytest.mark.parametrize(
    ("attempt", "least", "pause"),
    [(1, 30, 30), (2, 30, 60), (5, 30, 480), (9, 30, 3600), (999, 30, 3600), (1, 86400, 86400), (3, 86400, 86400)],
)
def test_pauses_grow_to_an_hour_and_never_fall_short(attempt: int, least: int, pause: int) -> None:
    assert pause_after(attempt, timedelta(seconds=least)) == timedelta(seconds=pause)
