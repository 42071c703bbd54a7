"""One-time links and codes by which a person comes in from the chat, and how often a wrong one was tried."""

from datetime import datetime, timedelta

from sqlalchemy import Index, delete, func, insert, or_, select
from sqlmodel import Field

from storage.columns import BigId, Row, UtcTime, table_of
from storage.transactions import Tx

GOOD_FOR = timedelta(minutes=5)
ADDRESS_WINDOW = timedelta(minutes=15)
MOST_FAILURES_OF_AN_ADDRESS = 5
ALL_WINDOW = timedelta(minutes=1)
MOST_FAILURES_OF_ALL = 50


class EntryCodeRow(Row, table=True):
    """A link and a code for the same entry, both as keyed marks; using either spends both."""

    __tablename__ = "entry_code"

    person_id: int = Field(foreign_key="person.id", primary_key=True, sa_type=BigId)
    link_mark: str = Field(unique=True, max_length=32)
    code_mark: str = Field(unique=True, max_length=32)
    made: datetime = Field(sa_type=UtcTime)


class EntryFailureRow(Row, table=True):
    """A wrong code, and the keyed mark of where it came from."""

    __tablename__ = "entry_failure"
    __table_args__ = (Index(None, "at"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    origin: str = Field(max_length=32)
    at: datetime = Field(sa_type=UtcTime)


CODES = table_of(EntryCodeRow)
FAILURES = table_of(EntryFailureRow)


def give(tx: Tx, person_id: int, link: str, code: str) -> datetime:
    """This person may come in by this link or this code, and by no older one; returns until when."""
    revoke(tx, person_id)
    marks = {"link_mark": _mark(tx, link, "link"), "code_mark": _mark(tx, code, "code")}
    tx.execute(insert(CODES).values(person_id=person_id, made=tx.now, **marks))
    return tx.now + GOOD_FOR


def take(tx: Tx, secret: str) -> int | None:
    """The person whose link or code this is; it is spent with that. None where it is wrong, spent or too old."""
    mine = or_(CODES.c.link_mark == _mark(tx, secret, "link"), CODES.c.code_mark == _mark(tx, secret, "code"))
    fresh = CODES.c.made > tx.now - GOOD_FOR
    person_id = tx.execute(delete(CODES).where(mine, fresh).returning(CODES.c.person_id)).scalar_one_or_none()
    return None if person_id is None else int(person_id)


def revoke(tx: Tx, person_id: int) -> None:
    """What was given to this person and not used yet is worth nothing any more."""
    tx.execute(delete(CODES).where(CODES.c.person_id == person_id))


def fail(tx: Tx, origin: str) -> None:
    """Count a wrong code from this origin (a network address, or a person in the chat)."""
    tx.execute(delete(FAILURES).where(FAILURES.c.at <= tx.now - ADDRESS_WINDOW))
    tx.execute(insert(FAILURES).values(origin=_mark(tx, origin, "origin"), at=tx.now))


def is_closed(tx: Tx, origin: str) -> bool:
    """Whether nothing is taken now: 5 wrong codes from this origin in 15 minutes, or 50 from anywhere in one."""
    count = select(func.count()).select_from(FAILURES)
    mine = count.where(FAILURES.c.origin == _mark(tx, origin, "origin"), FAILURES.c.at > tx.now - ADDRESS_WINDOW)
    if tx.execute(mine).scalar_one() >= MOST_FAILURES_OF_AN_ADDRESS:
        return True
    everybody = tx.execute(count.where(FAILURES.c.at > tx.now - ALL_WINDOW)).scalar_one()
    return bool(everybody >= MOST_FAILURES_OF_ALL)


def _mark(tx: Tx, text: str, what: str) -> str:
    return tx.cipher.fingerprint(text, f"entry.{what}")
