"""Where else a person wants to be told what the chat cannot carry: a mail address or a phone number, given for that."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlmodel import Field

from storage.engine.columns import BigId, Row, UtcTime, table_of
from storage.engine.transactions import Tx


class OtherWayRow(Row, table=True):
    """One address of one person, sealed; `agreed`: when they gave it, which is their consent.

    `confirmed`: when they typed the code that went there; None for what was given before codes were sent, which is not
    used.
    """

    __tablename__ = "other_way"

    person_id: int = Field(foreign_key="person.id", primary_key=True, sa_type=BigId)
    channel: str = Field(primary_key=True, max_length=16)
    address: bytes
    agreed: datetime = Field(sa_type=UtcTime)
    confirmed: datetime | None = Field(default=None, sa_type=UtcTime)


OTHER_WAYS = table_of(OtherWayRow)


def put(tx: Tx, person_id: int, channel: str, address: str) -> None:
    """This person wants to be told there too, and has shown that it is theirs."""
    remove(tx, person_id, channel)
    values = {"address": tx.cipher.seal(address, _context(channel)), "agreed": tx.now, "confirmed": tx.now}
    tx.execute(insert(OTHER_WAYS).values(person_id=person_id, channel=channel, **values))


def remove(tx: Tx, person_id: int, channel: str) -> bool:
    """Not there any more; False where it was not."""
    mine = (OTHER_WAYS.c.person_id == person_id, OTHER_WAYS.c.channel == channel)
    return bool(tx.execute(delete(OTHER_WAYS).where(*mine)).rowcount)


def of(tx: Tx, person_ids: Collection[int]) -> dict[tuple[int, str], bytes]:
    """By person and channel, the sealed addresses of these persons that may be used."""
    theirs = OTHER_WAYS.c.person_id.in_(sorted(person_ids))
    found = tx.execute(select(OTHER_WAYS).where(theirs, OTHER_WAYS.c.confirmed.is_not(None)))
    return {(row.person_id, row.channel): row.address for row in found}


def unseal(tx: Tx, channel: str, sealed: bytes) -> str:
    """The address; raises UnavailableError where it cannot be read."""
    return tx.cipher.open(sealed, _context(channel))


def told(tx: Tx, person_id: int) -> dict[str, str]:
    """By channel, what this person gave and confirmed."""
    return {channel: unseal(tx, channel, sealed) for (_, channel), sealed in of(tx, (person_id,)).items()}


def unconfirmed(tx: Tx, most: int) -> list[tuple[int, str]]:
    """Some persons, with the channel, who gave an address before codes were sent."""
    rows = tx.execute(select(OTHER_WAYS).where(OTHER_WAYS.c.confirmed.is_(None)).limit(most))
    return [(int(row.person_id), str(row.channel)) for row in rows]


def forget(tx: Tx, person_id: int) -> None:
    """The person has left."""
    tx.execute(delete(OTHER_WAYS).where(OTHER_WAYS.c.person_id == person_id))


def _context(channel: str) -> str:
    return f"other_way.address:{channel}"
