"""Quiet hours and reminder days. Pure: the moment and the calendar."""

from datetime import date, datetime, timedelta

from config.calendar import SHANGHAI, shanghai_day
from config.workdays import Hours

DAY = timedelta(days=1)


def allowed_at(moment: datetime, calendar: Hours) -> datetime:
    """Return the first permitted moment at or after this one: a workday, outside quiet hours."""
    local = moment.astimezone(SHANGHAI)
    day, clock = local.date(), local.time()
    if calendar.workdays.is_workday(day) and clock < calendar.last:
        return moment if clock >= calendar.first else datetime.combine(day, calendar.first, SHANGHAI)
    return datetime.combine(calendar.workdays.after(day, 1), calendar.first, SHANGHAI)


def next_morning(moment: datetime, calendar: Hours) -> datetime:
    """Return the first workday morning at or after this moment, when digests are sent."""
    local = moment.astimezone(SHANGHAI)
    day = local.date()
    if calendar.workdays.is_workday(day) and local.time() <= calendar.morning:
        return datetime.combine(day, calendar.morning, SHANGHAI)
    return datetime.combine(calendar.workdays.after(day, 1), calendar.morning, SHANGHAI)


def reminded_at(due: datetime, days: int, calendar: Hours) -> datetime:
    """Return the morning so many days before the last day; if a rest day or too late, the workday before."""
    day = last_day(due) - days * DAY
    while not calendar.workdays.is_workday(day) or datetime.combine(day, calendar.morning, SHANGHAI) >= due:
        day -= DAY
    return datetime.combine(day, calendar.morning, SHANGHAI)


def last_day(due: datetime) -> date:
    """Return the last day on which it can be done, `due` being the first moment too late."""
    return shanghai_day(due - timedelta(microseconds=1))


def days_left(due: datetime, now: datetime) -> int:
    """Return the days until the last one: 0 on that day itself."""
    return (last_day(due) - shanghai_day(now)).days
