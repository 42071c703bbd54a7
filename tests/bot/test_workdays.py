"""Workdays of 2026 as announced, and of an unannounced year."""

from datetime import date

import pytest

from config.workdays import Workdays

WORKDAYS = Workdays.load()


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2026-01-01", False),
        ("2026-01-04", True),  # a working Sunday
        ("2026-02-14", True),  # a working Saturday
        ("2026-02-16", False),
        ("2026-02-23", False),
        ("2026-02-24", True),
        ("2026-02-28", True),
        ("2026-04-06", False),
        ("2026-05-05", False),
        ("2026-05-09", True),
        ("2026-06-19", False),
        ("2026-09-20", True),
        ("2026-09-25", False),
        ("2026-10-07", False),
        ("2026-10-08", True),
        ("2026-10-10", True),
        ("2026-11-07", False),
        ("2026-11-09", True),
        ("2027-10-01", True),  # not announced: a Friday
    ],
)
def test_which_days_are_worked(day: str, worked: bool) -> None:
    assert WORKDAYS.is_workday(date.fromisoformat(day)) is worked


@pytest.mark.parametrize(
    ("day", "count", "then"),
    [
        ("2026-11-05", 1, "2026-11-06"),
        ("2026-11-05", 5, "2026-11-12"),
        ("2026-11-06", 1, "2026-11-09"),
        ("2026-11-07", 1, "2026-11-09"),
        ("2026-09-30", 1, "2026-10-08"),
        ("2026-09-30", 3, "2026-10-10"),
        ("2026-02-13", 2, "2026-02-24"),
        ("2026-05-08", 1, "2026-05-09"),
        ("2026-12-31", 1, "2027-01-01"),
    ],
)
def test_counting_in_workdays(day: str, count: int, then: str) -> None:
    assert WORKDAYS.after(date.fromisoformat(day), count) == date.fromisoformat(then)


def test_a_year_that_was_not_announced_is_told() -> None:
    assert WORKDAYS.knows(date(2026, 12, 31))
    assert not WORKDAYS.knows(date(2027, 1, 1))


def test_2026_has_its_248_workdays() -> None:
    start = date(2026, 1, 1).toordinal()
    days = [date.fromordinal(start + n) for n in range(365)]
    assert sum(map(WORKDAYS.is_workday, days)) == 248
