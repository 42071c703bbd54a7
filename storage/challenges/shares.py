"""The shares of a challenge's key that were handed in after its deadline, until two of them open the bids."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlmodel import Field

from storage.engine.columns import BigId, Row, UtcTime, table_of
from storage.engine.transactions import Tx


class ShareRow(Row, table=True):
    """One share by one person, sealed under the house's key: one alone opens nothing, and opening drops them all."""

    __tablename__ = "challenge_share"

    challenge_id: int = Field(foreign_key="challenge.id", primary_key=True, sa_type=BigId)
    number: int = Field(primary_key=True)
    person_id: int = Field(primary_key=True, sa_type=BigId)
    share: bytes
    handed: datetime = Field(sa_type=UtcTime)


SHARES = table_of(ShareRow)


@dataclass(frozen=True, slots=True)
class Handed:
    """A share that was handed in: 1 and 2 are the openers', 3 is the paper."""

    number: int
    person_id: int
    share: bytes
    handed: datetime


def put(tx: Tx, challenge_id: int, number: int, person_id: int, share: bytes) -> None:
    """Keep this share in the place of what this person handed in under this number before."""
    remove(tx, challenge_id, number, person_id)
    sealed = tx.cipher.seal(share.hex(), _context(challenge_id, number))
    row = {"challenge_id": challenge_id, "number": number, "person_id": person_id, "share": sealed, "handed": tx.now}
    tx.execute(insert(SHARES).values(row))


def listed(tx: Tx, challenge_id: int) -> list[Handed]:
    """Return what was handed in, by number, the oldest first."""
    mine = select(SHARES).where(SHARES.c.challenge_id == challenge_id)
    return [
        Handed(
            row.number,
            row.person_id,
            bytes.fromhex(tx.cipher.open(row.share, _context(challenge_id, row.number))),
            row.handed,
        )
        for row in tx.execute(mine.order_by(SHARES.c.number, SHARES.c.handed))
    ]


def remove(tx: Tx, challenge_id: int, number: int, person_id: int) -> bool:
    """Take this person's share out again; return whether there was one."""
    mine = (SHARES.c.challenge_id == challenge_id, SHARES.c.number == number, SHARES.c.person_id == person_id)
    return bool(tx.execute(delete(SHARES).where(*mine)).rowcount)


def drop(tx: Tx, challenge_id: int) -> None:
    """Drop them all: the bids are open."""
    tx.execute(delete(SHARES).where(SHARES.c.challenge_id == challenge_id))


def _context(challenge_id: int, number: int) -> str:
    return f"challenge_share.share:{challenge_id}:{number}"
