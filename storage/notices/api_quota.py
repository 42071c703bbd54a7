"""Calls to each platform API today and this minute, on all nodes, and until when one is paused."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Field

from config.calendar import midnight, shanghai_day
from storage.engine.columns import TableRow, UtcTime, table_of
from storage.engine.transactions import Tx

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
# The platform's code for a spent daily quota.
SPENT = "45009"


class ApiUseRow(TableRow, table=True):
    """One channel's API. `day_used` counts from `day` (Shanghai midnight), `minute_used` from `minute`.

    `pace`: calls per minute allowed for the rest of the day; `daily`: the daily limit reported by the platform.
    """

    __tablename__ = "api_use"

    channel: str = Field(primary_key=True, max_length=16)
    day: datetime = Field(sa_type=UtcTime)
    day_used: int
    minute: datetime = Field(sa_type=UtcTime)
    minute_used: int
    pace: int | None = None
    daily: int | None = None
    rests_until: datetime | None = Field(default=None, sa_type=UtcTime)
    why: str | None = Field(default=None, max_length=16)


API_USE = table_of(ApiUseRow)
_ALL = select(API_USE)


@dataclass(frozen=True, slots=True)
class ApiUse:
    """The same as of now: past periods no longer count."""

    day_used: int = 0
    minute_used: int = 0
    pace: int | None = None
    daily: int | None = None
    rests_until: datetime | None = None
    why: str | None = None


def current(tx: Tx) -> dict[str, ApiUse]:
    """Return each channel's API use now; one never called is missing."""
    return {row.channel: _now(row, tx.now) for row in tx.execute(_ALL)}


def count(tx: Tx, calls: Mapping[str, int]) -> None:
    """Count this many starting calls per channel."""
    known = current(tx) if calls else {}
    for channel, number in calls.items():
        use = known.get(channel, ApiUse())
        counted = replace(use, day_used=use.day_used + number, minute_used=use.minute_used + number)
        _put(tx, channel, counted)


def pause(tx: Tx, channel: str, until: datetime, why: str) -> None:
    """Pause calls of this channel until this moment."""
    use = current(tx).get(channel, ApiUse())
    longer = max(until, use.rests_until or until)
    _put(tx, channel, replace(use, rests_until=longer, why=why))


def start_anew(tx: Tx) -> None:
    """Reset today's counts and end pauses for a spent quota, as the platform did."""
    tx.execute(update(API_USE).values(day_used=0))
    spent = API_USE.c.why == SPENT
    tx.execute(update(API_USE).where(spent).values(rests_until=None, why=None))


def slow_down(tx: Tx, channel: str, least: int) -> None:
    """Halve the pace for the rest of the day after too many calls this minute, and pause until the next one."""
    use = current(tx).get(channel, ApiUse())
    pace = max(least, min(use.pace or use.minute_used, use.minute_used) // 2)
    until = _minute(tx.now) + MINUTE
    _put(tx, channel, replace(use, pace=pace, rests_until=until, why="45011"))


def save_platform_count(tx: Tx, channel: str, daily: int, used: int) -> None:
    """Save the platform's own limit and count, which includes calls by others with this account."""
    use = current(tx).get(channel, ApiUse())
    _put(tx, channel, replace(use, daily=daily, day_used=max(use.day_used, used)))


def next_midnight(now: datetime) -> datetime:
    """Return when the platform's day ends."""
    return midnight(shanghai_day(now)) + DAY


def next_minute(now: datetime) -> datetime:
    """Return when the platform's next minute starts."""
    return _minute(now) + MINUTE


def _now(row: Any, now: datetime) -> ApiUse:
    today, this_minute = row.day >= midnight(shanghai_day(now)), row.minute >= _minute(now)
    resting = row.rests_until is not None and row.rests_until > now
    return ApiUse(
        row.day_used if today else 0,
        row.minute_used if this_minute else 0,
        row.pace if today else None,
        row.daily,
        row.rests_until if resting else None,
        row.why if resting else None,
    )


def _put(tx: Tx, channel: str, use: ApiUse) -> None:
    periods = {"day": midnight(shanghai_day(tx.now)), "minute": _minute(tx.now)}
    tx.upsert(API_USE, {"channel": channel, **periods, **asdict(use)})


def _minute(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0)
