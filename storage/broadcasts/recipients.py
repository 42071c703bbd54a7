"""Recipients of a broadcast: fixed at sending, each counted once whatever happens to them later."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, func, select, update
from sqlmodel import Field
from sqlmodel import UniqueConstraint as Unique

from storage.engine.columns import BigId, TableRow, UtcTime, table_of
from storage.engine.transactions import Tx
from storage.notices.outbox import OUTBOX
from storage.people.people import PEOPLE


class Lot(StrEnum):
    """Decision about one recipient."""

    NEW = "new"
    PLANNED = "planned"
    """Told through the outbox, which knows the rest."""
    SUBMITTED = "submitted"
    """Part of a call of the platform's mass messages."""
    CAPPED = "capped"
    MONTHLY = "monthly"
    """Had as many mass messages this month as the platform lets through."""
    UNWANTED = "unwanted"
    LEFT = "left"


class BroadcastPersonRow(TableRow, table=True):
    """One recipient. Whoever leaves stays as a count: without id, marked as left."""

    __tablename__ = "broadcast_person"
    __table_args__ = (
        Unique("broadcast_id", "person_id", name="uq_broadcast_person_broadcast_id_person_id"),
        Index(None, "broadcast_id", "state"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    broadcast_id: int = Field(foreign_key="broadcast.id", sa_type=BigId)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True, sa_type=BigId)
    firm_id: int | None = Field(default=None, sa_type=BigId)
    state: str = Field(default=Lot.NEW.value, max_length=12)
    at: datetime = Field(sa_type=UtcTime)
    call_id: int | None = Field(default=None, sa_type=BigId, index=True)


MEMBERS = table_of(BroadcastPersonRow)
# Database limit of values in one statement.
TOGETHER = 5000
# How long an author may open the page of their own trial.
TRIED_FOR = timedelta(days=1)


def key(broadcast_id: int) -> str:
    """Return this broadcast's outbox key."""
    return f"broadcast:{broadcast_id}"


def trial(broadcast_id: int) -> str:
    """Return the prefix of its trials' outbox keys."""
    return f"broadcast_trial:{broadcast_id}"


def add(tx: Tx, broadcast_id: int, people: Sequence[tuple[int, int | None]]) -> None:
    """Add these (person, firm), each once; skip those who have left."""
    here = {row.id for row in tx.execute(select(PEOPLE.c.id).where(PEOPLE.c.id.in_([one for one, _ in people])))}
    rows: list[Mapping[str, Any]] = [
        {"broadcast_id": broadcast_id, "person_id": person, "firm_id": firm, "state": Lot.NEW.value, "at": tx.now}
        for person, firm in people
        if person in here
    ]
    if rows:
        tx.insert_new(MEMBERS, rows, ["broadcast_id", "person_id"])


def undecided(tx: Tx, broadcast_id: int, most: int) -> list[int]:
    """Return some undecided recipients."""
    mine = (MEMBERS.c.broadcast_id == broadcast_id, MEMBERS.c.state == Lot.NEW.value)
    found = select(MEMBERS.c.person_id).where(*mine).order_by(MEMBERS.c.id).limit(most)
    return list(tx.execute(found).scalars())


def decide(tx: Tx, broadcast_id: int, person_ids: Collection[int], lot: Lot, call_id: int | None = None) -> None:
    """Save this decision about these people."""
    mine = (MEMBERS.c.broadcast_id == broadcast_id, MEMBERS.c.person_id.in_(sorted(person_ids)))
    tx.execute(update(MEMBERS).where(*mine).values(state=lot.value, at=tx.now, call_id=call_id))


def sent_since(tx: Tx, person_ids: Collection[int], since: datetime, *, mass_only: bool = False) -> dict[int, int]:
    """Return how many broadcasts each of these people received, or was to receive, since this moment."""
    lots = [Lot.SUBMITTED.value] if mass_only else [Lot.SUBMITTED.value, Lot.PLANNED.value]
    ids, told = sorted(person_ids), dict[int, int]()
    for start in range(0, len(ids), TOGETHER):
        some = MEMBERS.c.person_id.in_(ids[start : start + TOGETHER])
        counted = select(MEMBERS.c.person_id, func.count().label("times"))
        mine = counted.where(some, MEMBERS.c.state.in_(lots), MEMBERS.c.at > since).group_by(MEMBERS.c.person_id)
        told |= {row.person_id: int(row.times) for row in tx.execute(mine)}
    return told


def is_recipient(tx: Tx, broadcast_id: int, person_id: int) -> bool:
    """Tell whether this broadcast is in this person's outbox, sent or not."""
    mine = OUTBOX.c.key == f"{key(broadcast_id)}:{person_id}"
    return tx.execute(select(OUTBOX.c.id).where(mine)).first() is not None


def is_tried(tx: Tx, broadcast_id: int, person_id: int) -> bool:
    """Tell whether this person sent themselves a trial within the last day."""
    key = OUTBOX.c.key.startswith(f"{trial(broadcast_id)}:", autoescape=True)
    mine = (OUTBOX.c.person_id == person_id, key, OUTBOX.c.planned > tx.now - TRIED_FOR)
    return tx.execute(select(OUTBOX.c.id).where(*mine)).first() is not None


def is_tried_by_any(tx: Tx, broadcast_id: int) -> bool:
    """Tell whether anybody sent themselves a trial within the last day."""
    key = OUTBOX.c.key.startswith(f"{trial(broadcast_id)}:", autoescape=True)
    return tx.execute(select(OUTBOX.c.id).where(key, OUTBOX.c.planned > tx.now - TRIED_FOR)).first() is not None


def open_(tx: Tx, broadcast_id: int, person_id: int) -> None:
    """Record that this person opened it; the first time stays."""
    mine = (OUTBOX.c.key == f"{key(broadcast_id)}:{person_id}", OUTBOX.c.opened.is_(None))
    tx.execute(update(OUTBOX).where(*mine).values(opened=tx.now))


def erase_person(tx: Tx, person_id: int) -> None:
    """Anonymise this person's rows (erasure): counts stay."""
    mine = MEMBERS.c.person_id == person_id
    tx.execute(update(MEMBERS).where(mine).values(person_id=None, state=Lot.LEFT.value, at=tx.now))


def total(tx: Tx, broadcast_id: int) -> int:
    """Count the broadcast's recipients."""
    mine = MEMBERS.c.broadcast_id == broadcast_id
    return int(tx.execute(select(func.count()).select_from(MEMBERS).where(mine)).scalar_one())
