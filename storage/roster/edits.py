"""Corrections of single roster entries: what stood before, what stands now, why and by whom. Rows are only added."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, insert, select
from sqlmodel import Field

from storage.engine.columns import BigId, ReadModel, TableRow, UtcTime, table_of
from storage.engine.transactions import Tx


class RosterEdit(ReadModel):
    """One correction. `before` and `after`: the entry's values by column, with its titles. `person_id` outlives its
    person.
    """

    id: int = Field(primary_key=True, sa_type=BigId)
    entry_id: int = Field(foreign_key="roster_entry.id", index=True, sa_type=BigId)
    person_id: int = Field(sa_type=BigId)
    made: datetime = Field(sa_type=UtcTime)
    reason: str = Field(max_length=200)
    before: Any = Field(sa_type=JSON)
    after: Any = Field(sa_type=JSON)


class RosterEditRow(RosterEdit, TableRow, table=True):
    """The stored correction."""

    __tablename__ = "roster_edit"


EDITS = table_of(RosterEditRow)


def add(
    tx: Tx, *, entry_id: int, person_id: int, reason: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> int:
    """Save a correction; return its id."""
    row = {"entry_id": entry_id, "person_id": person_id, "made": tx.now, "reason": reason}
    statement = insert(EDITS).values({**row, "before": before, "after": after}).returning(EDITS.c.id)
    return int(tx.execute(statement).scalar_one())


def of_entry(tx: Tx, entry_id: int, most: int = 50) -> list[RosterEdit]:
    """Return the entry's corrections, newest first."""
    mine = select(EDITS).where(EDITS.c.entry_id == entry_id).order_by(EDITS.c.id.desc()).limit(most)
    return [RosterEdit.of(row) for row in tx.execute(mine)]
