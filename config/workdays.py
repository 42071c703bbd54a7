"""Workdays and quiet hours, as data: config/calendar.toml holds each announced year."""

from dataclasses import dataclass, field
from datetime import date, time, timedelta
from pathlib import Path
from typing import Self

from config.toml_files import TomlFile

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class WorkYear:
    """One year as it was announced."""

    number: int
    holidays: frozenset[date]
    made_up: frozenset[date]


@dataclass(frozen=True, slots=True)
class HourTable:
    """The hours of a day: from `first` until before `last`; `morning`: when the day's reminders are sent."""

    first: time
    last: time
    morning: time


@dataclass(frozen=True, slots=True)
class CalendarFile(TomlFile):
    """The whole file."""

    FILE = "calendar.toml"
    ticket: int
    hours: HourTable
    years: tuple[WorkYear, ...] = field(metadata={"key": "year"})


@dataclass(frozen=True, slots=True)
class Workdays:
    """Counts workdays. In a year not announced yet, Monday to Friday count: see `knows`.

    `ticket`: workdays within which to answer a ticket.
    """

    holidays: frozenset[date]
    made_up: frozenset[date]
    years: frozenset[int]
    ticket: int

    @classmethod
    def load(cls, path: Path | None = None) -> Self:
        """Load the announced years."""
        told = CalendarFile.load(path)
        return cls(
            frozenset(day for year in told.years for day in year.holidays),
            frozenset(day for year in told.years for day in year.made_up),
            frozenset(year.number for year in told.years),
            told.ticket,
        )

    def is_workday(self, day: date) -> bool:
        """Tell whether this is a workday."""
        return day in self.made_up or (day.weekday() < _SATURDAY and day not in self.holidays)

    def after(self, day: date, count: int) -> date:
        """Return the workday `count` workdays after this day, which itself does not count."""
        while count > 0:
            day += timedelta(days=1)
            count -= self.is_workday(day)
        return day

    def knows(self, day: date) -> bool:
        """Tell whether that day's year was announced and entered."""
        return day.year in self.years


@dataclass(frozen=True, slots=True)
class Hours(HourTable):
    """The hours of a workday, Nanjing time."""

    workdays: Workdays

    @classmethod
    def load(cls, path: Path | None = None) -> Self:
        """Load the hours and the announced years."""
        hours = CalendarFile.load(path).hours
        return cls(hours.first, hours.last, hours.morning, Workdays.load(path))
