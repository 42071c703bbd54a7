"""One-time login links and codes, and failed attempts."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Index, delete, insert, or_, select
from sqlmodel import Field

from storage.engine.columns import BigId, TableRow, UtcTime, table_of
from storage.engine.transactions import Tx

GOOD_FOR = timedelta(minutes=5)
# How long a wrong code counts against its origin.
COUNTED_FOR = timedelta(minutes=15)
# After so many failures from one origin the next code is checked only so long after the last.
PAUSES = ((10, timedelta(minutes=5)), (5, timedelta(minutes=1)))
# With so many failures overall in so short a time, a single one makes its origin wait.
ALL_WINDOW = timedelta(minutes=1)
MOST_FAILURES_OF_ALL = 50
PAUSE_UNDER_ATTACK = timedelta(minutes=1)


class CodeKind(StrEnum):
    """A code's purpose. Failures of one kind slow no other kind."""

    ENTRY = "entry"
    ROLE = "role"
    PROOF = "proof"
    RECEIPT = "receipt"


class LoginCodeRow(TableRow, table=True):
    """A link and a code for the same login, both as HMACs; using either uses both."""

    __tablename__ = "login_code"

    person_id: int = Field(foreign_key="person.id", primary_key=True, sa_type=BigId)
    link_mark: str = Field(unique=True, max_length=32)
    code_mark: str = Field(unique=True, max_length=32)
    made: datetime = Field(sa_type=UtcTime)


class LoginFailureRow(TableRow, table=True):
    """A failed code of a kind, and the HMAC of its origin."""

    __tablename__ = "login_failure"
    __table_args__ = (Index(None, "at"), Index(None, "kind", "origin"))

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    kind: str = Field(max_length=16)
    origin: str = Field(max_length=32)
    at: datetime = Field(sa_type=UtcTime)


CODES = table_of(LoginCodeRow)
FAILURES = table_of(LoginFailureRow)


def issue(tx: Tx, person_id: int, link: str, code: str) -> datetime:
    """Save this person's link and code, replacing older ones; return their expiry."""
    revoke(tx, person_id)
    marks = {"link_mark": _mark(tx, link, "link"), "code_mark": _mark(tx, code, "code")}
    tx.execute(insert(CODES).values(person_id=person_id, made=tx.now, **marks))
    return tx.now + GOOD_FOR


def take(tx: Tx, secret: str) -> int | None:
    """Redeem a link or code; return its person, None if it is wrong, used or expired."""
    mine = or_(CODES.c.link_mark == _mark(tx, secret, "link"), CODES.c.code_mark == _mark(tx, secret, "code"))
    fresh = CODES.c.made > tx.now - GOOD_FOR
    person_id = tx.execute(delete(CODES).where(mine, fresh).returning(CODES.c.person_id)).scalar_one_or_none()
    return None if person_id is None else int(person_id)


def revoke(tx: Tx, person_id: int) -> None:
    """Void this person's unused link and code."""
    tx.execute(delete(CODES).where(CODES.c.person_id == person_id))


def fail(tx: Tx, kind: CodeKind, origin: str) -> None:
    """Count a wrong code of this kind from this origin (a network address, or a person)."""
    tx.execute(delete(FAILURES).where(FAILURES.c.at <= tx.now - COUNTED_FOR))
    tx.execute(insert(FAILURES).values(kind=kind.value, origin=_mark(tx, origin, "origin"), at=tx.now))


def required_wait(tx: Tx, kind: CodeKind, origin: str) -> timedelta:
    """Return how long this origin must wait before a code of this kind is checked; zero if it may try now.

    Nobody waits because of others alone: an origin without failures is always checked.
    """
    of_kind = select(FAILURES.c.at).where(FAILURES.c.kind == kind.value).order_by(FAILURES.c.at.desc())
    mine = of_kind.where(FAILURES.c.origin == _mark(tx, origin, "origin"), FAILURES.c.at > tx.now - COUNTED_FOR)
    failures: Sequence[datetime] = tx.execute(mine).scalars().all()
    if not failures:
        return timedelta()
    count, last = len(failures), failures[0]
    pause = next((pause for most, pause in PAUSES if count >= most), timedelta())
    if not pause:
        lately = of_kind.where(FAILURES.c.at > tx.now - ALL_WINDOW).limit(MOST_FAILURES_OF_ALL)
        if len(tx.execute(lately).all()) == MOST_FAILURES_OF_ALL:
            pause = PAUSE_UNDER_ATTACK
    return max(last + pause - tx.now, timedelta())


def _mark(tx: Tx, text: str, what: str) -> str:
    return tx.cipher.fingerprint(text, f"entry.{what}")
