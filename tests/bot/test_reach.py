"""Channels for a notice, their order, and the pause after a failure."""

from datetime import UTC, datetime, timedelta

import pytest

from config.topics import NoticeTopic
from notifications.channels import Channel, ReceiverStanding, open_channels, pause_after

NOW = datetime(2026, 11, 5, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
TEMPLATE, NOTICE, MESSAGE = Channel.TEMPLATE, Channel.NOTICE, Channel.MESSAGE


@pytest.mark.parametrize(
    ("until", "left", "open_"),
    [
        (NOW + HOUR, 5, True),
        (NOW + timedelta(microseconds=1), 1, True),
        (NOW, 5, False),
        (NOW - HOUR, 5, False),
        (NOW + HOUR, 0, False),
        (None, 0, False),
    ],
)
def test_words_go_into_the_chat_while_the_window_is_open(until: datetime | None, left: int, open_: bool) -> None:
    assert open_channels(NoticeTopic.ROSTER, ReceiverStanding(window_until=until, left=left), NOW) == (
        (MESSAGE,) if open_ else ()
    )


@pytest.mark.parametrize(
    ("topic", "standing", "order"),
    [
        ("reminder", ReceiverStanding(True, True, NOW + HOUR, 5), (TEMPLATE, NOTICE, MESSAGE)),
        ("ticket", ReceiverStanding(True, True, NOW + HOUR, 5), (MESSAGE, TEMPLATE, NOTICE)),
        ("proof", ReceiverStanding(True, True, NOW + HOUR, 5), (MESSAGE, TEMPLATE, NOTICE)),
        ("ticket", ReceiverStanding(True, False, NOW, 5), (TEMPLATE,)),
        ("reminder", ReceiverStanding(True, True, NOW + HOUR, 5, fuller=True), (MESSAGE, TEMPLATE, NOTICE)),
        ("reminder", ReceiverStanding(True, False, NOW, 5, fuller=True), (TEMPLATE,)),
        ("reminder", ReceiverStanding(False, True, None, 0, mail=True, sms=True), (NOTICE, Channel.MAIL, Channel.SMS)),
        ("reminder", ReceiverStanding(), ()),
    ],
)
def test_a_card_comes_first_except_in_a_running_conversation_and_for_an_article(
    topic: NoticeTopic, standing: ReceiverStanding, order: tuple[Channel, ...]
) -> None:
    assert open_channels(topic, standing, NOW) == order


@pytest.mark.parametrize(
    ("attempt", "least", "pause"),
    [(1, 30, 30), (2, 30, 60), (5, 30, 480), (9, 30, 3600), (999, 30, 3600), (1, 86400, 86400), (3, 86400, 86400)],
)
def test_pauses_grow_to_an_hour_never_fall_short_and_are_spread(attempt: int, least: int, pause: int) -> None:
    assert pause_after(attempt, timedelta(seconds=least), 0.0) == timedelta(seconds=pause)
    assert pause_after(attempt, timedelta(seconds=least), 1.0) == timedelta(seconds=pause) * 1.5
