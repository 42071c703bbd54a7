"""供需洽谈: who met whom at an event's table and when, with the outcome."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import String, and_, func, insert, select, update
from sqlmodel import Field
from sqlmodel import UniqueConstraint as Unique

from storage.engine.columns import BigId, ReadModel, TableRow, UtcTime, table_of
from storage.engine.transactions import Tx
from storage.events.events import EVENTS, TABLES
from storage.firms.firms import FIRMS


class MeetingOutcome(StrEnum):
    """A meeting's outcome as the firm reports it."""

    NO_CONTACT = "no_contact"
    TALKING = "talking"
    SIGNED = "signed"


class MeetingBase(ReadModel):
    """The columns of a meeting that are read as they are stored."""

    id: int = Field(primary_key=True, sa_type=BigId)
    event_id: int = Field(foreign_key="matchmaking_event.id", sa_type=BigId)
    table_id: int = Field(foreign_key="event_table.id", index=True, sa_type=BigId)
    firm_id: int = Field(foreign_key="firm.id", index=True, sa_type=BigId)
    slot: int
    dropped: bool = False
    outcome: MeetingOutcome | None = Field(default=None, sa_type=String(16))
    amount: int | None = Field(default=None, sa_type=BigId)


class EventMeeting(MeetingBase):
    """A planned meeting, with both sides' names."""

    firm: str
    buyer: str


class MeetingRow(MeetingBase, TableRow, table=True):
    """One firm at one table in one slot (number from 0). `dropped`: one side did not come. `amount` in yuan."""

    __tablename__ = "meeting"
    __table_args__ = (Unique("event_id", "firm_id", "table_id", name="uq_meeting_event_id"),)

    value: float
    said: datetime | None = Field(default=None, sa_type=UtcTime)


MEETINGS = table_of(MeetingRow)


@dataclass(frozen=True, slots=True)
class MeetingTotals:
    """An event's results for officials. `amount` in yuan, of those who named one."""

    meetings: int
    answered: int
    talking: int
    signed: int
    amount: int


def of_event(tx: Tx, event_id: int) -> list[EventMeeting]:
    """Return the event's standing meetings, by time and table."""
    return _read(tx, MEETINGS.c.event_id == event_id, MEETINGS.c.dropped.is_(False))


def of_firm(tx: Tx, firm_id: int) -> list[EventMeeting]:
    """Return the firm's standing meetings, by event and time."""
    return _read(tx, MEETINGS.c.firm_id == firm_id, MEETINGS.c.dropped.is_(False))


def add(tx: Tx, event_id: int, planned: Sequence[tuple[int, int, int, float]]) -> None:
    """Insert meetings as (table, firm, slot, value). A dropped one is reinstated at its new time."""
    for table_id, firm_id, slot, value in planned:
        mine = and_(MEETINGS.c.event_id == event_id, MEETINGS.c.table_id == table_id, MEETINGS.c.firm_id == firm_id)
        values = {"slot": slot, "value": value, "dropped": False}
        if tx.execute(update(MEETINGS).where(mine).values(values)).rowcount == 0:
            row = {"event_id": event_id, "table_id": table_id, "firm_id": firm_id, **values}
            tx.execute(insert(MEETINGS).values(row))


def drop_of_firm(tx: Tx, event_id: int, firm_id: int) -> int:
    """Drop an absent firm's meetings; return how many."""
    mine = (MEETINGS.c.event_id == event_id, MEETINGS.c.firm_id == firm_id, MEETINGS.c.dropped.is_(False))
    return tx.execute(update(MEETINGS).where(*mine).values(dropped=True)).rowcount


def save_outcome(tx: Tx, meeting_id: int, firm_id: int, outcome: MeetingOutcome, amount: int | None) -> bool:
    """Save this firm's report of its meeting; False if it had no such meeting."""
    mine = (MEETINGS.c.id == meeting_id, MEETINGS.c.firm_id == firm_id, MEETINGS.c.dropped.is_(False))
    values = {"outcome": outcome.value, "amount": amount, "said": tx.now}
    return tx.execute(update(MEETINGS).where(*mine).values(values)).rowcount == 1


def tally(tx: Tx, event_id: int) -> MeetingTotals:
    """Count meetings by outcome and sum the reported orders."""
    count, amount = func.count().label("count"), func.coalesce(func.sum(MEETINGS.c.amount), 0).label("amount")
    mine = (MEETINGS.c.event_id == event_id, MEETINGS.c.dropped.is_(False))
    found = tx.execute(select(MEETINGS.c.outcome, count, amount).where(*mine).group_by(MEETINGS.c.outcome))
    counts = {row.outcome: (int(row._mapping["count"]), int(row.amount)) for row in found}
    every, silent = sum(count for count, _ in counts.values()), counts.get(None, (0, 0))[0]
    talking, signed = (counts.get(what.value, (0, 0)) for what in (MeetingOutcome.TALKING, MeetingOutcome.SIGNED))
    return MeetingTotals(every, every - silent, talking[0], signed[0], signed[1])


def _read(tx: Tx, *wanted: Any) -> list[EventMeeting]:
    joined = (
        select(MEETINGS, FIRMS.c.name.label("firm"), TABLES.c.buyer)
        .join(FIRMS, FIRMS.c.id == MEETINGS.c.firm_id)
        .join(TABLES, TABLES.c.id == MEETINGS.c.table_id)
        .join(EVENTS, EVENTS.c.id == MEETINGS.c.event_id)
        .where(*wanted)
        .order_by(EVENTS.c.starts, MEETINGS.c.slot, MEETINGS.c.table_id, MEETINGS.c.id)
    )
    return [EventMeeting.of(row) for row in tx.execute(joined)]
