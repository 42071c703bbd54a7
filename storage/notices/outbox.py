"""The outbox: one row for each thing that one person must be told, planned once under a key that says what it is."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Index, bindparam, delete, func, or_, select, update
from sqlmodel import Field

from config.errors import UnavailableError
from config.topics import NoticeTopic
from storage.engine.columns import BigId, Row, UtcTime, table_of
from storage.engine.transactions import Tx
from storage.notices import cards
from storage.notices.cards import Card

log = logging.getLogger(__name__)

# To be told; told above a reply. A row that failed for certain is `new` again, with the moment of its next attempt.
NEW, SAID = "new", "said"
# Set by storage/notices/delivery.py alone. `held`: nothing pushed reaches the person now, their next visit tells it.
# `retry`: it may have arrived and is sent again under the same number, while the platform shows that number once.
LEASED, SENT, RETRY, HELD, UNCERTAIN = "leased", "sent", "retry", "held", "uncertain"
DEAD, EXPIRED, QUARANTINED = "dead", "expired_unsent", "quarantined"
VISIT, UNREADABLE = "visit", "unreadable"
# Where the person has been told, or may have been; where they certainly have not.
REACHED = (SENT, SAID, LEASED, RETRY, UNCERTAIN)
UNSENT = (NEW, HELD, DEAD, QUARANTINED)
# What the next visit brings.
TOLD_AT_VISIT = (NEW, HELD)
# An answer to what somebody sent goes out before what is told to many: its place in the queue is a day earlier.
FIRST = frozenset({NoticeTopic.TICKET, NoticeTopic.PROOF})
AHEAD = timedelta(days=1)
# Told to bidders alone, or to them and to whoever asked: counted nowhere, for how many there are says how many bid.
TO_BIDDERS = NoticeTopic.BID
# So many are written by one statement.
TOGETHER = 500
# A reply has room for so many beside its own words; the rest is said with the next one, none is lost.
AT_ONE_VISIT = 3
LISTED_FOR = timedelta(days=30)
MOST_LISTED = 10


class OutboxRow(Row, table=True):
    """One notice to one person, sealed. `key` is deterministic, so that planning twice plans once."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index(None, "person_id", "state"),
        Index(None, "state", "retry_at"),
        Index(None, "state", "expires"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    key: str = Field(unique=True, max_length=120)
    person_id: int = Field(foreign_key="person.id", sa_type=BigId)
    # For which firm they are told it; whoever leaves it is told no more of that.
    firm_id: int | None = Field(default=None, sa_type=BigId)
    topic: str = Field(max_length=24)
    text: bytes
    state: str = Field(default=NEW, max_length=16)
    planned: datetime = Field(sa_type=UtcTime)
    settled: datetime | None = Field(default=None, sa_type=UtcTime)
    attempts: int | None = None
    lease_until: datetime | None = Field(default=None, sa_type=UtcTime)
    # Of a row that is to be pushed: when, at the earliest.
    retry_at: datetime | None = Field(default=None, sa_type=UtcTime)
    why: str | None = Field(default=None, max_length=24)
    card: bytes | None = None
    purpose: str | None = Field(default=None, max_length=24)
    # The first attempt under the number by which the platform knows a second one.
    tried_at: datetime | None = Field(default=None, sa_type=UtcTime)
    not_before: datetime | None = Field(default=None, sa_type=UtcTime)
    expires: datetime | None = Field(default=None, sa_type=UtcTime)
    # How it went out; the platform's number for it; when the person opened what it leads to.
    channel: str | None = Field(default=None, max_length=16)
    msg_id: int | None = Field(default=None, sa_type=BigId, index=True)
    opened: datetime | None = Field(default=None, sa_type=UtcTime)


OUTBOX = table_of(OutboxRow)


def timely(now: Any) -> ColumnElement[bool]:
    """Of rows: those that may be told at this moment, neither too early nor too late."""
    begun = or_(OUTBOX.c.not_before.is_(None), OUTBOX.c.not_before <= now)
    return begun & or_(OUTBOX.c.expires.is_(None), OUTBOX.c.expires > now)


_WAITING = (
    (OUTBOX.c.person_id == bindparam("person_"))
    & OUTBOX.c.state.in_(TOLD_AT_VISIT)
    & timely(bindparam("now_", type_=OUTBOX.c.planned.type))
)
_FIND = (
    select(
        OUTBOX.c.id,
        OUTBOX.c.key,
        OUTBOX.c.text,
        OUTBOX.c.planned,
        OUTBOX.c.card,
        OUTBOX.c.attempts,
        OUTBOX.c.why,
    )
    .where(_WAITING)
    .order_by(OUTBOX.c.id)
    .limit(bindparam("most_"))
)


@dataclass(frozen=True, slots=True)
class Notice:
    """What one person is told, and since when it was to be told."""

    id: int
    text: str
    planned: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A notice to be planned: as `plan` takes it."""

    key: str
    person_id: int
    topic: NoticeTopic
    text: str
    card: Card | None = None
    firm_id: int | None = None
    not_before: datetime | None = None
    expires: datetime | None = None


def plan(
    tx: Tx,
    *,
    key: str,
    person_id: int,
    topic: NoticeTopic,
    text: str,
    card: Card | None = None,
    firm_id: int | None = None,
    not_before: datetime | None = None,
    expires: datetime | None = None,
) -> bool:
    """This person is to be told this text, once; False where the key was planned before.

    `key` names the occasion and the person is added to it ("proof:12:refused"); `topic` is what people can switch off.
    The text is what the person reads: words of users in it must be harmless already. `card`: the same as a template
    message shows it. `firm_id`: for which firm they are told. Told neither before `not_before` nor from `expires` on.
    """
    notice = Planned(
        key=key,
        person_id=person_id,
        topic=topic,
        text=text,
        card=card,
        firm_id=firm_id,
        not_before=not_before,
        expires=expires,
    )
    return plan_many(tx, (notice,)) == 1


def plan_many(tx: Tx, notices: Sequence[Planned]) -> int:
    """Plan each of these as `plan` does; how many were new. Up to 500 are one statement: plan no more a transaction."""
    rest, new = iter(notices), 0
    while some := list(islice(rest, TOGETHER)):
        new += tx.insert_new(OUTBOX, [_row(tx, notice) for notice in some], ["key"])
    return new


def _row(tx: Tx, notice: Planned) -> dict[str, Any]:
    whole = f"{notice.key}:{notice.person_id}"
    return {
        "key": whole,
        "person_id": notice.person_id,
        "firm_id": notice.firm_id,
        "topic": notice.topic,
        "text": tx.cipher.seal(notice.text, f"outbox.text:{whole}"),
        "state": NEW,
        "planned": tx.now,
        "card": None if notice.card is None else cards.seal(tx.cipher, notice.card, whole),
        "purpose": None if notice.card is None else notice.card.purpose,
        "not_before": notice.not_before,
        "retry_at": max(tx.now, notice.not_before or tx.now) - (AHEAD if notice.topic in FIRST else timedelta()),
        "expires": notice.expires,
    }


def _nothing(_row: Any) -> bool:
    return False


def take_waiting(
    tx: Tx, person_id: int, most: int = AT_ONE_VISIT, aside: Callable[[Any], bool] = _nothing
) -> list[Notice]:
    """What this person is told beside the reply that is being made: the oldest few, said with it, never again.

    Rows that are put `aside` are not said: they are sent by themselves, now.
    """
    rows = tx.execute(_FIND, {"person_": person_id, "now_": tx.now, "most_": most}).all()
    sent = [row.id for row in rows if aside(row)]
    if sent:
        tx.execute(update(OUTBOX).where(OUTBOX.c.id.in_(sent)).values(state=NEW, retry_at=tx.now))
    found = readable(tx, [row for row in rows if row.id not in sent])
    unreadable = {row.id for row in rows} - {notice.id for notice in found} - set(sent)
    if unreadable:
        # Out of the way, so that what comes after them is told.
        apart = update(OUTBOX).where(OUTBOX.c.id.in_(unreadable))
        tx.execute(apart.values(state=QUARANTINED, why=UNREADABLE, settled=tx.now))
    if found:
        ids = [notice.id for notice in found]
        tx.execute(update(OUTBOX).where(OUTBOX.c.id.in_(ids)).values(state=SAID, settled=tx.now, channel=VISIT))
    if len(rows) == most:
        release(tx, person_id)
    return found


def release(tx: Tx, person_id: int) -> None:
    """What is held for this person is pushed after all: there may be a way again."""
    mine = (OUTBOX.c.person_id == person_id) & (OUTBOX.c.state == HELD)
    tx.execute(update(OUTBOX).where(mine).values(state=NEW, retry_at=tx.now))


def withdraw(tx: Tx, *, occasion: str) -> list[int]:
    """What was planned under keys that begin with `occasion:` and is unsent is told to nobody any more.

    Returns, once each, the persons who have been told before, or are being told now: whoever plans a correction tells
    them.
    """
    # On PostgreSQL keys sort by the language's rules; there a pattern looks through the table.
    begins: ColumnElement[bool] = OUTBOX.c.key.startswith(f"{occasion}:", autoescape=True)
    if tx.connection.dialect.name == "sqlite":
        begins = (OUTBOX.c.key >= f"{occasion}:") & (OUTBOX.c.key < f"{occasion};")
    tx.execute(delete(OUTBOX).where(begins, OUTBOX.c.state.in_(UNSENT)))
    told = select(OUTBOX.c.person_id).where(begins, OUTBOX.c.state.in_(REACHED)).distinct()
    return sorted(tx.execute(told).scalars())


def take_back(tx: Tx, *, key: str, person_id: int) -> bool:
    """This person is not told this any more; False where they were told already, or it was never planned."""
    mine = (OUTBOX.c.key == f"{key}:{person_id}") & OUTBOX.c.state.in_(UNSENT)
    return tx.execute(delete(OUTBOX).where(mine)).rowcount > 0


def waiting(tx: Tx, person_id: int) -> int:
    """How many notices this person has not been told yet."""
    counted = select(func.count()).select_from(OUTBOX).where(_WAITING)
    return int(tx.execute(counted, {"person_": person_id, "now_": tx.now}).scalar_one())


def listed(tx: Tx, person_id: int) -> list[Notice]:
    """The newest things this person was told or is to be told, newest first."""
    told = or_(OUTBOX.c.state.in_((SENT, SAID)), timely(tx.now))
    mine = select(OUTBOX).where(OUTBOX.c.person_id == person_id, OUTBOX.c.planned > tx.now - LISTED_FOR, told)
    return readable(tx, tx.execute(mine.order_by(OUTBOX.c.id.desc()).limit(MOST_LISTED)).all())


def all_of(tx: Tx, person_id: int) -> list[Notice]:
    """Everything that this person was or is to be told, as long as it is kept."""
    mine = select(OUTBOX).where(OUTBOX.c.person_id == person_id).order_by(OUTBOX.c.id)
    return readable(tx, tx.execute(mine).all())


def states(tx: Tx) -> dict[str, int]:
    """How many notices there are in each state, but for those to bidders."""
    counted = select(OUTBOX.c.state, func.count().label("rows")).where(OUTBOX.c.topic != TO_BIDDERS)
    return {row.state: int(row.rows) for row in tx.execute(counted.group_by(OUTBOX.c.state))}


def forget(tx: Tx, person_id: int) -> None:
    """Erase what this person was and was to be told: they have left."""
    tx.execute(delete(OUTBOX).where(OUTBOX.c.person_id == person_id))


def readable(tx: Tx, rows: Sequence[Any]) -> list[Notice]:
    """Open the notices of these rows; one that cannot be opened hides no other."""
    found = []
    for row in rows:
        try:
            text = tx.cipher.open(row.text, f"outbox.text:{row.key}")
        except UnavailableError as error:
            log.warning("outbox row %s: %s", row.id, error.code, extra={"action": "alert"})
        else:
            found.append(Notice(row.id, text, row.planned))
    return found
