"""Append-only log of a challenge: steps, questions, reviews, choice, contract."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Index, insert, select
from sqlmodel import Field

from storage.engine.columns import BigId, TableRow, UtcTime, table_of, to_json
from storage.engine.transactions import Tx


class ChallengeRecordRow(TableRow, table=True):
    """One entry; its content is sealed because it names people. `person_id` outlives its person."""

    __tablename__ = "challenge_record"
    __table_args__ = (Index(None, "challenge_id", "kind"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    challenge_id: int = Field(foreign_key="challenge.id", sa_type=BigId)
    kind: str = Field(max_length=16)
    at: datetime = Field(sa_type=UtcTime)
    person_id: int = Field(sa_type=BigId)
    firm_id: int | None = Field(default=None, sa_type=BigId)
    data: bytes


RECORDS = table_of(ChallengeRecordRow)


@dataclass(frozen=True, slots=True)
class ChallengeRecord:
    """One entry. `firm_id`: the firm it concerns or comes from, if any."""

    id: int
    kind: str
    at: datetime
    person_id: int
    firm_id: int | None
    data: Mapping[str, Any]


def add(
    tx: Tx, challenge_id: int, kind: str, person_id: int, data: Mapping[str, Any], firm_id: int | None = None
) -> int:
    """Add an entry; return its id."""
    row = {
        "challenge_id": challenge_id,
        "kind": kind,
        "at": tx.now,
        "person_id": person_id,
        "firm_id": firm_id,
        "data": tx.cipher.seal(to_json(data), f"challenge_record:{challenge_id}:{kind}"),
    }
    return int(tx.execute(insert(RECORDS).values(row).returning(RECORDS.c.id)).scalar_one())


def listed(tx: Tx, challenge_id: int, *kinds: str) -> list[ChallengeRecord]:
    """Return the entries of these kinds (all if none is named), oldest first."""
    statement = select(RECORDS).where(RECORDS.c.challenge_id == challenge_id).order_by(RECORDS.c.id)
    if kinds:
        statement = statement.where(RECORDS.c.kind.in_(kinds))
    return [_record(tx, row) for row in tx.execute(statement)]


def newest(tx: Tx, kind: str, most: int) -> list[ChallengeRecord]:
    """Return the newest entries of this kind across challenges, newest first."""
    statement = select(RECORDS).where(RECORDS.c.kind == kind).order_by(RECORDS.c.id.desc()).limit(most)
    return [_record(tx, row) for row in tx.execute(statement)]


def last(tx: Tx, challenge_id: int, kind: str) -> ChallengeRecord | None:
    """Return the newest entry of this kind."""
    found = listed(tx, challenge_id, kind)
    return found[-1] if found else None


def _record(tx: Tx, row: Any) -> ChallengeRecord:
    data = json.loads(tx.cipher.open(row.data, f"challenge_record:{row.challenge_id}:{row.kind}"))
    return ChallengeRecord(row.id, row.kind, row.at, row.person_id, row.firm_id, data)
