"""A challenge's two openers: their public keys, set before publishing."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlmodel import Field

from storage.engine.columns import BigId, TableRow, UtcTime, table_of
from storage.engine.transactions import Tx


class ChallengeOpenerRow(TableRow, table=True):
    """Opener 1 or 2 with their passphrase's public key."""

    __tablename__ = "challenge_opener"

    challenge_id: int = Field(foreign_key="challenge.id", primary_key=True, sa_type=BigId)
    number: int = Field(primary_key=True)
    person_id: int = Field(sa_type=BigId)
    name: bytes
    salt: bytes
    public: bytes
    set: datetime = Field(sa_type=UtcTime)


OPENERS = table_of(ChallengeOpenerRow)


@dataclass(frozen=True, slots=True)
class Opener:
    """One of the two openers."""

    number: int
    person_id: int
    name: str
    salt: bytes
    public: bytes


def put(tx: Tx, challenge_id: int, number: int, person_id: int, name: str, salt: bytes, public: bytes) -> None:
    """Set the opener with this number, replacing an earlier one."""
    mine = (OPENERS.c.challenge_id == challenge_id, OPENERS.c.number == number)
    tx.execute(delete(OPENERS).where(*mine))
    row = {"challenge_id": challenge_id, "number": number, "person_id": person_id, "salt": salt, "public": public}
    sealed = tx.cipher.seal(name, _context(challenge_id, number))
    tx.execute(insert(OPENERS).values(**row, name=sealed, set=tx.now))


def listed(tx: Tx, challenge_id: int) -> list[Opener]:
    """Return the openers by number."""
    mine = select(OPENERS).where(OPENERS.c.challenge_id == challenge_id).order_by(OPENERS.c.number)
    return [
        Opener(
            row.number,
            row.person_id,
            tx.cipher.open(row.name, _context(challenge_id, row.number)),
            row.salt,
            row.public,
        )
        for row in tx.execute(mine)
    ]


def _context(challenge_id: int, number: int) -> str:
    return f"challenge_opener.name:{challenge_id}:{number}"
