"""Login sessions, one row per browser, looked up by HMAC of the cookie."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select, update
from sqlmodel import Field

from storage.engine.columns import BigId, ReadModel, TableRow, UtcTime, table_of
from storage.engine.transactions import Tx

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
# How long after expiry a session's person is still known: their form input is kept for them.
KNOWN_AFTER = timedelta(hours=24)
# Activity is saved at most this often: reading a page must not cost a write.
SEEN_EVERY = timedelta(minutes=1)


class Session(ReadModel):
    """A person's browser session. `device` as reported: "phone" or "computer"."""

    id: int = Field(primary_key=True, sa_type=BigId)
    person_id: int = Field(foreign_key="person.id", index=True, sa_type=BigId)
    device: str = Field(max_length=16)
    began: datetime = Field(sa_type=UtcTime)
    seen: datetime = Field(sa_type=UtcTime)


class SessionRow(Session, TableRow, table=True):
    """A browser's login session. The cookie itself is not stored."""

    __tablename__ = "session"

    mark: str = Field(unique=True, max_length=32)


SESSIONS = table_of(SessionRow)


def begin(tx: Tx, cookie: str, person_id: int, device: str) -> int:
    """Start a session for this browser, deleting long-expired ones. Returns its id."""
    old = tx.now - KNOWN_AFTER
    tx.execute(delete(SESSIONS).where((SESSIONS.c.seen <= old - IDLE) | (SESSIONS.c.began <= old - LONGEST)))
    row = {"mark": _mark(tx, cookie), "person_id": person_id, "device": device, "began": tx.now, "seen": tx.now}
    return tx.add(SESSIONS, row)


def find(tx: Tx, cookie: str) -> Session | None:
    """Return the active session of this cookie: used within 30 minutes and started within 12 hours."""
    return next(iter(_running(tx, SESSIONS.c.mark == _mark(tx, cookie))), None)


def expired(tx: Tx, cookie: str) -> int | None:
    """Return whose session this cookie was until it expired; None if active, ended or long over."""
    over = (SESSIONS.c.seen <= tx.now - IDLE) | (SESSIONS.c.began <= tx.now - LONGEST)
    mine = select(SESSIONS.c.person_id).where(SESSIONS.c.mark == _mark(tx, cookie), over)
    return tx.execute(mine).scalar_one_or_none()


def of_person(tx: Tx, person_id: int) -> list[Session]:
    """Return a person's active sessions, newest first."""
    return _running(tx, SESSIONS.c.person_id == person_id)


def touch(tx: Tx, session_id: int) -> None:
    """Record activity of this session now."""
    tx.execute(update(SESSIONS).where(SESSIONS.c.id == session_id).values(seen=tx.now))


def end(tx: Tx, person_id: int, session_id: int) -> bool:
    """End one session of this person; False if not theirs or already over."""
    mine = (SESSIONS.c.id == session_id, SESSIONS.c.person_id == person_id)
    return tx.execute(delete(SESSIONS).where(*mine)).rowcount == 1


def end_all(tx: Tx, person_id: int) -> None:
    """End every session of this person."""
    tx.execute(delete(SESSIONS).where(SESSIONS.c.person_id == person_id))


def _running(tx: Tx, condition: ColumnElement[bool]) -> list[Session]:
    columns = (SESSIONS.c.id, SESSIONS.c.person_id, SESSIONS.c.device, SESSIONS.c.began, SESSIONS.c.seen)
    running = (SESSIONS.c.seen > tx.now - IDLE, SESSIONS.c.began > tx.now - LONGEST)
    found = tx.execute(select(*columns).where(condition, *running).order_by(SESSIONS.c.id.desc()))
    return [Session.of(row) for row in found]


def _mark(tx: Tx, cookie: str) -> str:
    return tx.cipher.fingerprint(cookie, "session.cookie")
