"""Quiet hours, as data: config/calendar.toml."""

from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Self

from config.toml_files import load
from config.workdays import FOLDER, CalendarFile, Workdays


@dataclass(frozen=True, slots=True)
class Hours:
    """Workdays from `first` until before `last`, Nanjing time; `morning`: when the day's reminders are sent."""

    workdays: Workdays
    first: time
    last: time
    morning: time

    @classmethod
    def load(cls, path: Path = FOLDER / "calendar.toml") -> Self:
        """Load the hours and the announced years."""
        hours = load(path, CalendarFile).hours
        return cls(Workdays.load(path), hours.first, hours.last, hours.morning)
