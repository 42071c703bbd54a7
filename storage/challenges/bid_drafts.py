"""Half-written bids: one of a person on a challenge, until it is handed in or the challenge takes no bids any more.

They are sealed with a key that only the browser has in which they were written: we cannot read them either.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlmodel import Field

from storage.challenges.challenges import CHALLENGES, Stage
from storage.engine.columns import BigId, Row, UtcTime, table_of
from storage.engine.transactions import Tx


class BidDraftRow(Row, table=True):
    """What one person has written so far for their firm."""

    __tablename__ = "bid_draft"

    person_id: int = Field(foreign_key="person.id", primary_key=True, sa_type=BigId)
    challenge_id: int = Field(foreign_key="challenge.id", primary_key=True, sa_type=BigId)
    firm_id: int = Field(foreign_key="firm.id", sa_type=BigId)
    sealed: bytes
    changed: datetime = Field(sa_type=UtcTime)


DRAFTS = table_of(BidDraftRow)


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it lies in the store."""

    firm_id: int
    sealed: bytes
    changed: datetime


@dataclass(frozen=True, slots=True)
class Unfinished:
    """That there is a draft, and until when it can be gone on with."""

    challenge_id: int
    title: str
    deadline: datetime
    changed: datetime


def put(tx: Tx, person_id: int, firm_id: int, challenge_id: int, sealed: bytes) -> bool:
    """Keep this in the place of the last one; whether it is the first."""
    values = {"firm_id": firm_id, "sealed": sealed, "changed": tx.now}
    if tx.execute(update(DRAFTS).where(*_mine(person_id, challenge_id)).values(**values)).rowcount:
        return False
    tx.execute(insert(DRAFTS).values(person_id=person_id, challenge_id=challenge_id, **values))
    return True


def get(tx: Tx, person_id: int, challenge_id: int) -> Draft | None:
    """What this person has written so far."""
    row = tx.execute(select(DRAFTS).where(*_mine(person_id, challenge_id))).one_or_none()
    return None if row is None else Draft(row.firm_id, row.sealed, row.changed)


def drop(tx: Tx, person_id: int, challenge_id: int) -> bool:
    """It is not wanted any more; False where there is none."""
    return bool(tx.execute(delete(DRAFTS).where(*_mine(person_id, challenge_id))).rowcount)


def of_person(tx: Tx, person_id: int) -> list[Unfinished]:
    """What this person can go on with, the nearest deadline first."""
    columns = (DRAFTS.c.challenge_id, CHALLENGES.c.title, CHALLENGES.c.deadline, DRAFTS.c.changed)
    joined = select(*columns).join(CHALLENGES, CHALLENGES.c.id == DRAFTS.c.challenge_id)
    taking = (CHALLENGES.c.stage == Stage.PUBLISHED.value, CHALLENGES.c.deadline > tx.now)
    found = tx.execute(joined.where(DRAFTS.c.person_id == person_id, *taking).order_by(CHALLENGES.c.deadline))
    return [Unfinished(row.challenge_id, row.title, row.deadline, row.changed) for row in found]


def drop_over(tx: Tx) -> Mapping[int, int]:
    """Forget those of challenges that take no bids any more; returns how many of each challenge."""
    taking = select(CHALLENGES.c.id).where(CHALLENGES.c.stage == Stage.PUBLISHED.value, CHALLENGES.c.deadline > tx.now)
    gone = delete(DRAFTS).where(DRAFTS.c.challenge_id.not_in(taking)).returning(DRAFTS.c.challenge_id)
    return Counter(tx.execute(gone).scalars())


def forget(tx: Tx, person_id: int) -> None:
    """The person has left."""
    tx.execute(delete(DRAFTS).where(DRAFTS.c.person_id == person_id))


def _mine(person_id: int, challenge_id: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return DRAFTS.c.person_id == person_id, DRAFTS.c.challenge_id == challenge_id
