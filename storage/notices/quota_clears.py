"""Resets of the account's quotas: few per month, counted for all nodes."""

from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlmodel import Field

from storage.engine.columns import BigId, TableRow, UtcTime, table_of
from storage.engine.transactions import Tx

ASKED, DONE, NONE_LEFT, NOT_MADE = "asked", "done", "none_left", "not_made"


class QuotaClearRow(TableRow, table=True):
    """One reset: `asked` before the call, and permanently if its effect is unknown; `not_made`: it certainly did not
    count; `none_left`: the platform's count this month exceeds ours.
    """

    __tablename__ = "quota_clear"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    at: datetime = Field(sa_type=UtcTime, index=True)
    state: str = Field(max_length=12)


CLEARS = table_of(QuotaClearRow)


def left(tx: Tx, since: datetime, most: int) -> int:
    """Return how many of so many are left since the month's start."""
    grouped = select(CLEARS.c.state, func.count().label("rows")).where(CLEARS.c.at >= since).group_by(CLEARS.c.state)
    found = {row.state: int(row.rows) for row in tx.execute(grouped)}
    return 0 if NONE_LEFT in found else max(0, most - found.get(ASKED, 0) - found.get(DONE, 0))


def add(tx: Tx) -> int:
    """Use up one reset; return its id."""
    asked = insert(CLEARS).values(at=tx.now, state=ASKED).returning(CLEARS.c.id)
    return int(tx.execute(asked).scalar_one())


def finish(tx: Tx, clear_id: int, state: str) -> None:
    """Set this reset's result."""
    tx.execute(update(CLEARS).where(CLEARS.c.id == clear_id).values(state=state))


def last(tx: Tx) -> int:
    """Return the id of the newest successful reset on any node; 0 if none."""
    return int(tx.execute(select(func.max(CLEARS.c.id)).where(CLEARS.c.state == DONE)).scalar_one() or 0)
