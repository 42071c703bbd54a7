"""Days in Nanjing: times are stored in UTC and decided in Asia/Shanghai."""

from datetime import date, datetime, timedelta, timezone

# China has had one zone without daylight saving since 1991, so the fixed offset is exact and needs no zone database.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")


def shanghai_day(moment: datetime) -> date:
    """Return the calendar day in Nanjing at this (aware) moment."""
    return moment.astimezone(SHANGHAI).date()


def midnight(day: date) -> datetime:
    """Return the moment this day begins in Nanjing."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
