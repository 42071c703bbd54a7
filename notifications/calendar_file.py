"""Dates as an iCalendar file (RFC 5545). Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from notifications.text_splitting import printable

# Octets a line may have; longer ones are folded, never inside a character.
LONGEST_LINE = 75
LASTS = timedelta(minutes=30)
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


@dataclass(frozen=True, slots=True)
class Entry:
    """Something with a last moment; `uid` tells it from all others and stays the same."""

    uid: str
    due: datetime
    title: str
    basis: str = ""


def calendar(entries: Iterable[Entry], now: datetime) -> str:
    """The file: each entry stands in the half hour before it ends, with an alarm the day before."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//ningzhuantong//reminders//ZH", "CALSCALE:GREGORIAN"]
    for entry in entries:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{entry.uid}@ningzhuantong",
            f"DTSTAMP:{_utc(now)}",
            f"DTSTART:{_utc(entry.due - LASTS)}",
            f"DTEND:{_utc(entry.due)}",
            f"SUMMARY:{_escaped(entry.title)}",
            *([f"DESCRIPTION:{_escaped(entry.basis)}"] if entry.basis else []),
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            "TRIGGER:-P1D",
            f"DESCRIPTION:{_escaped(entry.title)}",
            "END:VALARM",
            "END:VEVENT",
        ]
    return "\r\n".join(part for line in [*lines, "END:VCALENDAR"] for part in _folded(line)) + "\r\n"


def _escaped(text: str) -> str:
    return printable(text).translate(_ESCAPED)


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _folded(line: str) -> Iterator[str]:
    part, size = "", 0
    for sign in line:
        octets = len(sign.encode())
        if size + octets > LONGEST_LINE:
            yield part
            part, size = " ", 1
        part += sign
        size += octets
    yield part
