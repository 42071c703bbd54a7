"""The platform's time: real time plus an offset that a person may push forward."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Protocol

# The platform counts its days in China (assumed: the documents name no boundary).
BEIJING = timezone(timedelta(hours=8))


class Timepiece(Protocol):
    """Any clock the platform can live by: the bot's own may be passed in, so that both move together."""

    def now(self) -> datetime:
        """The present moment, with a time zone."""

    def advance(self, by: timedelta) -> None:
        """Move everything that asks this clock into the future."""


class Clock:
    """Real time plus an offset; the offset only grows, since tokens and message ids never run backwards."""

    def __init__(self, read: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._read = read
        self._offset = timedelta(0)

    def now(self) -> datetime:
        """The present moment in UTC."""
        return (self._read() + self._offset).astimezone(UTC)

    def offset(self) -> timedelta:
        """How far this clock is ahead of real time."""
        return self._offset

    def advance(self, by: timedelta) -> None:
        """Move into the future by this much; raises ValueError for the past."""
        if by < timedelta(0):
            raise ValueError("the clock only moves forward")
        self._offset += by


def platform_day(moment: datetime) -> date:
    """The calendar day a call counts for: midnight to midnight at UTC+8."""
    return moment.astimezone(BEIJING).date()
