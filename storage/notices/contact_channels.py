"""Contact channels: a mail address or phone number given for what the chat cannot carry."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlmodel import Field

from storage.engine.columns import BigId, TableRow, UtcTime, table_of
from storage.engine.transactions import Tx


class ContactChannelRow(TableRow, table=True):
    """A person's address, sealed; `agreed`: when they gave it, which is their consent.

    `confirmed`: when they typed its code; None if given before codes existed, which is not used.
    """

    __tablename__ = "contact_channel"

    person_id: int = Field(foreign_key="person.id", primary_key=True, sa_type=BigId)
    channel: str = Field(primary_key=True, max_length=16)
    address: bytes
    agreed: datetime = Field(sa_type=UtcTime)
    confirmed: datetime | None = Field(default=None, sa_type=UtcTime)


OTHER_WAYS = table_of(ContactChannelRow)


def put(tx: Tx, person_id: int, channel: str, address: str) -> None:
    """Save a confirmed address of this person."""
    remove(tx, person_id, channel)
    values = {"address": tx.cipher.seal(address, _context(channel)), "agreed": tx.now, "confirmed": tx.now}
    tx.execute(insert(OTHER_WAYS).values(person_id=person_id, channel=channel, **values))


def remove(tx: Tx, person_id: int, channel: str) -> bool:
    """Remove this person's address; False if there was none."""
    mine = (OTHER_WAYS.c.person_id == person_id, OTHER_WAYS.c.channel == channel)
    return bool(tx.execute(delete(OTHER_WAYS).where(*mine)).rowcount)


def of(tx: Tx, person_ids: Collection[int]) -> dict[tuple[int, str], bytes]:
    """Return the usable sealed addresses of these people, by person and channel."""
    theirs = OTHER_WAYS.c.person_id.in_(sorted(person_ids))
    found = tx.execute(select(OTHER_WAYS).where(theirs, OTHER_WAYS.c.confirmed.is_not(None)))
    return {(row.person_id, row.channel): row.address for row in found}


def unseal(tx: Tx, channel: str, sealed: bytes) -> str:
    """Return the address; raises UnavailableError if unreadable."""
    return tx.cipher.open(sealed, _context(channel))


def confirmed(tx: Tx, person_id: int) -> dict[str, str]:
    """Return this person's confirmed addresses, by channel."""
    return {channel: unseal(tx, channel, sealed) for (_, channel), sealed in of(tx, (person_id,)).items()}


def unconfirmed(tx: Tx, most: int) -> list[tuple[int, str]]:
    """Return some people, with channel, whose address predates codes."""
    rows = tx.execute(select(OTHER_WAYS).where(OTHER_WAYS.c.confirmed.is_(None)).limit(most))
    return [(int(row.person_id), str(row.channel)) for row in rows]


def _context(channel: str) -> str:
    return f"contact_channel.address:{channel}"
