"""Up to which moment reminders are planned, and whether the planner stands still until a person has looked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlmodel import Field

from storage.engine.columns import BigId, Row, UtcTime, table_of
from storage.engine.transactions import Tx

_ONLY = 1


class PlannerRow(Row, table=True):
    """The one row."""

    __tablename__ = "planner"

    id: int = Field(primary_key=True, sa_type=BigId, sa_column_kwargs={"autoincrement": False})
    upto: datetime = Field(sa_type=UtcTime)
    stopped: datetime | None = Field(default=None, sa_type=UtcTime)
    saw: datetime | None = Field(default=None, sa_type=UtcTime)


PLANNER = table_of(PlannerRow)


@dataclass(frozen=True, slots=True)
class State:
    """Planned up to `upto`. `stopped`: since when it stands still, because the clock showed `saw`."""

    upto: datetime
    stopped: datetime | None = None
    saw: datetime | None = None


def state(tx: Tx) -> State | None:
    """Where the planner stands; None where it never ran."""
    row = tx.execute(select(PLANNER.c.upto, PLANNER.c.stopped, PLANNER.c.saw)).one_or_none()
    return None if row is None else State(row.upto, row.stopped, row.saw)


def begin(tx: Tx) -> State:
    """Nothing is owed before this moment. Where it has begun before, only what was planned beyond now is owed again."""
    found = state(tx)
    if found is None:
        tx.execute(insert(PLANNER).values(id=_ONLY, upto=tx.now))
        return State(tx.now)
    tx.execute(update(PLANNER).where(PLANNER.c.upto > tx.now).values(upto=tx.now))
    return State(min(found.upto, tx.now), found.stopped, found.saw)


def advance(tx: Tx, since: datetime, upto: datetime) -> bool:
    """Everything up to this moment is planned; False where another node was there first, or it stands still."""
    mine = update(PLANNER).where(PLANNER.c.upto == since, PLANNER.c.stopped.is_(None))
    return tx.execute(mine.values(upto=upto)).rowcount == 1


def stop(tx: Tx) -> bool:
    """Stand still from now on; False where it does already."""
    mine = update(PLANNER).where(PLANNER.c.stopped.is_(None))
    return tx.execute(mine.values(stopped=tx.now, saw=tx.now)).rowcount == 1


def resume(tx: Tx) -> bool:
    """Somebody has looked at the clock: go on, from now where it had run ahead. False where it does not stand still."""
    found = state(tx)
    if found is None or found.stopped is None:
        return False
    values: dict[str, Any] = {"stopped": None, "saw": None, "upto": min(found.upto, tx.now)}
    tx.execute(update(PLANNER).values(values))
    return True
