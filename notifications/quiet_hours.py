"""When a person may be disturbed, and on which day they are reminded. Pure: the moment and the calendar."""

from datetime import date, datetime, timedelta

from config.calendar import SHANGHAI, shanghai_day
from config.quiet_hours import Hours

DAY = timedelta(days=1)


def allowed_at(moment: datetime, calendar: Hours) -> datetime:
    """The first moment at or after this one at which a person may be disturbed: a workday, outside quiet hours."""
    local = moment.astimezone(SHANGHAI)
    day, clock = local.date(), local.time()
    if calendar.workdays.is_workday(day) and clock < calendar.last:
        return moment if clock >= calendar.first else datetime.combine(day, calendar.first, SHANGHAI)
    return datetime.combine(calendar.workdays.after(day, 1), calendar.first, SHANGHAI)


def next_morning(moment: datetime, calendar: Hours) -> datetime:
    """The first morning of a workday at or after this moment: when what was gathered is told."""
    local = moment.astimezone(SHANGHAI)
    day = local.date()
    if calendar.workdays.is_workday(day) and local.time() <= calendar.morning:
        return datetime.combine(day, calendar.morning, SHANGHAI)
    return datetime.combine(calendar.workdays.after(day, 1), calendar.morning, SHANGHAI)


def reminded_at(due: datetime, days: int, calendar: Hours) -> datetime:
    """The morning so many days before the last day; where that is a rest day or too late, the workday before."""
    day = last_day(due) - days * DAY
    while not calendar.workdays.is_workday(day) or datetime.combine(day, calendar.morning, SHANGHAI) >= due:
        day -= DAY
    return datetime.combine(day, calendar.morning, SHANGHAI)


def last_day(due: datetime) -> date:
    """The last day on which it can still be done, `due` being the first moment that is too late."""
    return shanghai_day(due - timedelta(microseconds=1))


def days_left(due: datetime, now: datetime) -> int:
    """How many days are left until the last one: 0 on that day itself."""
    return (last_day(due) - shanghai_day(now)).days
