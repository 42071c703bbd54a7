"""Imports of tables into the roster: plan, and data to undo it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, select, update
from sqlmodel import Field

from storage.engine.columns import BigId, ReadModel, TableRow, UtcTime, table_of
from storage.engine.transactions import Tx


class Import(ReadModel):
    """One import. `area` None: the whole city. `roster_version`: the roster's when plan or change was made."""

    id: int = Field(primary_key=True, sa_type=BigId)
    area: str | None = Field(default=None, max_length=16)
    file_name: str = Field(max_length=100)
    made: datetime = Field(sa_type=UtcTime)
    state: str = Field(max_length=8)
    roster_version: int = Field(sa_type=BigId)
    plan: Any = Field(sa_type=JSON)
    undo: Any = Field(default=None, sa_type=JSON, nullable=True)


class RosterImportRow(Import, TableRow, table=True):
    """One imported table. `state`: draft, applied or undone. `person_id` outlives its person."""

    __tablename__ = "roster_import"

    person_id: int = Field(sa_type=BigId)


IMPORTS = table_of(RosterImportRow)


def add(
    tx: Tx, *, person_id: int, area: str | None, file_name: str, roster_version: int, plan: Mapping[str, Any]
) -> int:
    """Save an unapplied plan; return its id."""
    row = {
        "person_id": person_id,
        "area": area,
        "file_name": file_name[:100],
        "made": tx.now,
        "state": "draft",
        "roster_version": roster_version,
        "plan": plan,
    }
    return tx.add(IMPORTS, row)


def get(tx: Tx, import_id: int) -> Import | None:
    """Return the import with this id."""
    return tx.one(select(IMPORTS).where(IMPORTS.c.id == import_id), Import.of)


def finish(tx: Tx, import_id: int, state: str, roster_version: int, undo: Mapping[str, Any] | None) -> None:
    """Mark the import as applied or undone, with the resulting roster version."""
    values = {"state": state, "roster_version": roster_version, "undo": undo}
    tx.execute(update(IMPORTS).where(IMPORTS.c.id == import_id).values(values))


def latest(tx: Tx, most: int = 20) -> list[Import]:
    """Return the newest imports, without plans."""
    columns = (IMPORTS.c.id, IMPORTS.c.area, IMPORTS.c.file_name, IMPORTS.c.made, IMPORTS.c.state)
    found = tx.execute(select(*columns, IMPORTS.c.roster_version).order_by(IMPORTS.c.id.desc()).limit(most))
    return [Import.of(row, plan={}, undo=None) for row in found]
