"""The platform's time: real time plus an offset that a person can advance."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Protocol

# The platform's days are China's (assumed: the documents name no boundary).
BEIJING = timezone(timedelta(hours=8))


class Timepiece(Protocol):
    """Clock interface: the bot's own may be passed in, so that both move together."""

    def now(self) -> datetime:
        """Return the present moment, with time zone."""

    def advance(self, by: timedelta) -> None:
        """Move this clock forward."""


class Clock:
    """Real time plus an offset; the offset only grows, since tokens and message ids never run backwards."""

    def __init__(self, read: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._read = read
        self._offset = timedelta(0)

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        return (self._read() + self._offset).astimezone(UTC)

    def offset(self) -> timedelta:
        """Return how far this clock is ahead of real time."""
        return self._offset

    def advance(self, by: timedelta) -> None:
        """Advance by this much; raises ValueError if negative."""
        if by < timedelta(0):
            raise ValueError("the clock only moves forward")
        self._offset += by


def platform_day(moment: datetime) -> date:
    """Return the day a call counts for: midnight to midnight at UTC+8."""
    return moment.astimezone(BEIJING).date()
