"""Moments as officials type them, and the seconds on either side of a window's end."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.services.policy.written_dates import closing, opening, written, written_last
from config.errors import InputError
from storage.policy import application_windows
from storage.policy.application_windows import ApplicationWindow, WindowStep

TODAY = date(2026, 11, 24)
SECOND = timedelta(seconds=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


@pytest.mark.parametrize(
    ("typed", "moment", "word"),
    [
        ("2026年12月15日17:00", "2026-12-15T17:00:00", ""),
        ("12月15日17点", "2026-12-15T17:00:00", ""),
        ("12月15日下午5点半前", "2026-12-15T17:30:00", ""),
        ("截至3月15日17时30分", "2027-03-15T17:30:00", ""),
        ("２０２６－１２－１５　１７：００", "2026-12-15T17:00:00", ""),
        ("2026/12/31", "2027-01-01T00:00:00", ""),
        ("2026.12.31 24:00", "2027-01-01T00:00:00", ""),
        ("12月31日24点前", "2027-01-01T00:00:00", ""),
        ("12月31日", "2027-01-01T00:00:00", ""),
        ("2月底前", "2027-03-01T00:00:00", ""),
        ("2028年2月29日止", "2028-03-01T00:00:00", ""),
        ("额满为止", None, "full"),
        ("12月31日，额满为止", "2027-01-01T00:00:00", "full"),
        ("另行通知", None, "notice"),
        ("", None, ""),
    ],
)
def test_what_closes(typed: str, moment: str | None, word: str) -> None:
    assert closing(typed, TODAY) == (None if moment is None else at(moment), word)


@pytest.mark.parametrize(
    ("typed", "moment", "word"),
    [
        ("2026年12月1日", "2026-12-01T00:00:00", ""),
        ("12月1日起", "2026-12-01T00:00:00", ""),
        ("自12月1日9:00", "2026-12-01T09:00:00", ""),
        ("11月1日", "2026-11-01T00:00:00", ""),
        ("2027-3-1", "2027-03-01T00:00:00", ""),
        ("即日起", None, "now"),
        ("另行通知", None, "notice"),
        ("", None, ""),
    ],
)
def test_what_opens(typed: str, moment: str | None, word: str) -> None:
    assert opening(typed, TODAY) == (None if moment is None else at(moment), word)


@pytest.mark.parametrize(
    "typed",
    ["12月上旬", "12月", "2026年", "年底前", "13月1日", "2月30日", "25:00", "很快", "12月1日到15日", "签约后30天内"],
)
def test_what_names_no_day_is_asked_again(typed: str) -> None:
    for read in (opening, closing):
        with pytest.raises(InputError):
            read(typed, TODAY)


@pytest.mark.parametrize("typed", ["2026年12月15日17:00", "2026年12月31日24点", "2028年2月29日24点"])
def test_what_is_shown_is_read_again_as_the_same(typed: str) -> None:
    moment, _ = closing(typed, TODAY)
    assert moment is not None
    assert written_last(moment) == typed
    assert closing(written_last(moment.astimezone(UTC)), TODAY) == (moment, "")


def test_an_opening_names_its_hour_only_where_it_has_one() -> None:
    assert written(at("2026-12-01T00:00:00")) == "2026年12月1日"
    assert written(at("2026-12-01T09:00:00")) == "2026年12月1日09:00"


def window(closes: str, opens: str = "2026年12月1日") -> ApplicationWindow:
    first, opening_word = opening(opens, TODAY)
    last, closing_word = closing(closes, TODAY)
    return ApplicationWindow(("8.1",), (WindowStep("firm", "提交", first, last, opening_word, closing_word),))


@pytest.mark.parametrize(
    ("closes", "last"), [("12月31日24点前", "2027-01-01T00:00:00"), ("12月15日17:00", "2026-12-15T17:00:00")]
)
def test_a_window_turns_at_its_very_second(closes: str, last: str) -> None:
    found = window(closes)
    assert found.ends == at(last)
    assert found.stage(at(last) - SECOND) == "open"
    assert found.stage(at(last)) == "ended"
    assert found.stage(at("2026-12-01T00:00:00") - SECOND) == "coming"
    assert found.stage(at("2026-12-01T00:00:00")) == "open"


@pytest.mark.parametrize(
    ("opens", "closes", "stage"),
    [
        ("即日起", "额满为止", "open"),
        ("即日起", "另行通知", "open"),
        ("另行通知", "", "unknown"),
        ("另行通知", "12月31日", "unknown"),
        ("", "另行通知", "unknown"),
        ("12月1日", "额满为止", "coming"),
    ],
)
def test_without_a_date_a_window_waits_for_a_person(opens: str, closes: str, stage: str) -> None:
    found = window(closes, opens)
    assert found.stage(at("2026-11-24T12:00:00")) == stage
    if not any(sign.isdigit() for sign in closes):
        assert found.ends is None
        assert found.stage(at("2027-11-24T12:00:00")) in ("open", "unknown")


def test_of_two_own_steps_the_next_one_counts_and_the_last_one_ends_it() -> None:
    online = WindowStep("firm", "网上提交", None, at("2026-12-15T17:00:00"), where="online")
    paper = WindowStep("firm", "送纸质件", at("2026-12-18T00:00:00"), at("2026-12-20T17:00:00"), where="paper")
    city = WindowStep("city", "审核", None, at("2027-01-10T00:00:00"))
    chain = ApplicationWindow(("8.1",), (online, paper, city))
    assert chain.current(at("2026-12-15T16:59:59")) == online
    assert chain.current(at("2026-12-15T17:00:00")) == paper
    assert chain.stage(at("2026-12-16T12:00:00")) == "open", "between two steps a firm is in it"
    assert chain.ends == at("2026-12-20T17:00:00")
    assert chain.stage(at("2026-12-20T17:00:00")) == "ended"
    assert application_windows.from_json(application_windows.to_json(chain)) == chain
