"""宁工品推 and 百场万企: supply-demand events with tables where a buyer meets the firms it needs."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, delete, select, update
from sqlmodel import Field

from storage.engine.columns import BigId, TableRow, UtcTime, table_of
from storage.engine.transactions import Tx
from storage.people.roles import Place


class EventState(StrEnum):
    """An event's state. Firms see it from `published` on."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


class EventRow(TableRow, table=True):
    """One event. `slots`: start times of its meetings, ISO in UTC. `seats`: number of firms; `area` None: city."""

    __tablename__ = "matchmaking_event"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    kind: str = Field(max_length=16)
    state: str = Field(max_length=16)
    title: str = Field(max_length=60)
    theme: str = Field(max_length=400)
    place: str = Field(max_length=100)
    area: str | None = Field(default=None, max_length=16)
    starts: datetime = Field(sa_type=UtcTime, index=True)
    ends: datetime = Field(sa_type=UtcTime)
    signup_from: datetime = Field(sa_type=UtcTime)
    signup_until: datetime = Field(sa_type=UtcTime)
    seats: int
    quota: int
    desks: str = Field(max_length=200)
    slots: Any = Field(sa_type=JSON)
    made: datetime = Field(sa_type=UtcTime)


class EventTableRow(TableRow, table=True):
    """A buyer's table: its need, and how many firms it meets at a time."""

    __tablename__ = "event_table"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    event_id: int = Field(foreign_key="matchmaking_event.id", index=True, sa_type=BigId)
    firm_id: int | None = Field(default=None, foreign_key="firm.id", sa_type=BigId)
    buyer: str = Field(max_length=60)
    need: str = Field(max_length=1000)
    at_once: int


EVENTS = table_of(EventRow)
TABLES = table_of(EventTableRow)
# What an event is announced with, in columns of the same names.
_SAID = (
    *("kind", "title", "theme", "place", "area", "starts", "ends", "signup_from", "signup_until"),
    *("seats", "quota", "desks"),
)


@dataclass(frozen=True, slots=True)
class MatchmakingEvent:
    """An event as announced; times aware, UTC."""

    kind: str
    title: str
    theme: str
    place: str
    area: str | None
    starts: datetime
    ends: datetime
    signup_from: datetime
    signup_until: datetime
    seats: int
    quota: int
    desks: str
    slots: tuple[datetime, ...]
    state: EventState = EventState.DRAFT
    id: int = 0

    def takes_signups(self, now: datetime) -> bool:
        """Tell whether a firm may sign up now."""
        return self.state is EventState.PUBLISHED and self.signup_from <= now < self.signup_until


@dataclass(frozen=True, slots=True)
class BuyerTable:
    """A buyer's table. `letter`: A for the event's first, its displayed name."""

    id: int
    event_id: int
    firm_id: int | None
    buyer: str
    need: str
    at_once: int
    letter: str


def add(tx: Tx, event: MatchmakingEvent) -> int:
    """Insert an event as a draft; return its id."""
    return tx.add(EVENTS, {**_values(event), "state": EventState.DRAFT.value, "made": tx.now})


def change(tx: Tx, event_id: int, event: MatchmakingEvent) -> None:
    """Replace the event's fields; its state stays."""
    tx.execute(update(EVENTS).where(EVENTS.c.id == event_id).values(_values(event)))


def move(tx: Tx, event_id: int, before: EventState, after: EventState) -> bool:
    """Move the event between states; False if it was not in the first."""
    mine = update(EVENTS).where(EVENTS.c.id == event_id, EVENTS.c.state == before.value)
    return tx.execute(mine.values(state=after.value)).rowcount == 1


def get(tx: Tx, event_id: int) -> MatchmakingEvent | None:
    """Return the event with this id."""
    return tx.one(select(EVENTS).where(EVENTS.c.id == event_id), _event)


def place_of(tx: Tx, event_id: int) -> Place | None:
    """Return the event's area, whichever agency holds it."""
    return tx.one(select(EVENTS.c.area).where(EVENTS.c.id == event_id), lambda row: Place(area=row.area))


def coming(tx: Tx, most: int) -> list[MatchmakingEvent]:
    """Return the published events not over, the next to close sign-up first."""
    open_ = select(EVENTS).where(EVENTS.c.state == EventState.PUBLISHED.value, EVENTS.c.ends > tx.now)
    return [_event(row) for row in tx.execute(open_.order_by(EVENTS.c.signup_until, EVENTS.c.id).limit(most))]


def latest(tx: Tx, areas: frozenset[str] | None, most: int) -> list[MatchmakingEvent]:
    """Return the events of these areas (None: all) in any state, latest first."""
    mine = select(EVENTS).order_by(EVENTS.c.starts.desc(), EVENTS.c.id.desc()).limit(most)
    if areas is not None:
        mine = mine.where(EVENTS.c.area.in_(areas))
    return [_event(row) for row in tx.execute(mine)]


def ended_between(tx: Tx, since: datetime, until: datetime) -> list[MatchmakingEvent]:
    """Return the published events that ended in [since, until)."""
    mine = select(EVENTS).where(
        EVENTS.c.state == EventState.PUBLISHED.value, EVENTS.c.ends >= since, EVENTS.c.ends < until
    )
    return [_event(row) for row in tx.execute(mine.order_by(EVENTS.c.id))]


def add_table(tx: Tx, event_id: int, *, firm_id: int | None, buyer: str, need: str, at_once: int) -> int:
    """Insert a buyer's table; return its id."""
    return tx.add(TABLES, {"event_id": event_id, "firm_id": firm_id, "buyer": buyer, "need": need, "at_once": at_once})


def remove_table(tx: Tx, event_id: int, table_id: int) -> bool:
    """Remove a table from its event; False if it has no such table."""
    mine = delete(TABLES).where(TABLES.c.id == table_id, TABLES.c.event_id == event_id)
    return tx.execute(mine).rowcount == 1


def tables(tx: Tx, event_id: int) -> list[BuyerTable]:
    """Return the event's tables in insertion order."""
    found = tx.execute(select(TABLES).where(TABLES.c.event_id == event_id).order_by(TABLES.c.id))
    return [
        BuyerTable(row.id, row.event_id, row.firm_id, row.buyer, row.need, row.at_once, letter(number))
        for number, row in enumerate(found)
    ]


def letter(number: int) -> str:
    """Return a table's name by its number from 0: A … Z, AA, AB …"""
    head, last = divmod(number, 26)
    return (letter(head - 1) if head else "") + chr(ord("A") + last)


def _values(event: MatchmakingEvent) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(event, name) for name in _SAID}
    return {**values, "slots": [slot.isoformat() for slot in event.slots]}


def _event(row: Any) -> MatchmakingEvent:
    said = {name: getattr(row, name) for name in _SAID}
    slots = tuple(datetime.fromisoformat(slot) for slot in row.slots)
    return MatchmakingEvent(**said, slots=slots, state=EventState(row.state), id=row.id)
