"""Inbound messages, one row and one outcome each; a repeat gets the same answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Index, bindparam, delete, insert, select, update
from sqlmodel import Field

from storage.engine.columns import TableRow, UtcTime, table_of
from storage.engine.transactions import Tx

# The platform repeats after 5 and 10 seconds; after a day nothing recurs.
REPLY_KEPT = timedelta(minutes=10)
ROW_KEPT = timedelta(days=2)
# Cleanup shares the writer with messages: this many rows take about a millisecond.
TIDY_ROWS = 200
KEY_LENGTH = 32
# Leaves room for at least 48 bits of the hash.
LONGEST_MSG_ID = 19


class InboxRow(TableRow, table=True):
    """A message by dedupe key, hashed if it holds an openid; at `tidy_at` the reply, then the row, is deleted."""

    __tablename__ = "inbox"
    __table_args__ = (Index(None, "tidy_at"),)

    key: str = Field(primary_key=True, max_length=KEY_LENGTH)
    mark: str = Field(max_length=32)
    received: datetime = Field(sa_type=UtcTime)
    reply: bytes | None = None
    tidy_at: datetime = Field(sa_type=UtcTime)


INBOX = table_of(InboxRow)
_FIND = select(INBOX.c.reply, INBOX.c.received).where(INBOX.c.key == bindparam("key_"))
_RECORD = insert(INBOX)


@dataclass(frozen=True, slots=True)
class StoredReply:
    """A message's outcome. Without a reply (none given, or deleted since) the answer is `success`."""

    reply: str | None
    received: datetime


def find(tx: Tx, key: str) -> StoredReply | None:
    """Return the outcome of the message with this dedupe key (which includes the sender), if it came before."""
    stored_key = _stored_key(tx, key)
    row = tx.execute(_FIND, {"key_": stored_key}).one_or_none()
    if row is None:
        return None
    return StoredReply(
        None if row.reply is None else tx.cipher.open(row.reply, f"inbox.reply:{stored_key}"), row.received
    )


def record(tx: Tx, key: str, openid_mark: str, reply: str | None) -> None:
    """Save a message's outcome in the transaction of its effects; the reply is sealed, as it may name a person.

    If another node has recorded the key meanwhile the transaction fails (IntegrityError, or a retry by the database):
    its effects are undone and the other's reply is the answer.
    """
    stored_key = _stored_key(tx, key)
    row = {
        "key": stored_key,
        "mark": openid_mark,
        "received": tx.now,
        "reply": None if reply is None else tx.cipher.seal(reply, f"inbox.reply:{stored_key}"),
        "tidy_at": tx.now + (ROW_KEPT if reply is None else REPLY_KEPT),
    }
    tx.execute(_RECORD, row)


def empty_old(tx: Tx) -> int:
    """Delete replies older than 10 minutes and rows older than two days: at most TIDY_ROWS of each.

    Returns how many rows changed; the tick calls again until that is 0.
    """
    due = select(INBOX.c.key).where(INBOX.c.tidy_at <= tx.now).order_by(INBOX.c.tidy_at).limit(TIDY_ROWS)
    bare = due.where(INBOX.c.reply.is_(None))
    told = due.where(INBOX.c.reply.is_not(None))
    removed = tx.execute(delete(INBOX).where(INBOX.c.key.in_(bare))).rowcount
    emptied = tx.execute(
        update(INBOX).where(INBOX.c.key.in_(told)).values(reply=None, tidy_at=tx.now + ROW_KEPT)
    ).rowcount
    return removed + emptied


def _stored_key(tx: Tx, key: str) -> str:
    # Keys hold the openid, so they are hashed. MsgIds are ascending: as a prefix they fill SQLite's index page by page
    # (30 % less CPU per message); on PostgreSQL neighbours on a page make each other's transactions fail (60 times as
    # many 40001), so there every key is scattered.
    hashed = tx.cipher.fingerprint(key, "inbox.key")
    number = key.partition(":")[0]
    if number.isdigit() and len(number) <= LONGEST_MSG_ID and tx.connection.dialect.name == "sqlite":
        return f"{number}:{hashed}"[:KEY_LENGTH]
    return hashed
