"""Page sessions opened from the chat: one-time links and browsers, looked up by HMAC only."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlmodel import Field

from storage.engine.columns import BigId, TableRow, UtcTime, table_of
from storage.engine.transactions import Tx

GOOD_FOR = timedelta(minutes=30)
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=2)
# How long after expiry a visit's person is still known: their form input is kept for them.
KNOWN_AFTER = timedelta(hours=24)
# Activity is saved at most this often: reading a page must not cost a write.
SEEN_EVERY = timedelta(minutes=1)


class PageLinkRow(TableRow, table=True):
    """A one-time link for one person to one page."""

    __tablename__ = "page_link"

    mark: str = Field(primary_key=True, max_length=32)
    person_id: int = Field(foreign_key="person.id", index=True, sa_type=BigId)
    page: str = Field(max_length=16)
    made: datetime = Field(sa_type=UtcTime)


class PageSessionRow(TableRow, table=True):
    """A browser session opened by a link. Its cookie is not stored, and opens only these pages."""

    __tablename__ = "page_session"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    mark: str = Field(unique=True, max_length=32)
    person_id: int = Field(foreign_key="person.id", index=True, sa_type=BigId)
    began: datetime = Field(sa_type=UtcTime)
    seen: datetime = Field(sa_type=UtcTime)


LINKS = table_of(PageLinkRow)
VISITS = table_of(PageSessionRow)


@dataclass(frozen=True, slots=True)
class PageUser:
    """A person's browser session; `stale`: its activity is due to be saved."""

    id: int
    person_id: int
    stale: bool


def issue_link(tx: Tx, person_id: int, page: str, link: str) -> None:
    """Save this person's link to this page, replacing an older one."""
    tx.execute(delete(LINKS).where(LINKS.c.person_id == person_id, LINKS.c.page == page))
    tx.execute(insert(LINKS).values(mark=_mark(tx, link, "link"), person_id=person_id, page=page, made=tx.now))


def take(tx: Tx, link: str) -> tuple[int, str] | None:
    """Redeem a link; return (person, page), None if it is wrong, used or expired."""
    mine = (LINKS.c.mark == _mark(tx, link, "link"), LINKS.c.made > tx.now - GOOD_FOR)
    found = delete(LINKS).where(*mine).returning(LINKS.c.person_id, LINKS.c.page)
    return tx.one(found, lambda row: (int(row.person_id), str(row.page)))


def begin(tx: Tx, cookie: str, person_id: int) -> None:
    """Start a session for this browser, deleting long-expired ones."""
    old = tx.now - KNOWN_AFTER
    tx.execute(delete(VISITS).where((VISITS.c.seen <= old - IDLE) | (VISITS.c.began <= old - LONGEST)))
    row = {"mark": _mark(tx, cookie, "cookie"), "person_id": person_id, "began": tx.now, "seen": tx.now}
    tx.execute(insert(VISITS).values(row))


def find(tx: Tx, cookie: str) -> PageUser | None:
    """Return the session of this cookie: used within 30 minutes and started within 2 hours."""
    running = (VISITS.c.seen > tx.now - IDLE, VISITS.c.began > tx.now - LONGEST)
    mine = select(VISITS.c.id, VISITS.c.person_id, VISITS.c.seen).where(VISITS.c.mark == _mark(tx, cookie, "cookie"))
    return tx.one(mine.where(*running), lambda row: PageUser(row.id, row.person_id, tx.now - row.seen >= SEEN_EVERY))


def expired(tx: Tx, cookie: str) -> int | None:
    """Return whose session this cookie was until it expired; None if it is active or long over."""
    over = (VISITS.c.seen <= tx.now - IDLE) | (VISITS.c.began <= tx.now - LONGEST)
    mine = select(VISITS.c.person_id).where(VISITS.c.mark == _mark(tx, cookie, "cookie"), over)
    return tx.execute(mine).scalar_one_or_none()


def touch(tx: Tx, visit_id: int) -> None:
    """Record activity of this session now."""
    tx.execute(update(VISITS).where(VISITS.c.id == visit_id).values(seen=tx.now))


def erase_person(tx: Tx, person_id: int) -> None:
    """Delete this person's sessions and links (erasure)."""
    tx.execute(delete(LINKS).where(LINKS.c.person_id == person_id))
    tx.execute(delete(VISITS).where(VISITS.c.person_id == person_id))


def _mark(tx: Tx, text: str, what: str) -> str:
    return tx.cipher.fingerprint(text, f"page.{what}")
