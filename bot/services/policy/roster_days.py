"""Parse dates in officials' tables: by day, month or year, as Excel serial number, or a span in one cell."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from bot.services.roster.spreadsheet import WORDS

_FIRST_YEAR, _LAST_YEAR = 1990, 2100
# Excel's day zero, for every day a firm table can hold.
_SERIAL_BEGINS = date(1899, 12, 30)
_CLOCK = re.compile(r"(?<=\d)[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?")
# One day, month or year with one separator throughout, so that 2025.12-2028.11 is two.
_ONE = (
    r"(?:\d{4}年\d{1,2}月\d{1,2}[日号]?|\d{4}年\d{1,2}月[底末]?|\d{4}年[底末]?"
    r"|\d{4}-\d{1,2}-\d{1,2}(?!\d)|\d{4}/\d{1,2}/\d{1,2}(?!\d)|\d{4}\.\d{1,2}\.\d{1,2}(?!\d)"
    r"|\d{4}[-/.]\d{1,2}(?!\d)|\d{8}(?!\d)|\d{6}(?!\d)|\d{5}(?!\d)|\d{4}(?!\d))"
)
_ENDLESS = "|".join(sorted(map(re.escape, WORDS.days.endless), key=len, reverse=True))
_TO = r"(?:起?[至到~]|起?[-−–—―]{1,2}|起,?至?)"
_SPAN = re.compile(
    rf"[自从]?(?P<one>{_ONE})(?:{_TO}(?P<two>{_ONE}|{_ENDLESS})(?:为?止|到期)?|(?P<end>起|开始|为?止|到期))?"
    r"(?:\((?P<not>不)?含(?:当[日天])?\))?"
)
_LAST_ONLY = re.compile(rf"(?:[至到]|截[至止])(?P<two>{_ONE})(?:为?止)?(?:\((?P<not>不)?含(?:当[日天])?\))?")
_LATE = ("底", "末")
_OPENING = ("起", "开始")
_NUMBERS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Days:
    """A parsed cell: the first day, the day after the last, and whether it states both.

    None if not stated: “2025年底” has no first day, “2025-12-01起” no last one. `endless`: stated to have no end.
    """

    first: date | None
    after: date | None
    two: bool = False
    endless: bool = False


def read(text: str) -> Days | None:
    """Parse a cell's dates; None if any part is not understood."""
    words = "".join(unicodedata.normalize("NFKC", _CLOCK.sub("", text)).split())
    if words in WORDS.days.endless:
        return Days(None, None, endless=True)
    found = _SPAN.fullmatch(words) or _LAST_ONLY.fullmatch(words)
    if found is None:
        return None
    parts = found.groupdict()
    one, two, end = parts.get("one"), parts.get("two"), parts.get("end")
    first, last = (None if words is None else _first(words) for words in (one, two or one))
    if (one is not None and first is None) or (one is not None and one.endswith(_LATE) and (two or end in _OPENING)):
        return None
    if two in WORDS.days.endless:
        return Days(first, None, two=True, endless=True)
    if last is None:
        return None
    if end in _OPENING:
        return Days(first, None)
    # “不含” names the first day on which it no longer holds.
    after = last if parts["not"] else _after(two or one or "", last)
    opens = one is not None and (two is not None or not (end or one.endswith(_LATE)))
    return Days(first if opens else None, after, two=one is not None and two is not None)


def first_day(text: str) -> date | None:
    """Return the first day of validity: the first of the month if no day is written; None for no date."""
    found = read(text)
    return None if found is None else found.first


def day_after(text: str) -> date | None:
    """Return the first day after validity: the day after the last date in the text, or after its month."""
    found = read(text)
    return None if found is None else found.after


def _first(words: str) -> date | None:
    """Return the first day of this text; None if a firm table cannot hold it."""
    numbers = [int(number) for number in _NUMBERS.findall(words)]
    if len(numbers) > 1:
        return _date(*numbers)
    digits = _NUMBERS.search(words)
    made: dict[int, Callable[[str], date | None]] = {
        8: lambda said: _date(int(said[:4]), int(said[4:6]), int(said[6:])),
        6: lambda said: _date(int(said[:4]), int(said[4:])),
        5: lambda said: _held(_SERIAL_BEGINS + timedelta(days=int(said))),
        4: lambda said: _date(int(said)),
    }
    return None if digits is None else made[len(digits[0])](digits[0])


def _after(words: str, first: date) -> date:
    """Return the day after the day, month or year named here that begins on `first`."""
    numbers = _NUMBERS.findall(words)
    if len(numbers) == 3 or (len(words) in (5, 8) and words.isdigit()):
        return first + timedelta(days=1)
    if len(numbers) == 2 or (len(words) == 6 and words.isdigit()):
        return date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return date(first.year + 1, 1, 1)


def _date(year: int, month: int = 1, day: int = 1) -> date | None:
    try:
        return _held(date(year, month, day))
    except ValueError:
        return None


def _held(day: date) -> date | None:
    return day if _FIRST_YEAR <= day.year < _LAST_YEAR else None
