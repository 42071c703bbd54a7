"""Reminders due case by case: 24点, rest days, late publication, outages, any time zone."""

import time
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.chat.context import ChatServices
from config.calendar import SHANGHAI
from config.reminder_kinds import ReminderKind
from notifications.calendar_file import CalendarEntry, calendar
from notifications.plans import Concern, Deadline, Reminder, Rules, card, digest, due, moments
from notifications.quiet_hours import allowed_at, next_morning


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


@pytest.fixture
def rules(parts: ChatServices) -> Rules:
    return Rules.load(parts.texts)


def a_deadline(closes: str = "2026-03-16T17:00", *, known: str | None = None, kind: str = "window") -> Deadline:
    since = None if known is None else at(known)
    return Deadline(
        ReminderKind(kind), f"{kind}:1:0", at(closes), "企业网上提交", "算力券", "依据：〈某〉。", known=since
    )


def said(rules: Rules, deadline: Deadline, since: str, now: str, want: str = "on") -> list[Reminder]:
    concerned = [Concern(7, (70,), "为何提醒：某")]
    return list(due([deadline], lambda _: concerned, {70: want}, at(since), at(now), rules))


@pytest.mark.parametrize(
    ("closes", "days"),
    [
        # 15, 7, 3, 1 days before a Monday; the day before is a Sunday: the Friday.
        ("2026-03-16T17:00", ["2026-02-28", "2026-03-09", "2026-03-13"]),
        # 24点 of the 15th is the 16th, 00:00: the last day is the 15th, a Sunday.
        ("2026-03-16T00:00", ["2026-02-28", "2026-03-06", "2026-03-12", "2026-03-13"]),
        # Over the spring festival: the last workday before it, the working Saturday.
        ("2026-02-24T17:00", ["2026-02-09", "2026-02-14"]),
        # Before nine, the morning one day before would be too late on its own day, not the day before.
        ("2026-03-20T08:00", ["2026-03-05", "2026-03-13", "2026-03-17", "2026-03-19"]),
    ],
)
def test_reminders_come_on_workday_mornings_the_nearer_of_two_alone(rules: Rules, closes: str, days: list[str]) -> None:
    told = [one.moment for one in moments(a_deadline(closes), rules)]
    assert [f"{moment.astimezone(SHANGHAI):%Y-%m-%d}" for moment in told] == days
    assert all(moment.astimezone(SHANGHAI).time() == rules.hours.morning for moment in told)


def test_the_end_of_the_policy_is_said_on_the_friday_before_its_sunday(rules: Rules) -> None:
    told = [one.moment.date().isoformat() for one in moments(a_deadline("2029-01-01T00:00", kind="expiry"), rules)]
    assert told == ["2027-12-31", "2028-07-04", "2028-10-02", "2028-12-01", "2028-12-22", "2028-12-29"]


def test_what_is_published_late_is_said_at_once_by_its_last_offset(rules: Rules) -> None:
    first, *others = moments(a_deadline(known="2026-03-10T21:30"), rules)
    assert (first.moment, first.days, first.first) == (at("2026-03-11T08:30"), 7, True)
    assert [one.days for one in others] == [1]
    assert not moments(a_deadline(known="2026-03-16T16:00"), rules)[0].moment >= at("2026-03-16T17:00")


def test_after_an_outage_the_last_is_told_marked_and_the_others_are_missed(rules: Rules) -> None:
    found = said(rules, a_deadline(), "2026-02-01T00:00", "2026-03-10T15:00")
    assert [(one.days, one.missed) for one in found] == [(15, True), (7, False)]
    assert found[-1].text.startswith("（补发）【提醒】企业网上提交，还剩6天。")
    gone = said(rules, a_deadline("2026-03-13T20:30"), "2026-03-11T00:00", "2026-03-13T20:10")
    assert [one.missed for one in gone] == [True], "until it could be told it is over"


def test_a_digest_waits_for_the_morning_unless_it_is_urgent(rules: Rules) -> None:
    late = a_deadline(known="2026-03-10T14:00")
    (waits,) = said(rules, late, "2026-03-10T13:00", "2026-03-10T14:01", "digest")
    assert waits.tell_at == at("2026-03-11T09:00")
    assert "还剩5天" in waits.line
    urgent = a_deadline("2026-03-11T17:00", known="2026-03-10T14:00")
    (alone,) = said(rules, urgent, "2026-03-10T13:00", "2026-03-10T14:01", "digest")
    assert alone.tell_at == at("2026-03-10T14:00")
    assert alone.text.startswith("（明天到期，单独提醒）")
    assert said(rules, urgent, "2026-03-10T13:00", "2026-03-10T14:01", "off") == []


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Pacific/Kiritimati"])
def test_keys_and_words_are_the_same_under_any_time_zone(
    rules: Rules, zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = said(rules, a_deadline(), "2026-02-01T00:00", "2026-03-17T00:00")
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    there = said(rules, a_deadline(), "2026-02-01T00:00", "2026-03-17T00:00")
    monkeypatch.undo()
    time.tzset()
    assert [(one.key, one.text) for one in here] == [(one.key, one.text) for one in there]
    assert here[0].key == f"window:1:0:{at('2026-03-16T17:00').timestamp():.0f}:7:15"


def test_nobody_is_disturbed_at_night_on_rest_days_or_over_the_holidays(rules: Rules) -> None:
    assert allowed_at(at("2026-03-13T19:59"), rules.hours) == at("2026-03-13T19:59")
    assert allowed_at(at("2026-03-13T20:00"), rules.hours) == at("2026-03-16T08:30")
    assert allowed_at(at("2026-09-30T23:00"), rules.hours) == at("2026-10-08T08:30")
    assert allowed_at(at("2026-10-10T07:00"), rules.hours) == at("2026-10-10T08:30"), "a made-up Saturday"
    assert next_morning(at("2026-09-30T09:00:01"), rules.hours) == at("2026-10-08T09:00")


def test_messages_and_cards_keep_their_length(rules: Rules) -> None:
    long = "很长的事项名称" * 6
    whole = digest([long] * 30, rules.texts)
    assert "另有" in whole
    assert len(whole) < 400
    shown = card(long, at("2026-03-16T00:00"), "还剩7天")
    assert (len(shown.fields["what"]), shown.fields["due"]) == (20, "2026年3月15日 23:59")
    wordy = replace(a_deadline(), extra="办理：" + "x" * 300)
    (one,) = said(rules, wordy, "2026-03-09T08:00", "2026-03-09T09:01")
    assert "办理" not in one.text


def test_the_calendar_file_is_folded_and_its_words_cannot_break_out() -> None:
    entry = CalendarEntry("window-1-0", at("2026-03-16T17:00"), "提交；a,b;c\nBEGIN:VEVENT\r\n" + "长" * 60)
    made = calendar([entry], at("2026-03-01T00:00"))
    lines = made.split("\r\n")
    assert max(len(line.encode()) for line in lines) <= 75
    assert lines.count("BEGIN:VEVENT") == 1
    assert "DTEND:20260316T090000Z" in lines
    unfolded = made.replace("\r\n ", "")
    assert "SUMMARY:提交；a\\,b\\;c\\nBEGIN:VEVENT\\n" + "长" * 60 in unfolded


def test_a_late_reminder_counts_its_days_from_when_it_is_told(rules: Rules) -> None:
    (one,) = said(rules, a_deadline("2026-10-15T17:00"), "2026-09-30T08:00", "2026-09-30T23:00")
    assert one.late
    assert one.tell_at == at("2026-10-08T08:30")
    assert "还剩7天" in one.text
    assert one.due - one.tell_at > timedelta(days=7)
