"""Who is in: one row a browser, found by the keyed mark of its cookie."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlmodel import Field

from storage.engine.columns import BigId, ReadModel, Row, UtcTime, table_of
from storage.engine.transactions import Tx

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
# For so long after its end it is still known whose a session was: what they had typed is kept for them.
KNOWN_AFTER = timedelta(hours=24)
# A visit is written down at most this often: reading a page must not cost a write.
SEEN_EVERY = timedelta(minutes=1)


class Session(ReadModel):
    """One browser of a person. `device` is what it said it was: "phone" or "computer"."""

    id: int = Field(primary_key=True, sa_type=BigId)
    person_id: int = Field(foreign_key="person.id", index=True, sa_type=BigId)
    device: str = Field(max_length=16)
    began: datetime = Field(sa_type=UtcTime)
    seen: datetime = Field(sa_type=UtcTime)


class SessionRow(Session, Row, table=True):
    """One browser that came in. The cookie itself is kept nowhere."""

    __tablename__ = "session"

    mark: str = Field(unique=True, max_length=32)


SESSIONS = table_of(SessionRow)


def begin(tx: Tx, cookie: str, person_id: int, device: str) -> int:
    """Let this browser in; what has run out long since is removed on the way. Returns the session's id."""
    old = tx.now - KNOWN_AFTER
    tx.execute(delete(SESSIONS).where((SESSIONS.c.seen <= old - IDLE) | (SESSIONS.c.began <= old - LONGEST)))
    row = {"mark": _mark(tx, cookie), "person_id": person_id, "device": device, "began": tx.now, "seen": tx.now}
    return int(tx.execute(insert(SESSIONS).values(row).returning(SESSIONS.c.id)).scalar_one())


def find(tx: Tx, cookie: str) -> Session | None:
    """The running session behind this cookie: used within 30 minutes and begun within 12 hours."""
    return next(iter(_running(tx, SESSIONS.c.mark == _mark(tx, cookie))), None)


def expired(tx: Tx, cookie: str) -> int | None:
    """Return whose session this cookie was until it ran out; None where it runs, was ended or is long over."""
    over = (SESSIONS.c.seen <= tx.now - IDLE) | (SESSIONS.c.began <= tx.now - LONGEST)
    mine = select(SESSIONS.c.person_id).where(SESSIONS.c.mark == _mark(tx, cookie), over)
    return tx.execute(mine).scalar_one_or_none()


def of_person(tx: Tx, person_id: int) -> list[Session]:
    """The running sessions of a person, newest first."""
    return _running(tx, SESSIONS.c.person_id == person_id)


def touch(tx: Tx, session_id: int) -> None:
    """This session was used now."""
    tx.execute(update(SESSIONS).where(SESSIONS.c.id == session_id).values(seen=tx.now))


def end(tx: Tx, person_id: int, session_id: int) -> bool:
    """End one session of this person; False where it is not theirs or is over already."""
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
