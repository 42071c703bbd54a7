"""Overflow of a reply too long for one message, until the reader asks for more."""

from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select
from sqlmodel import Field

from storage.engine.columns import TableRow, UtcTime, table_of
from storage.engine.transactions import Tx
from storage.people.people import mark_of


class ReplyOverflowRow(TableRow, table=True):
    """One person's unread overflow, sealed."""

    __tablename__ = "reply_overflow"

    mark: str = Field(primary_key=True, max_length=32)
    rest: bytes
    kept: datetime = Field(sa_type=UtcTime)


REMAINDERS = table_of(ReplyOverflowRow)
_MINE = REMAINDERS.c.mark == bindparam("mark_")
_FIND = select(REMAINDERS.c.rest).where(_MINE)
_INSERT = insert(REMAINDERS)
_DROP = delete(REMAINDERS).where(_MINE)


def save(tx: Tx, openid: str, rest: str) -> None:
    """Save the overflow for this person, replacing an older one."""
    mark = mark_of(tx, openid)
    tx.execute(_DROP, {"mark_": mark})
    tx.execute(_INSERT, {"mark": mark, "rest": tx.cipher.seal(rest, f"reply_overflow.rest:{mark}"), "kept": tx.now})


def take(tx: Tx, openid: str) -> str | None:
    """Return this person's overflow and delete it."""
    mark = mark_of(tx, openid)
    sealed = tx.execute(_FIND, {"mark_": mark}).scalar_one_or_none()
    if sealed is None:
        return None
    tx.execute(_DROP, {"mark_": mark})
    return tx.cipher.open(sealed, f"reply_overflow.rest:{mark}")


def drop(tx: Tx, openid: str) -> None:
    """Delete the overflow: the person has left, or has a new answer."""
    tx.execute(_DROP, {"mark_": mark_of(tx, openid)})
