"""Days as officials write them in a table, by day, by month or both ends in one cell."""

import re
from datetime import date, timedelta

_DAY = re.compile(r"(20\d\d)\s*+[-/.年]\s*+(\d{1,2})(?:\s*+[-/.月]\s*+(\d{1,2})\s*+日?)?\s*+月?")


def first_day(text: str) -> date | None:
    """The day from which something holds: the first of the month where no day is written; None for no date."""
    found = _DAY.search(text)
    if found is None:
        return None
    return _date(int(found[1]), int(found[2]), int(found[3] or 1))


def day_after(text: str) -> date | None:
    """The day from which something holds no more: the day after the last date in the words, or after its month."""
    found = list(_DAY.finditer(text))
    if not found:
        return None
    year, month, day = found[-1].groups()
    if day is not None:
        last = _date(int(year), int(month), int(day))
        return None if last is None else last + timedelta(days=1)
    return _date(int(year) + int(month) // 12, int(month) % 12 + 1, 1) if 1 <= int(month) <= 12 else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
