"""Mass-message calls to the platform: members, id, and reports.

A call is `open` while people are added, `ready` when its id is fixed, `taken` once the platform has it; else `failed`,
`uncertain` (unknown, and the id no longer protects against a repeat) or `stopped` before it was made.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func, or_, select, update
from sqlmodel import Field

from storage.broadcasts.recipients import MEMBERS
from storage.engine.columns import BigId, TableRow, UtcTime, table_of
from storage.engine.transactions import Tx
from storage.people.people import PEOPLE

OPEN, READY, TAKEN = "open", "ready", "taken"
FAILED, UNCERTAIN, STOPPED = "failed", "uncertain", "stopped"
LEASE = timedelta(minutes=5)
# How long the platform rejects a repeated id.
PROTECTED = timedelta(hours=23)
SENT_WELL = "send success"
NO_ANSWER = "no_answer"
# A report comes within minutes; without one the job is queried, for this long.
ASKED_AFTER, ASKED_FOR = timedelta(minutes=30), timedelta(days=3)


class MassCallRow(TableRow, table=True):
    """One call. `own_id`: the clientmsgid, stored before the call; `first`: when it was first made."""

    __tablename__ = "mass_call"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    broadcast_id: int = Field(foreign_key="broadcast.id", index=True, sa_type=BigId)
    own_id: str | None = Field(default=None, unique=True, max_length=32)
    state: str = Field(default=OPEN, max_length=12)
    people: int = 0
    first: datetime | None = Field(default=None, sa_type=UtcTime)
    retry_at: datetime | None = Field(default=None, sa_type=UtcTime)
    msg_id: int | None = Field(default=None, sa_type=BigId, index=True)
    why: str = Field(default="", max_length=24)


class MassReportRow(TableRow, table=True):
    """The platform's report on a job; may come twice, and before the call's answer.

    Without counts if it never came and the platform had to be queried.
    """

    __tablename__ = "mass_call_report"

    msg_id: int = Field(primary_key=True, sa_type=BigId)
    status: str = Field(max_length=40)
    total: int | None = None
    filtered: int | None = None
    sent: int | None = None
    failed: int | None = None
    at: datetime = Field(sa_type=UtcTime)


CALLS = table_of(MassCallRow)
REPORTS = table_of(MassReportRow)


@dataclass(frozen=True, slots=True)
class ClaimedMassCall:
    """A call claimed by this node, perhaps not for the first time."""

    id: int
    broadcast_id: int
    own_id: str


@dataclass(frozen=True, slots=True)
class MassCallReport:
    """One call with its report; counts are the platform's approximations. None: nothing yet."""

    people: int
    state: str
    why: str
    status: str | None
    filtered: int | None
    sent: int | None
    failed: int | None


def room(tx: Tx, broadcast_id: int, most: int) -> tuple[int, int]:
    """Return (the call people are added to, its free places); a new one if none is open or it is full."""
    mine = (CALLS.c.broadcast_id == broadcast_id, CALLS.c.state == OPEN, CALLS.c.people < most)
    found = tx.execute(select(CALLS.c.id, CALLS.c.people).where(*mine).order_by(CALLS.c.id).limit(1)).one_or_none()
    if found is not None:
        return found.id, most - found.people
    row = {"broadcast_id": broadcast_id, "state": OPEN, "people": 0, "why": ""}
    return tx.add(CALLS, row), most


def fill(tx: Tx, call_id: int, count: int) -> None:
    """Add so many people to this call."""
    tx.execute(update(CALLS).where(CALLS.c.id == call_id).values(people=CALLS.c.people + count))


def opened(tx: Tx, broadcast_id: int) -> list[tuple[int, int]]:
    """Return (call, its people) of open calls, in order."""
    mine = (CALLS.c.broadcast_id == broadcast_id, CALLS.c.state == OPEN)
    found = tx.execute(select(CALLS.c.id, CALLS.c.people).where(*mine).order_by(CALLS.c.id))
    return [(row.id, row.people) for row in found]


def members(tx: Tx, call_id: int, most: int) -> list[int]:
    """Return some of the people in this call, last ones first."""
    mine = select(MEMBERS.c.person_id).where(MEMBERS.c.call_id == call_id, MEMBERS.c.person_id.is_not(None))
    return list(tx.execute(mine.order_by(MEMBERS.c.id.desc()).limit(most)).scalars())


def make_ready(tx: Tx, call_id: int, own_id: str) -> None:
    """Fix the call's people and id: it may be made from now on."""
    tx.execute(update(CALLS).where(CALLS.c.id == call_id).values(state=READY, own_id=own_id))


def drop(tx: Tx, call_id: int) -> None:
    """Stop a call without people."""
    tx.execute(update(CALLS).where(CALLS.c.id == call_id).values(state=STOPPED, people=0))


def due(tx: Tx, broadcast_id: int) -> list[int]:
    """Return this broadcast's calls due now."""
    mine = select(CALLS.c.id).where(CALLS.c.broadcast_id == broadcast_id, *_makeable(tx)).order_by(CALLS.c.id)
    return list(tx.execute(mine).scalars())


def claim(tx: Tx, call_id: int) -> ClaimedMassCall | None:
    """Claim this call for a while; None if another node has it, it was stopped, or it is too old.

    The platform would accept an id a day old a second time.
    """
    old = (CALLS.c.id == call_id, CALLS.c.state == READY, CALLS.c.first <= tx.now - PROTECTED)
    tx.execute(update(CALLS).where(*old, CALLS.c.why.in_(("", NO_ANSWER))).values(state=UNCERTAIN, why=NO_ANSWER))
    tx.execute(update(CALLS).where(*old).values(state=FAILED))
    again = {"first": func.coalesce(CALLS.c.first, tx.now), "retry_at": tx.now + LEASE}
    mine = update(CALLS).where(CALLS.c.id == call_id, *_makeable(tx)).values(again)
    found = mine.returning(CALLS.c.id, CALLS.c.broadcast_id, CALLS.c.own_id)
    return tx.one(found, lambda row: ClaimedMassCall(row.id, row.broadcast_id, row.own_id))


def openids(tx: Tx, call_id: int) -> list[str]:
    """Return the openids of this call's people, always in the same order."""
    joined = MEMBERS.join(PEOPLE, PEOPLE.c.id == MEMBERS.c.person_id)
    found = select(PEOPLE.c.openid).select_from(joined).where(MEMBERS.c.call_id == call_id).order_by(MEMBERS.c.id)
    return [tx.cipher.open(sealed, "person.openid") for sealed in tx.execute(found).scalars()]


def take(tx: Tx, call_id: int, msg_id: int) -> None:
    """Record the platform's job id; it is queried later unless a report arrives."""
    values = {"state": TAKEN, "msg_id": msg_id, "retry_at": tx.now + ASKED_AFTER, "why": ""}
    tx.execute(update(CALLS).where(CALLS.c.id == call_id).values(values))


def fail(tx: Tx, call_id: int, why: str) -> None:
    """Mark the call as rejected by the platform."""
    tx.execute(update(CALLS).where(CALLS.c.id == call_id).values(state=FAILED, why=why, retry_at=None))


def again(tx: Tx, call_id: int, pause: timedelta, why: str) -> None:
    """Retry with the same id after this pause. A possible earlier acceptance (NO_ANSWER) stays recorded."""
    kept = case((CALLS.c.why == NO_ANSWER, NO_ANSWER), else_=why)
    tx.execute(update(CALLS).where(CALLS.c.id == call_id).values(retry_at=tx.now + pause, why=kept))


def unreported(tx: Tx) -> list[tuple[int, int]]:
    """Return (call, the platform's id) of calls with overdue reports, for some days."""
    joined = CALLS.outerjoin(REPORTS, REPORTS.c.msg_id == CALLS.c.msg_id)
    mine = (CALLS.c.state == TAKEN, CALLS.c.retry_at <= tx.now, CALLS.c.first > tx.now - ASKED_FOR)
    found = select(CALLS.c.id, CALLS.c.msg_id).select_from(joined).where(*mine, REPORTS.c.msg_id.is_(None))
    return [(row.id, row.msg_id) for row in tx.execute(found)]


def retry_later(tx: Tx, call_id: int) -> None:
    """Query the platform again later."""
    tx.execute(update(CALLS).where(CALLS.c.id == call_id).values(retry_at=tx.now + ASKED_AFTER))


def all_made(tx: Tx, broadcast_id: int) -> bool:
    """Tell whether no call of this broadcast is pending."""
    mine = (CALLS.c.broadcast_id == broadcast_id, CALLS.c.state.in_((OPEN, READY)))
    return tx.execute(select(CALLS.c.id).where(*mine).limit(1)).first() is None


def stop(tx: Tx, broadcast_id: int) -> None:
    """Cancel pending calls; running ones cannot be cancelled at the platform."""
    mine = (CALLS.c.broadcast_id == broadcast_id, CALLS.c.state.in_((OPEN, READY)))
    tx.execute(update(CALLS).where(*mine).values(state=STOPPED))


def stop_restored(tx: Tx) -> None:
    """After a restore, mark pending calls uncertain: they may have been made since the backup."""
    tx.execute(update(CALLS).where(CALLS.c.state.in_((OPEN, READY))).values(state=UNCERTAIN, why=NO_ANSWER))


def report(tx: Tx, msg_id: int, status: str, counts: Mapping[str, int]) -> None:
    """Save the platform's report on a job, if given with total, filtered, sent and failed. The first one wins."""
    tx.insert_new(REPORTS, [{"msg_id": msg_id, "status": status[:40], "at": tx.now, **counts}], ["msg_id"])


def reports(tx: Tx, broadcast_id: int) -> list[MassCallReport]:
    """Return this broadcast's calls with their results."""
    joined = CALLS.outerjoin(REPORTS, REPORTS.c.msg_id == CALLS.c.msg_id)
    columns = (CALLS.c.people, CALLS.c.state, CALLS.c.why)
    reported = (REPORTS.c.status, REPORTS.c.filtered, REPORTS.c.sent, REPORTS.c.failed)
    mine = (CALLS.c.broadcast_id == broadcast_id, CALLS.c.people > 0)
    found = tx.execute(select(*columns, *reported).select_from(joined).where(*mine).order_by(CALLS.c.id))
    return [MassCallReport(**row._mapping) for row in found]


def _makeable(tx: Tx) -> list[Any]:
    return [CALLS.c.state == READY, or_(CALLS.c.retry_at.is_(None), CALLS.c.retry_at <= tx.now)]
