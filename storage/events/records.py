"""Append-only log of an event's proposals and invitations."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlmodel import Field

from storage.engine.columns import BigId, TableRow, UtcTime, table_of, to_json
from storage.engine.transactions import Tx

PROPOSAL, INVITATION = "proposal", "invitation"


class EventRecordRow(TableRow, table=True):
    """One entry; its content is sealed. `person_id`, the acting official, outlives its person."""

    __tablename__ = "event_record"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    event_id: int = Field(foreign_key="matchmaking_event.id", index=True, sa_type=BigId)
    kind: str = Field(max_length=16)
    at: datetime = Field(sa_type=UtcTime)
    person_id: int = Field(sa_type=BigId)
    firm_id: int | None = Field(default=None, foreign_key="firm.id", index=True, sa_type=BigId)
    data: bytes


RECORDS = table_of(EventRecordRow)


@dataclass(frozen=True, slots=True)
class EventRecord:
    """One entry. `firm_id`: the firm it concerns, if one."""

    id: int
    kind: str
    at: datetime
    person_id: int
    firm_id: int | None
    data: Mapping[str, Any]


def add(tx: Tx, event_id: int, kind: str, person_id: int, data: Mapping[str, Any], firm_id: int | None = None) -> int:
    """Add an entry; return its id."""
    row = {
        "event_id": event_id,
        "kind": kind,
        "at": tx.now,
        "person_id": person_id,
        "firm_id": firm_id,
        "data": tx.cipher.seal(to_json(data), f"event_record:{event_id}:{kind}"),
    }
    return int(tx.execute(insert(RECORDS).values(row).returning(RECORDS.c.id)).scalar_one())


def listed(tx: Tx, event_id: int, kind: str) -> list[EventRecord]:
    """Return the event's entries of this kind, oldest first."""
    mine = select(RECORDS).where(RECORDS.c.event_id == event_id, RECORDS.c.kind == kind).order_by(RECORDS.c.id)
    return [_record(tx, row) for row in tx.execute(mine)]


def last(tx: Tx, event_id: int, kind: str) -> EventRecord | None:
    """Return the event's newest entry of this kind."""
    mine = select(RECORDS).where(RECORDS.c.event_id == event_id, RECORDS.c.kind == kind)
    row = tx.execute(mine.order_by(RECORDS.c.id.desc()).limit(1)).one_or_none()
    return None if row is None else _record(tx, row)


def _record(tx: Tx, row: Any) -> EventRecord:
    data = json.loads(tx.cipher.open(row.data, f"event_record:{row.event_id}:{row.kind}"))
    return EventRecord(row.id, row.kind, row.at, row.person_id, row.firm_id, data)
