"""Dates as an iCalendar file (RFC 5545). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import Alarm, Calendar, Event

from notifications.text_splitting import printable

LASTS = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """Something with an end; `uid` identifies it permanently."""

    uid: str
    due: datetime
    title: str
    basis: str = ""


def calendar(entries: Iterable[CalendarEntry], now: datetime) -> str:
    """Return the file: each entry stands in the half hour before it ends, with an alarm the day before."""
    made = Calendar({"VERSION": "2.0", "PRODID": "-//ningzhuantong//reminders//ZH", "CALSCALE": "GREGORIAN"})
    for entry in entries:
        title = printable(entry.title)
        event, alarm = Event(), Alarm()
        event.add("UID", f"{entry.uid}@ningzhuantong")
        event.add("DTSTAMP", now.astimezone(UTC))
        event.add("DTSTART", (entry.due - LASTS).astimezone(UTC))
        event.add("DTEND", entry.due.astimezone(UTC))
        event.add("SUMMARY", title)
        if entry.basis:
            event.add("DESCRIPTION", printable(entry.basis))
        alarm.add("ACTION", "DISPLAY")
        alarm.add("TRIGGER", timedelta(days=-1))
        alarm.add("DESCRIPTION", title)
        event.add_component(alarm)
        made.add_component(event)
    content: bytes = made.to_ical(sorted=False)
    return content.decode()
