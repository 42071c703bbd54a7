"""Firms' sign-ups for an event, in order; the first ones have seats."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, String, insert, select, update
from sqlmodel import Field
from sqlmodel import UniqueConstraint as Unique

from storage.engine.columns import BigId, ReadModel, TableRow, UtcTime, table_of
from storage.engine.transactions import Tx
from storage.firms.firms import FIRMS


class SignupState(StrEnum):
    """Whether the firm has a seat, is waiting for one, or cancelled."""

    IN = "in"
    WAITING = "waiting"
    CANCELLED = "cancelled"


class SignupBase(ReadModel):
    """The columns of a signup that are read as they are stored."""

    event_id: int = Field(foreign_key="matchmaking_event.id", sa_type=BigId)
    firm_id: int = Field(foreign_key="firm.id", index=True, sa_type=BigId)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True, sa_type=BigId)
    state: SignupState = Field(sa_type=String(16))
    wanted: tuple[int, ...] = Field(sa_type=JSON)
    arrived: datetime | None = Field(default=None, sa_type=UtcTime)
    absent: bool = False


class Signup(SignupBase):
    """A firm's place at an event."""

    firm: str


class SignupRow(SignupBase, TableRow, table=True):
    """A firm's sign-up. `wanted`: ids of tables to meet, favourite first. `person_id`: who signed up."""

    __tablename__ = "event_signup"
    __table_args__ = (Unique("event_id", "firm_id", name="uq_event_signup_event_id"),)

    id: int = Field(primary_key=True, sa_type=BigId)
    at: datetime = Field(sa_type=UtcTime)


SIGNUPS = table_of(SignupRow)
_ORDER = (SIGNUPS.c.at, SIGNUPS.c.id)


def find(tx: Tx, event_id: int, firm_id: int) -> Signup | None:
    """Return this firm's sign-up for this event, cancelled or not."""
    return next(iter(_read(tx, SIGNUPS.c.event_id == event_id, SIGNUPS.c.firm_id == firm_id)), None)


def of_event(tx: Tx, event_id: int) -> list[Signup]:
    """Return the firms with a seat or waiting, in sign-up order."""
    return _read(tx, SIGNUPS.c.event_id == event_id, SIGNUPS.c.state != SignupState.CANCELLED.value)


def of_firm(tx: Tx, firm_id: int) -> list[Signup]:
    """Return the firm's sign-ups, without cancelled ones."""
    return _read(tx, SIGNUPS.c.firm_id == firm_id, SIGNUPS.c.state != SignupState.CANCELLED.value)


def by_person(tx: Tx, person_id: int) -> list[Signup]:
    """Return the sign-ups this person made for a firm, including cancelled ones."""
    return _read(tx, SIGNUPS.c.person_id == person_id)


def put(tx: Tx, event_id: int, firm_id: int, person_id: int, state: SignupState) -> None:
    """Sign the firm up, first time or again, at the end of the list."""
    values = {"person_id": person_id, "state": state.value, "at": tx.now, "arrived": None, "absent": False}
    mine = update(SIGNUPS).where(SIGNUPS.c.event_id == event_id, SIGNUPS.c.firm_id == firm_id)
    if tx.execute(mine.values(values)).rowcount == 0:
        tx.execute(insert(SIGNUPS).values(event_id=event_id, firm_id=firm_id, wanted=[], **values))


def set_state(tx: Tx, event_id: int, firm_id: int, state: SignupState) -> None:
    """Set the sign-up's state."""
    _set(tx, event_id, firm_id, state=state.value)


def save_wishes(tx: Tx, event_id: int, firm_id: int, tables: list[int]) -> None:
    """Save which tables the firm wants to meet, favourite first."""
    _set(tx, event_id, firm_id, wanted=tables)


def arrive(tx: Tx, event_id: int, firm_id: int) -> None:
    """Mark the firm as arrived."""
    _set(tx, event_id, firm_id, arrived=tx.now, absent=False)


def set_absent(tx: Tx, event_id: int, firm_id: int, absent: bool) -> None:
    """Mark the firm as absent, or undo that."""
    _set(tx, event_id, firm_id, absent=absent)


def transfer(tx: Tx, person_id: int, firm_id: int, heir: int) -> None:
    """Hand this person's sign-ups for the firm to another of its people."""
    mine = (SIGNUPS.c.person_id == person_id, SIGNUPS.c.firm_id == firm_id)
    tx.execute(update(SIGNUPS).where(*mine).values(person_id=heir))


def _set(tx: Tx, event_id: int, firm_id: int, **values: Any) -> None:
    mine = (SIGNUPS.c.event_id == event_id, SIGNUPS.c.firm_id == firm_id)
    tx.execute(update(SIGNUPS).where(*mine).values(**values))


def _read(tx: Tx, *wanted: Any) -> list[Signup]:
    joined = select(SIGNUPS, FIRMS.c.name.label("firm")).join(FIRMS, FIRMS.c.id == SIGNUPS.c.firm_id).where(*wanted)
    return [Signup.of(row) for row in tx.execute(joined.order_by(*_ORDER))]
