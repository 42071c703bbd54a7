"""Outbox: one row per notice to one person, planned once under a key that identifies it."""

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
from storage.engine.columns import BigId, TableRow, UtcTime, table_of
from storage.engine.transactions import Tx
from storage.notices import cards
from storage.notices.cards import NoticeCard

log = logging.getLogger(__name__)

# To be sent; shown above a reply. A row that failed for certain is `new` again, with its next attempt's time.
NEW, SAID = "new", "said"
# Set only by storage/notices/delivery.py. `held`: push cannot reach the person now, their next visit shows it. `retry`:
# it may have arrived and is resent under the same number, while the platform shows that number once.
LEASED, SENT, RETRY, HELD, UNCERTAIN = "leased", "sent", "retry", "held", "uncertain"
DEAD, EXPIRED, QUARANTINED = "dead", "expired_unsent", "quarantined"
VISIT, UNREADABLE = "visit", "unreadable"
# Received, or possibly received; certainly not received.
REACHED = (SENT, SAID, LEASED, RETRY, UNCERTAIN)
UNSENT = (NEW, HELD, DEAD, QUARANTINED)
# Shown at the next visit.
TOLD_AT_VISIT = (NEW, HELD)
# Answers go out before announcements to many: they are queued one day earlier.
FIRST = frozenset({NoticeTopic.TICKET, NoticeTopic.PROOF})
AHEAD = timedelta(days=1)
# Sent only to bidders (and askers): never counted, as the count would reveal how many bid.
TO_BIDDERS = NoticeTopic.BID
# Rows written by one statement.
TOGETHER = 500
# How many fit beside a reply's own text; the rest is shown with the next reply, none is lost.
AT_ONE_VISIT = 3
LISTED_FOR = timedelta(days=30)
MOST_LISTED = 10


class OutboxRow(TableRow, table=True):
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
    # The firm it concerns; whoever leaves that firm gets no more of it.
    firm_id: int | None = Field(default=None, sa_type=BigId)
    topic: str = Field(max_length=24)
    text: bytes
    state: str = Field(default=NEW, max_length=16)
    planned: datetime = Field(sa_type=UtcTime)
    settled: datetime | None = Field(default=None, sa_type=UtcTime)
    attempts: int | None = None
    lease_until: datetime | None = Field(default=None, sa_type=UtcTime)
    # Earliest time of the next push.
    retry_at: datetime | None = Field(default=None, sa_type=UtcTime)
    why: str | None = Field(default=None, max_length=24)
    card: bytes | None = None
    purpose: str | None = Field(default=None, max_length=24)
    # First attempt under the number by which the platform recognises a retry.
    tried_at: datetime | None = Field(default=None, sa_type=UtcTime)
    not_before: datetime | None = Field(default=None, sa_type=UtcTime)
    expires: datetime | None = Field(default=None, sa_type=UtcTime)
    # Channel used; the platform's number; when the person opened its target.
    channel: str | None = Field(default=None, max_length=16)
    msg_id: int | None = Field(default=None, sa_type=BigId, index=True)
    opened: datetime | None = Field(default=None, sa_type=UtcTime)


OUTBOX = table_of(OutboxRow)


def timely(now: Any) -> ColumnElement[bool]:
    """Return a condition for rows that may be sent now, neither too early nor too late."""
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
    """A person's notice, and when it was planned for."""

    id: int
    text: str
    planned: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedNotice:
    """Arguments of `plan` for one notice."""

    key: str
    person_id: int
    topic: NoticeTopic
    text: str
    card: NoticeCard | None = None
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
    card: NoticeCard | None = None,
    firm_id: int | None = None,
    not_before: datetime | None = None,
    expires: datetime | None = None,
) -> bool:
    """Plan this notice for a person, once; False if the key was planned before.

    `key` names the occasion and the person is appended ("proof:12:refused"); `topic` can be switched off by people. The
    text is shown as is: users' words in it must already be escaped. `card`: for template messages. `firm_id`: the firm
    it concerns. Not sent before `not_before` nor from `expires` on.
    """
    notice = PlannedNotice(
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


def plan_many(tx: Tx, notices: Sequence[PlannedNotice]) -> int:
    """Plan each of these as `plan` does; return how many were new. Up to 500 are one statement: plan no more
    at once.
    """
    rest, new = iter(notices), 0
    while some := list(islice(rest, TOGETHER)):
        new += tx.insert_new(OUTBOX, [_row(tx, notice) for notice in some], ["key"])
    return new


def _row(tx: Tx, notice: PlannedNotice) -> dict[str, Any]:
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
    """Return the oldest few notices to show with the reply being made, and mark them shown.

    Rows put `aside` are not shown: they are sent separately now.
    """
    rows = tx.execute(_FIND, {"person_": person_id, "now_": tx.now, "most_": most}).all()
    sent = [row.id for row in rows if aside(row)]
    if sent:
        tx.execute(update(OUTBOX).where(OUTBOX.c.id.in_(sent)).values(state=NEW, retry_at=tx.now))
    found = readable(tx, [row for row in rows if row.id not in sent])
    unreadable = {row.id for row in rows} - {notice.id for notice in found} - set(sent)
    if unreadable:
        # Moved aside, so that later ones are shown.
        apart = update(OUTBOX).where(OUTBOX.c.id.in_(unreadable))
        tx.execute(apart.values(state=QUARANTINED, why=UNREADABLE, settled=tx.now))
    if found:
        ids = [notice.id for notice in found]
        tx.execute(update(OUTBOX).where(OUTBOX.c.id.in_(ids)).values(state=SAID, settled=tx.now, channel=VISIT))
    if len(rows) == most:
        release(tx, person_id)
    return found


def release(tx: Tx, person_id: int) -> None:
    """Push what is held for this person: they may be reachable again."""
    mine = (OUTBOX.c.person_id == person_id) & (OUTBOX.c.state == HELD)
    tx.execute(update(OUTBOX).where(mine).values(state=NEW, retry_at=tx.now))


def withdraw(tx: Tx, *, occasion: str) -> list[int]:
    """Withdraw unsent notices whose keys begin with `occasion:`.

    Returns, once each, the people who have been or are being notified, for whoever plans a correction.
    """
    # On PostgreSQL keys sort by collation; there a pattern scans the table.
    begins: ColumnElement[bool] = OUTBOX.c.key.startswith(f"{occasion}:", autoescape=True)
    if tx.connection.dialect.name == "sqlite":
        begins = (OUTBOX.c.key >= f"{occasion}:") & (OUTBOX.c.key < f"{occasion};")
    tx.execute(delete(OUTBOX).where(begins, OUTBOX.c.state.in_(UNSENT)))
    told = select(OUTBOX.c.person_id).where(begins, OUTBOX.c.state.in_(REACHED)).distinct()
    return sorted(tx.execute(told).scalars())


def take_back(tx: Tx, *, key: str, person_id: int) -> bool:
    """Withdraw this notice; False if already sent or never planned."""
    mine = (OUTBOX.c.key == f"{key}:{person_id}") & OUTBOX.c.state.in_(UNSENT)
    return tx.execute(delete(OUTBOX).where(mine)).rowcount > 0


def waiting(tx: Tx, person_id: int) -> int:
    """Count this person's pending notices."""
    counted = select(func.count()).select_from(OUTBOX).where(_WAITING)
    return int(tx.execute(counted, {"person_": person_id, "now_": tx.now}).scalar_one())


def listed(tx: Tx, person_id: int) -> list[Notice]:
    """Return this person's newest notices, sent or planned, newest first."""
    told = or_(OUTBOX.c.state.in_((SENT, SAID)), timely(tx.now))
    mine = select(OUTBOX).where(OUTBOX.c.person_id == person_id, OUTBOX.c.planned > tx.now - LISTED_FOR, told)
    return readable(tx, tx.execute(mine.order_by(OUTBOX.c.id.desc()).limit(MOST_LISTED)).all())


def all_of(tx: Tx, person_id: int) -> list[Notice]:
    """Return all stored notices of this person."""
    mine = select(OUTBOX).where(OUTBOX.c.person_id == person_id).order_by(OUTBOX.c.id)
    return readable(tx, tx.execute(mine).all())


def states(tx: Tx) -> dict[str, int]:
    """Count notices by state, except those to bidders."""
    counted = select(OUTBOX.c.state, func.count().label("rows")).where(OUTBOX.c.topic != TO_BIDDERS)
    return {row.state: int(row.rows) for row in tx.execute(counted.group_by(OUTBOX.c.state))}


def readable(tx: Tx, rows: Sequence[Any]) -> list[Notice]:
    """Decrypt the notices of these rows; an unreadable one does not hide others."""
    found = []
    for row in rows:
        try:
            text = tx.cipher.open(row.text, f"outbox.text:{row.key}")
        except UnavailableError as error:
            log.warning("outbox row %s: %s", row.id, error.code, extra={"action": "alert"})
        else:
            found.append(Notice(row.id, text, row.planned))
    return found
