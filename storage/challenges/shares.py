"""Shares of a challenge's key submitted after its deadline, until two of them open the bids."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlmodel import Field

from storage.engine.columns import BigId, TableRow, UtcTime, table_of
from storage.engine.transactions import Tx


class ChallengeShareRow(TableRow, table=True):
    """One person's share, sealed under our own key: one alone opens nothing, and opening deletes them all."""

    __tablename__ = "challenge_share"

    challenge_id: int = Field(foreign_key="challenge.id", primary_key=True, sa_type=BigId)
    number: int = Field(primary_key=True)
    person_id: int = Field(primary_key=True, sa_type=BigId)
    share: bytes
    handed: datetime = Field(sa_type=UtcTime)


SHARES = table_of(ChallengeShareRow)


@dataclass(frozen=True, slots=True)
class Handed:
    """A submitted share: 1 and 2 are the openers', 3 is the paper."""

    number: int
    person_id: int
    share: bytes
    handed: datetime


def put(tx: Tx, challenge_id: int, number: int, person_id: int, share: bytes) -> None:
    """Save this share, replacing this person's earlier one under this number."""
    remove(tx, challenge_id, number, person_id)
    sealed = tx.cipher.seal(share.hex(), _context(challenge_id, number))
    row = {"challenge_id": challenge_id, "number": number, "person_id": person_id, "share": sealed, "handed": tx.now}
    tx.execute(insert(SHARES).values(row))


def listed(tx: Tx, challenge_id: int) -> list[Handed]:
    """Return the submitted shares by number, oldest first."""
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
    """Remove this person's share; return whether there was one."""
    mine = (SHARES.c.challenge_id == challenge_id, SHARES.c.number == number, SHARES.c.person_id == person_id)
    return bool(tx.execute(delete(SHARES).where(*mine)).rowcount)


def drop(tx: Tx, challenge_id: int) -> None:
    """Delete all shares: the bids are open."""
    tx.execute(delete(SHARES).where(SHARES.c.challenge_id == challenge_id))


def _context(challenge_id: int, number: int) -> str:
    return f"challenge_share.share:{challenge_id}:{number}"
