"""The outbox's other end: rows leased to one sender, and how each sending came out.

A row is `new`, then `leased` while somebody sends it, then `sent`; or `new` again (later, or for the next visit); or
`held` until a person has looked; or `uncertain`, where nobody can tell whether it arrived: it is never sent again by
itself. Only a `new` row is said at the next visit, so none is both sent and said.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, func, or_, select, update

from storage.outbox import HELD, LEASED, NEW, OUTBOX, SENT, UNCERTAIN, timely
from storage.people import PEOPLE
from storage.transactions import Tx
from storage.windows import MESSAGES

# Longer than any call with its repeats: whoever has not told by then will not tell any more.
LEASE = timedelta(minutes=2)
# A window that ends this soon may be over when the message arrives.
MARGIN = timedelta(seconds=5)
LAPSED, RESTORED = "lapsed", "restored"


@dataclass(frozen=True, slots=True)
class Leased:
    """A row that is this sender's to send, once."""

    id: int
    person_id: int
    openid: str
    text: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Stuck:
    """A row that waits for a person's decision, without its words."""

    id: int
    key: str
    topic: str
    state: str
    why: str
    planned: datetime


def is_due(tx: Tx, topics: Collection[str]) -> bool:
    """Whether there is anything to do: a row to send, or a lease that has lapsed."""
    if tx.execute(select(OUTBOX.c.id).where(*_sendable(tx, topics)).limit(1)).first() is not None:
        return True
    return tx.execute(select(OUTBOX.c.id).where(*_lapsed(tx)).limit(1)).first() is not None


def lapse(tx: Tx) -> int:
    """Leases that nobody will tell of any more: whether those messages arrived is not known."""
    ended = update(OUTBOX).where(*_lapsed(tx)).values(state=UNCERTAIN, why=LAPSED, settled=tx.now)
    return tx.execute(ended).rowcount


def claim(tx: Tx, topics: Collection[str], most: int) -> list[Leased]:
    """Lease the oldest row of each person who may be written to now; the attempt and the window are counted here.

    One row a person at a time, so that theirs arrive in order. On PostgreSQL rows that another node is claiming are
    passed over.
    """
    oldest = select(func.min(OUTBOX.c.id)).where(*_sendable(tx, topics)).group_by(OUTBOX.c.person_id)
    chosen = select(OUTBOX.c.id).where(OUTBOX.c.id.in_(oldest), OUTBOX.c.state == NEW).order_by(OUTBOX.c.id)
    leasing = (
        update(OUTBOX)
        .where(OUTBOX.c.id.in_(chosen.limit(most).with_for_update(skip_locked=True)), OUTBOX.c.state == NEW)
        .values(state=LEASED, attempts=func.coalesce(OUTBOX.c.attempts, 0) + 1, lease_until=tx.now + LEASE)
        .returning(OUTBOX.c.id, OUTBOX.c.key, OUTBOX.c.person_id, OUTBOX.c.text, OUTBOX.c.attempts)
    )
    rows = tx.execute(leasing).all()
    if not rows:
        return []
    persons = [row.person_id for row in rows]
    spent = update(PEOPLE).where(PEOPLE.c.id.in_(persons)).values(window_left=PEOPLE.c.window_left - 1)
    tx.execute(spent)
    found = tx.execute(select(PEOPLE.c.id, PEOPLE.c.openid).where(PEOPLE.c.id.in_(persons)))
    openids = {row.id: tx.cipher.open(row.openid, "person.openid") for row in found}
    return [
        Leased(
            row.id,
            row.person_id,
            openids[row.person_id],
            tx.cipher.open(row.text, f"outbox.text:{row.key}"),
            row.attempts,
        )
        for row in sorted(rows, key=lambda row: row.id)
    ]


def sent(tx: Tx, row: Leased) -> None:
    """It arrived."""
    _settle(tx, row, state=SENT, settled=tx.now, why=None)


def uncertain(tx: Tx, row: Leased, why: str) -> None:
    """Nobody can tell whether it arrived."""
    _settle(tx, row, state=UNCERTAIN, settled=tx.now, why=why)


def hold(tx: Tx, row: Leased, why: str) -> None:
    """The platform refused it for a reason that people must look at."""
    _settle(tx, row, state=HELD, settled=tx.now, why=why)


def wait(tx: Tx, row: Leased, pause: timedelta) -> None:
    """It certainly did not go out: again after a pause, or at the next visit, whichever comes first."""
    if _settle(tx, row, state=NEW, retry_at=tx.now + pause):
        # Unless they wrote meanwhile, and have the full count again.
        short = (PEOPLE.c.id == row.person_id) & (PEOPLE.c.window_left < MESSAGES)
        tx.execute(update(PEOPLE).where(short).values(window_left=PEOPLE.c.window_left + 1))


def leave_for_visit(tx: Tx, row: Leased) -> None:
    """The platform says that the person cannot be written to now, whatever we had counted: at their next visit."""
    if _settle(tx, row, state=NEW):
        tx.execute(update(PEOPLE).where(PEOPLE.c.id == row.person_id).values(window_left=0))


def hold_all(tx: Tx) -> None:
    """Right after a restore: what the backup held as planned may have been told since; a person decides."""
    planned = OUTBOX.c.state.in_((NEW, LEASED))
    tx.execute(update(OUTBOX).where(planned).values(state=HELD, why=RESTORED, lease_until=None))


def release_restored(tx: Tx) -> int:
    """What a restore held is told after all; returns how many rows."""
    held = (OUTBOX.c.state == HELD) & (OUTBOX.c.why == RESTORED)
    return tx.execute(update(OUTBOX).where(held).values(state=NEW, why=None, retry_at=None)).rowcount


def decide(tx: Tx, row_id: int, state: str) -> bool:
    """A person's word about one stuck row: told again (`new`) or left at that (`said`); False where it is not stuck."""
    stuck = OUTBOX.c.state.in_((HELD, UNCERTAIN))
    values: dict[str, object] = {"state": state, "why": None, "retry_at": None, "lease_until": None}
    return bool(tx.execute(update(OUTBOX).where(OUTBOX.c.id == row_id, stuck).values(values)).rowcount)


def stuck(tx: Tx, most: int) -> list[Stuck]:
    """The rows that wait for a person's decision, oldest first."""
    mine = select(OUTBOX).where(OUTBOX.c.state.in_((HELD, UNCERTAIN))).order_by(OUTBOX.c.id).limit(most)
    return [Stuck(row.id, row.key, row.topic, row.state, row.why or "", row.planned) for row in tx.execute(mine)]


def states_of(tx: Tx, keys: Sequence[str]) -> dict[str, str]:
    """By whole key, where each of these notices stands."""
    found = tx.execute(select(OUTBOX.c.key, OUTBOX.c.state).where(OUTBOX.c.key.in_(list(keys))))
    return {row.key: row.state for row in found}


def _sendable(tx: Tx, topics: Collection[str]) -> list[Any]:
    other = OUTBOX.alias("other")
    in_flight = exists().where(other.c.person_id == OUTBOX.c.person_id, other.c.state == LEASED)
    writable = select(PEOPLE.c.id).where(PEOPLE.c.window_until > tx.now + MARGIN, PEOPLE.c.window_left > 0)
    return [
        OUTBOX.c.state == NEW,
        OUTBOX.c.topic.in_(sorted(topics)),
        timely(tx.now),
        or_(OUTBOX.c.retry_at.is_(None), OUTBOX.c.retry_at <= tx.now),
        OUTBOX.c.person_id.in_(writable),
        ~in_flight,
    ]


def _lapsed(tx: Tx) -> list[Any]:
    return [OUTBOX.c.state == LEASED, OUTBOX.c.lease_until <= tx.now]


def _settle(tx: Tx, row: Leased, **values: object) -> bool:
    """The end of this attempt, unless the row has gone on without it; a late end still beats `uncertain`."""
    mine = (OUTBOX.c.id == row.id) & (OUTBOX.c.attempts == row.attempt) & OUTBOX.c.state.in_((LEASED, UNCERTAIN))
    return bool(tx.execute(update(OUTBOX).where(mine).values(lease_until=None, **values)).rowcount)
