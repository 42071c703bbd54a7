"""How far reminders are planned, and whether the planner is stopped until a person checks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlmodel import Field

from storage.engine.columns import BigId, TableRow, UtcTime, table_of
from storage.engine.transactions import Tx

_ONLY = 1


class PlannerRow(TableRow, table=True):
    """The single row."""

    __tablename__ = "planner"

    id: int = Field(primary_key=True, sa_type=BigId, sa_column_kwargs={"autoincrement": False})
    upto: datetime = Field(sa_type=UtcTime)
    stopped: datetime | None = Field(default=None, sa_type=UtcTime)
    saw: datetime | None = Field(default=None, sa_type=UtcTime)


PLANNER = table_of(PlannerRow)


@dataclass(frozen=True, slots=True)
class PlannerState:
    """Planned up to `upto`. `stopped`: since when it is stopped, because the clock showed `saw`."""

    upto: datetime
    stopped: datetime | None = None
    saw: datetime | None = None


def state(tx: Tx) -> PlannerState | None:
    """Return the planner's state; None if it never ran."""
    found = select(PLANNER.c.upto, PLANNER.c.stopped, PLANNER.c.saw)
    return tx.one(found, lambda row: PlannerState(row.upto, row.stopped, row.saw))


def begin(tx: Tx) -> PlannerState:
    """Start planning at now; if the clock was set back, rewind to now."""
    found = state(tx)
    if found is None:
        tx.execute(insert(PLANNER).values(id=_ONLY, upto=tx.now))
        return PlannerState(tx.now)
    tx.execute(update(PLANNER).where(PLANNER.c.upto > tx.now).values(upto=tx.now))
    return PlannerState(min(found.upto, tx.now), found.stopped, found.saw)


def advance(tx: Tx, since: datetime, upto: datetime) -> bool:
    """Advance to this moment; False if another node was first, or it is stopped."""
    mine = update(PLANNER).where(PLANNER.c.upto == since, PLANNER.c.stopped.is_(None))
    return tx.execute(mine.values(upto=upto)).rowcount == 1


def stop(tx: Tx) -> bool:
    """Stop the planner; False if it already is."""
    mine = update(PLANNER).where(PLANNER.c.stopped.is_(None))
    return tx.execute(mine.values(stopped=tx.now, saw=tx.now)).rowcount == 1


def resume(tx: Tx) -> bool:
    """Resume after an operator checked the clock, from now if it had run ahead. False if it is not stopped."""
    found = state(tx)
    if found is None or found.stopped is None:
        return False
    values: dict[str, Any] = {"stopped": None, "saw": None, "upto": min(found.upto, tx.now)}
    tx.execute(update(PLANNER).values(values))
    return True
