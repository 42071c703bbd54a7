"""Outbox rows awaiting a person: of unknown arrival, given up, or held by a restore; and the decisions.

Notices to bidders are neither listed nor counted; a decision on a whole group applies to them too.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select, update

from storage.engine.transactions import Tx
from storage.notices.outbox import (
    DEAD,
    HELD,
    LEASED,
    NEW,
    OUTBOX,
    QUARANTINED,
    RETRY,
    TO_BIDDERS,
    UNCERTAIN,
    UNREADABLE,
)

# Rows decided by one statement.
TOGETHER = 100
RESTORED = "restored"
# Left as they are by decision.
DROPPED = "dropped"
# States that people decide about.
DECIDED = (UNCERTAIN, DEAD, QUARANTINED, HELD)
_STUCK = or_(
    OUTBOX.c.state == UNCERTAIN,
    (OUTBOX.c.state == DEAD) & (OUTBOX.c.why != DROPPED),
    (OUTBOX.c.state == QUARANTINED) & (OUTBOX.c.why != UNREADABLE),
)


@dataclass(frozen=True, slots=True)
class UnresolvedNotice:
    """A row awaiting a decision, without its text."""

    id: int
    key: str
    topic: str
    state: str
    why: str
    planned: datetime


def decide(tx: Tx, *, again: bool, row_id: int | None = None, group: tuple[str, str] | None = None) -> int:
    """Decide about one stuck or held row, or a batch of a state-and-reason group.

    They are resent, or dropped; returns how many were affected.
    """
    mine = or_(_STUCK, OUTBOX.c.state == HELD)
    if row_id is not None:
        mine &= OUTBOX.c.id == row_id
    if group is not None:
        mine &= (OUTBOX.c.state == group[0]) & (func.coalesce(OUTBOX.c.why, "") == group[1])
    some = select(OUTBOX.c.id).where(mine).order_by(OUTBOX.c.id).limit(TOGETHER)
    values: dict[str, object] = {"state": DEAD, "why": DROPPED, "settled": tx.now, "lease_until": None}
    if again:
        values = {"state": NEW, "why": None, "retry_at": tx.now, "attempts": 0, "lease_until": None, "tried_at": None}
    return tx.execute(update(OUTBOX).where(OUTBOX.c.id.in_(some)).values(values)).rowcount


def listed(tx: Tx, most: int, state: str | None = None) -> list[UnresolvedNotice]:
    """Return rows awaiting a decision, or those of one state, oldest first."""
    mine = _STUCK if state is None else or_(_STUCK, OUTBOX.c.state == HELD) & (OUTBOX.c.state == state)
    found = tx.execute(select(OUTBOX).where(mine, OUTBOX.c.topic != TO_BIDDERS).order_by(OUTBOX.c.id).limit(most))
    return [UnresolvedNotice(row.id, row.key, row.topic, row.state, row.why or "", row.planned) for row in found]


def groups(tx: Tx) -> list[tuple[str, str, int]]:
    """Count what is stuck or held, by state and reason."""
    kinds = (OUTBOX.c.state, func.coalesce(OUTBOX.c.why, "").label("why"))
    counted = select(*kinds, func.count().label("rows"))
    counted = counted.where(or_(_STUCK, OUTBOX.c.state == HELD), OUTBOX.c.topic != TO_BIDDERS).group_by(*kinds)
    return sorted((row.state, row.why, int(row.rows)) for row in tx.execute(counted))


def hold_after_restore(tx: Tx) -> None:
    """After a restore, quarantine planned rows for a decision: they may have been sent since the backup."""
    planned = OUTBOX.c.state.in_((NEW, HELD, LEASED, RETRY))
    tx.execute(update(OUTBOX).where(planned).values(state=QUARANTINED, why=RESTORED, lease_until=None))


def release_restored(tx: Tx) -> int:
    """Release the rows a restore held; return how many."""
    held = (OUTBOX.c.state == QUARANTINED) & (OUTBOX.c.why == RESTORED)
    return tx.execute(update(OUTBOX).where(held).values(state=NEW, why=None, retry_at=tx.now)).rowcount
