"""Who opens a challenge's bids: two openers' public keys, set before publishing; the shares handed in after the end."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlmodel import Field

from storage.columns import BigId, Row, UtcTime, table_of
from storage.transactions import Tx

PRINTED = 3


class OpenerRow(Row, table=True):
    """Opener 1 or 2 with the public key of their passphrase, or 3, the share on paper, once it is handed in.

    `share` is what was handed in, sealed under the house's key: one alone opens nothing, and opening drops them all.
    """

    __tablename__ = "challenge_opener"

    challenge_id: int = Field(foreign_key="challenge.id", primary_key=True, sa_type=BigId)
    number: int = Field(primary_key=True)
    person_id: int = Field(sa_type=BigId)
    name: bytes
    salt: bytes
    public: bytes
    set: datetime = Field(sa_type=UtcTime)
    share: bytes | None = None
    handed: datetime | None = Field(default=None, sa_type=UtcTime)


OPENERS = table_of(OpenerRow)


@dataclass(frozen=True, slots=True)
class Opener:
    """One of the two, or the paper; `handed`: when the share came in."""

    number: int
    person_id: int
    name: str
    salt: bytes
    public: bytes
    handed: datetime | None


def put(tx: Tx, challenge_id: int, number: int, person_id: int, name: str, salt: bytes, public: bytes) -> None:
    """This is the opener with this number, in the place of an earlier one."""
    mine = (OPENERS.c.challenge_id == challenge_id, OPENERS.c.number == number)
    tx.execute(delete(OPENERS).where(*mine))
    row = {"challenge_id": challenge_id, "number": number, "person_id": person_id, "salt": salt, "public": public}
    sealed = tx.cipher.seal(name, _context("name", challenge_id, number))
    tx.execute(insert(OPENERS).values(**row, name=sealed, set=tx.now))


def listed(tx: Tx, challenge_id: int) -> list[Opener]:
    """The openers, and the paper where it was handed in, by number."""
    mine = select(OPENERS).where(OPENERS.c.challenge_id == challenge_id).order_by(OPENERS.c.number)
    return [
        Opener(
            row.number,
            row.person_id,
            tx.cipher.open(row.name, _context("name", challenge_id, row.number)),
            row.salt,
            row.public,
            row.handed,
        )
        for row in tx.execute(mine)
    ]


def hand_in(tx: Tx, challenge_id: int, number: int, share: bytes) -> None:
    """Keep this share until a second one comes."""
    values = {"share": tx.cipher.seal(share.hex(), _context("share", challenge_id, number)), "handed": tx.now}
    mine = (OPENERS.c.challenge_id == challenge_id, OPENERS.c.number == number)
    tx.execute(update(OPENERS).where(*mine).values(values))


def shares(tx: Tx, challenge_id: int) -> dict[int, bytes]:
    """The shares that were handed in, by number."""
    mine = (OPENERS.c.challenge_id == challenge_id, OPENERS.c.share.is_not(None))
    found = tx.execute(select(OPENERS.c.number, OPENERS.c.share).where(*mine).order_by(OPENERS.c.number))
    return {
        row.number: bytes.fromhex(tx.cipher.open(row.share, _context("share", challenge_id, row.number)))
        for row in found
    }


def drop_shares(tx: Tx, challenge_id: int) -> None:
    """The bids are open: the shares are kept no longer."""
    tx.execute(update(OPENERS).where(OPENERS.c.challenge_id == challenge_id).values(share=None))


def _context(what: str, challenge_id: int, number: int) -> str:
    return f"challenge_opener.{what}:{challenge_id}:{number}"
