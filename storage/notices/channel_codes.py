"""Codes sent to confirm a mail address or phone number, typed back into the chat."""

import hmac
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Index, Select, delete, func, insert, select, update
from sqlmodel import Field

from storage.engine.columns import BigId, TableRow, UtcTime, table_of
from storage.engine.transactions import Tx

GOOD_FOR = timedelta(minutes=15)
# How long an unconfirmed address is kept, and requests count.
KEPT = timedelta(days=1)
MOST_MISSES = 5
MOST_OF_A_PERSON = 3
# Whoever asks: limits how often we write to one address.
MOST_TO_AN_ADDRESS = 5
# A code typed within this time after the request is reported as expired; later, six digits are any number.
_SAID_LATE = timedelta(hours=1)


class ChannelCodeRow(TableRow, table=True):
    """A requested code. `code`, sealed, until sent; `code_mark` while it may be typed.

    Without a person after they left: requests still count per address, whose HMAC stays.
    """

    __tablename__ = "channel_code"
    __table_args__ = (Index(None, "due"), Index(None, "asked"))

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True, sa_type=BigId)
    channel: str = Field(max_length=16)
    address: bytes | None = None
    address_mark: str = Field(max_length=32, index=True)
    code: bytes | None = None
    code_mark: str | None = Field(default=None, max_length=32)
    asked: datetime = Field(sa_type=UtcTime)
    due: datetime | None = Field(default=None, sa_type=UtcTime)
    sendings: int = 0
    misses: int = 0


CODES = table_of(ChannelCodeRow)
_OVER = {"address": None, "code": None, "code_mark": None, "due": None}


@dataclass(frozen=True, slots=True)
class CodeDelivery:
    """A code to send now, for the `sendings`th time."""

    id: int
    person_id: int
    channel: str
    sendings: int
    address: str = field(repr=False)
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PendingAddress:
    """An address awaiting its code; `late`: the code has expired."""

    id: int
    channel: str
    address: str = field(repr=False)
    asked: datetime
    misses: int
    late: bool


def count_all(tx: Tx, channel: str) -> int:
    """Count the codes requested for this channel within a day, by everybody."""
    return _count(tx, CODES.c.channel == channel)


def count_for_address(tx: Tx, channel: str, address: str) -> int:
    """Count the codes requested for this address within a day, by anybody."""
    return _count(tx, CODES.c.address_mark == _address_mark(tx, channel, address))


def add(tx: Tx, person_id: int, channel: str, address: str, code: str) -> None:
    """Save a code to send, voiding the person's earlier ones for this channel."""
    end(tx, person_id, channel)
    row = {
        "person_id": person_id,
        "channel": channel,
        "address": tx.cipher.seal(address, "channel_code.address"),
        "address_mark": _address_mark(tx, channel, address),
        "code": tx.cipher.seal(code, "channel_code.code"),
        "code_mark": _code_mark(tx, person_id, channel, code),
        "asked": tx.now,
        "due": tx.now,
        "sendings": 0,
        "misses": 0,
    }
    tx.execute(insert(CODES).values(row))


def is_due(tx: Tx, channels: Collection[str]) -> bool:
    """Tell whether one of these channels has a code to send."""
    return tx.execute(_due(tx, channels).limit(1)).first() is not None


def claim(tx: Tx, channels: Collection[str], most: int) -> list[CodeDelivery]:
    """Claim codes to send now. Each is deleted at once, so that none is sent twice."""
    rows = tx.execute(_due(tx, channels).order_by(CODES.c.id).limit(most).with_for_update(skip_locked=True))
    found = [
        CodeDelivery(
            row.id,
            row.person_id,
            row.channel,
            row.sendings + 1,
            tx.cipher.open(row.address, "channel_code.address"),
            tx.cipher.open(row.code, "channel_code.code"),
        )
        for row in rows
    ]
    taken = update(CODES).where(CODES.c.id.in_([one.id for one in found]))
    tx.execute(taken.values(code=None, due=None, sendings=CODES.c.sendings + 1))
    return found


def retry_at(tx: Tx, errand: CodeDelivery, until: datetime) -> None:
    """Reschedule a code that certainly was not sent."""
    mine = (CODES.c.id == errand.id, CODES.c.code_mark.is_not(None))
    sealed = tx.cipher.seal(errand.code, "channel_code.code")
    tx.execute(update(CODES).where(*mine).values(code=sealed, due=until))


def void(tx: Tx, code_id: int) -> bool:
    """Void this code and erase its address; False if already void."""
    mine = (CODES.c.id == code_id, CODES.c.code_mark.is_not(None))
    return bool(tx.execute(update(CODES).where(*mine).values(_OVER)).rowcount)


def end(tx: Tx, person_id: int, channel: str) -> bool:
    """Do the same for this person's code of this channel."""
    mine = (CODES.c.person_id == person_id, CODES.c.channel == channel, CODES.c.code_mark.is_not(None))
    return bool(tx.execute(update(CODES).where(*mine).values(_OVER)).rowcount)


def waiting(tx: Tx, person_id: int, since: timedelta = _SAID_LATE) -> list[PendingAddress]:
    """Return this person's addresses awaiting their codes, requested within this time."""
    mine = (CODES.c.person_id == person_id, CODES.c.code_mark.is_not(None), CODES.c.asked > tx.now - since)
    return [
        PendingAddress(
            row.id,
            row.channel,
            tx.cipher.open(row.address, "channel_code.address"),
            row.asked,
            row.misses,
            row.asked <= tx.now - GOOD_FOR,
        )
        for row in tx.execute(select(CODES).where(*mine).order_by(CODES.c.id))
    ]


def is_right(tx: Tx, person_id: int, one: PendingAddress, code: str) -> bool:
    """Tell whether this is the code sent to that address."""
    kept = tx.execute(select(CODES.c.code_mark).where(CODES.c.id == one.id)).scalar_one_or_none()
    return kept is not None and hmac.compare_digest(kept, _code_mark(tx, person_id, one.channel, code))


def miss(tx: Tx, code_id: int) -> None:
    """Count a wrong code; after five the code is void."""
    tx.execute(update(CODES).where(CODES.c.id == code_id).values(misses=CODES.c.misses + 1))
    tx.execute(update(CODES).where(CODES.c.id == code_id, CODES.c.misses >= MOST_MISSES).values(_OVER))


def tidy(tx: Tx) -> int:
    """Delete codes older than a day; return how many."""
    return tx.execute(delete(CODES).where(CODES.c.asked <= tx.now - KEPT)).rowcount


def erase_person(tx: Tx, person_id: int) -> None:
    """Void this person's codes and detach them (erasure)."""
    tx.execute(update(CODES).where(CODES.c.person_id == person_id).values(_OVER | {"person_id": None}))


def _due(tx: Tx, channels: Collection[str]) -> Select[Any]:
    # One that could not be sent in time is left, and deleted with its address.
    mine = (CODES.c.due <= tx.now, CODES.c.asked > tx.now - GOOD_FOR, CODES.c.channel.in_(sorted(channels)))
    return select(CODES).where(*mine)


def _count(tx: Tx, whose: ColumnElement[bool]) -> int:
    counted = select(func.count()).select_from(CODES).where(whose, CODES.c.asked > tx.now - KEPT)
    return int(tx.execute(counted).scalar_one())


def _address_mark(tx: Tx, channel: str, address: str) -> str:
    return tx.cipher.fingerprint(address.lower(), f"channel_code.address:{channel}")


def _code_mark(tx: Tx, person_id: int, channel: str, code: str) -> str:
    # Including person and channel, so that equal codes have different HMACs.
    return tx.cipher.fingerprint(f"{person_id}:{channel}:{code}", "channel_code.code")
