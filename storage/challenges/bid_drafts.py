"""Bid drafts: one per person and challenge, until submitted or the challenge takes no more bids.

Sealed with a key that exists only in the browser that wrote them: we cannot read them.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlmodel import Field

from storage.challenges.challenges import CHALLENGES, Stage
from storage.engine.columns import BigId, TableRow, UtcTime, table_of
from storage.engine.transactions import Tx


class BidDraftRow(TableRow, table=True):
    """One person's draft for their firm."""

    __tablename__ = "bid_draft"

    person_id: int = Field(foreign_key="person.id", primary_key=True, sa_type=BigId)
    challenge_id: int = Field(foreign_key="challenge.id", primary_key=True, sa_type=BigId)
    firm_id: int = Field(foreign_key="firm.id", sa_type=BigId)
    sealed: bytes
    changed: datetime = Field(sa_type=UtcTime)


DRAFTS = table_of(BidDraftRow)


@dataclass(frozen=True, slots=True)
class BidDraft:
    """A draft as stored."""

    firm_id: int
    sealed: bytes
    changed: datetime


@dataclass(frozen=True, slots=True)
class UnfinishedBid:
    """A draft that can be resumed, and until when."""

    challenge_id: int
    title: str
    deadline: datetime
    changed: datetime


def put(tx: Tx, person_id: int, firm_id: int, challenge_id: int, sealed: bytes) -> bool:
    """Save this in place of the last one; return whether it is the first."""
    values = {"firm_id": firm_id, "sealed": sealed, "changed": tx.now}
    if tx.execute(update(DRAFTS).where(*_mine(person_id, challenge_id)).values(**values)).rowcount:
        return False
    tx.execute(insert(DRAFTS).values(person_id=person_id, challenge_id=challenge_id, **values))
    return True


def get(tx: Tx, person_id: int, challenge_id: int) -> BidDraft | None:
    """Return this person's draft."""
    found = select(DRAFTS).where(*_mine(person_id, challenge_id))
    return tx.one(found, lambda row: BidDraft(row.firm_id, row.sealed, row.changed))


def drop(tx: Tx, person_id: int, challenge_id: int) -> bool:
    """Delete the draft; False if there is none."""
    return bool(tx.execute(delete(DRAFTS).where(*_mine(person_id, challenge_id))).rowcount)


def of_person(tx: Tx, person_id: int) -> list[UnfinishedBid]:
    """Return this person's resumable drafts, nearest deadline first."""
    columns = (DRAFTS.c.challenge_id, CHALLENGES.c.title, CHALLENGES.c.deadline, DRAFTS.c.changed)
    joined = select(*columns).join(CHALLENGES, CHALLENGES.c.id == DRAFTS.c.challenge_id)
    taking = (CHALLENGES.c.stage == Stage.PUBLISHED.value, CHALLENGES.c.deadline > tx.now)
    found = tx.execute(joined.where(DRAFTS.c.person_id == person_id, *taking).order_by(CHALLENGES.c.deadline))
    return [UnfinishedBid(row.challenge_id, row.title, row.deadline, row.changed) for row in found]


def drop_over(tx: Tx) -> Mapping[int, int]:
    """Delete drafts of challenges that take no more bids; return how many per challenge."""
    taking = select(CHALLENGES.c.id).where(CHALLENGES.c.stage == Stage.PUBLISHED.value, CHALLENGES.c.deadline > tx.now)
    gone = delete(DRAFTS).where(DRAFTS.c.challenge_id.not_in(taking)).returning(DRAFTS.c.challenge_id)
    return Counter(tx.execute(gone).scalars())


def _mine(person_id: int, challenge_id: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return DRAFTS.c.person_id == person_id, DRAFTS.c.challenge_id == challenge_id
