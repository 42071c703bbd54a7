"""Which days are worked, as data: config/calendar.toml holds each announced year."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Self

from config.toml_files import read

FOLDER = Path(__file__).parent
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Workdays:
    """Counts in workdays. In a year that was not announced yet, Monday to Friday count: `knows` tells.

    `ticket`: in how many of them a ticket is to be answered.
    """

    holidays: frozenset[date]
    made_up: frozenset[date]
    years: frozenset[int]
    ticket: int

    @classmethod
    def load(cls, path: Path = FOLDER / "calendar.toml") -> Self:
        """Read the announced years."""
        told = read(path)
        years = told["year"]
        return cls(
            frozenset(day for year in years for day in year["holidays"]),
            frozenset(day for year in years for day in year["made_up"]),
            frozenset(year["number"] for year in years),
            told["ticket"],
        )

    def is_workday(self, day: date) -> bool:
        """Whether offices work on this day."""
        return day in self.made_up or (day.weekday() < _SATURDAY and day not in self.holidays)

    def after(self, day: date, count: int) -> date:
        """The workday that comes `count` workdays after this day, which does not count itself."""
        while count > 0:
            day += timedelta(days=1)
            count -= self.is_workday(day)
        return day

    def knows(self, day: date) -> bool:
        """Whether the arrangement of that day's year was announced and entered."""
        return day.year in self.years
