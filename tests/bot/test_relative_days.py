"""明天, 下周三, 下月5号 in one's own reminders, as a date; on a Thursday, 5 November 2026."""

from datetime import date

import pytest

from bot.services.policy.written_dates import with_dates

THURSDAY = date(2026, 11, 5)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("今天 交材料", "2026年11月5日 交材料"),
        ("明天下午3点开会", "2026年11月6日下午3点开会"),
        ("大后天交", "2026年11月8日交"),
        ("周四交", "2026年11月5日交"),
        ("星期三交", "2026年11月11日交"),
        ("这周五交", "2026年11月6日交"),
        ("本周日交", "2026年11月8日交"),
        ("下周三交税", "2026年11月11日交税"),
        ("下礼拜天交", "2026年11月15日交"),
        ("下下周一交", "2026年11月16日交"),
        ("下月5号报表", "2026年12月5日报表"),
        ("下个月30日报表", "2026年12月30日报表"),
        ("3月15日 交材料", "3月15日 交材料"),
        ("交材料", "交材料"),
    ],
)
def test_a_day_named_by_its_distance_is_a_date(typed: str, read: str) -> None:
    assert with_dates(typed, THURSDAY) == read


def test_a_day_that_next_month_has_not_stays_as_it_was_typed() -> None:
    assert with_dates("下月31号交", date(2026, 10, 5)) == "下月31号交"
