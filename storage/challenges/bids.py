"""Bids (揭榜): one per firm and challenge, its parts sealed; and the challenge's key."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint, func, insert, select, update
from sqlmodel import Field

from storage.challenges.bid_sealing import NewKey
from storage.challenges.challenges import CHALLENGES, OVER
from storage.engine.columns import BigId, ReadModel, TableRow, UtcTime, table_of
from storage.engine.transactions import Tx
from storage.firms.firms import FIRMS

IN, WITHDRAWN = "in", "withdrawn"


class BidBase(ReadModel):
    """The columns of a bid that are read as they are stored."""

    id: int = Field(primary_key=True, sa_type=BigId, sa_column_kwargs={"autoincrement": False})
    challenge_id: int = Field(foreign_key="challenge.id", sa_type=BigId)
    firm_id: int = Field(foreign_key="firm.id", index=True, sa_type=BigId)
    person_id: int = Field(sa_type=BigId)
    state: str = Field(max_length=16)
    round: int
    at: datetime = Field(sa_type=UtcTime)
    commitment: str = Field(max_length=64)
    shown: bytes
    secret: bytes
    own_copy: bytes | None = None


class Bid(BidBase):
    """A bid as stored."""

    firm_name: str


class BidRow(BidBase, TableRow, table=True):
    """A firm's bid; its id is random. `shown` is sealed under our own key, `secret` to the challenge's.

    `own_copy`: the receipt's content, sealed with a key that exists only in the submitting browser.
    """

    __tablename__ = "bid"
    __table_args__ = (UniqueConstraint("challenge_id", "firm_id"),)


class KeyBase(ReadModel):
    """The columns of a key that are read as they are stored."""

    challenge_id: int = Field(foreign_key="challenge.id", primary_key=True, sa_type=BigId)
    public: bytes
    pairs: bytes
    first: bytes
    second: bytes
    commitments: bytes | None = None
    made: datetime = Field(sa_type=UtcTime)
    opened: datetime | None = Field(default=None, sa_type=UtcTime)
    private: bytes | None = None


class ChallengeKey(KeyBase):
    """A challenge's stored key. `openers`: the two names, as written at publishing."""

    openers: str


class ChallengeKeyRow(KeyBase, TableRow, table=True):
    """A challenge's public key, its private one sealed to each two of three shares (`pairs`), two of these, wrapped.

    `commitments`: of the three shares, one after the other; None where it was published before there were any.
    """

    __tablename__ = "challenge_key"

    openers: bytes


BIDS = table_of(BidRow)
KEYS = table_of(ChallengeKeyRow)


def put(tx: Tx, row: Mapping[str, Any]) -> None:
    """Insert a firm's bid or replace its last one."""
    found = of_firm(tx, row["challenge_id"], row["firm_id"])
    if found is None:
        tx.execute(insert(BIDS).values(**row, round=1, at=tx.now, state=IN))
        return
    values = {**row, "round": found.round + 1, "at": tx.now, "state": IN}
    tx.execute(update(BIDS).where(BIDS.c.id == found.id).values(**values))


def withdraw(tx: Tx, bid_id: int) -> None:
    """Withdraw the bid and delete its content."""
    tx.execute(update(BIDS).where(BIDS.c.id == bid_id).values(state=WITHDRAWN, shown=b"", secret=b"", own_copy=None))


def get(tx: Tx, bid_id: int) -> Bid | None:
    """Return the bid with this id."""
    return next(iter(_read(tx, BIDS.c.id == bid_id)), None)


def of_firm(tx: Tx, challenge_id: int, firm_id: int) -> Bid | None:
    """Return this firm's bid on this challenge, withdrawn or not."""
    return next(iter(_read(tx, (BIDS.c.challenge_id == challenge_id) & (BIDS.c.firm_id == firm_id))), None)


def of_challenge(tx: Tx, challenge_id: int) -> list[Bid]:
    """Return the standing bids, in order of last submission."""
    return _read(tx, (BIDS.c.challenge_id == challenge_id) & (BIDS.c.state == IN))


def by_firm(tx: Tx, firm_id: int, most: int) -> list[Bid]:
    """Return a firm's bids, newest first."""
    return _read(tx, BIDS.c.firm_id == firm_id)[::-1][:most]


def transfer(tx: Tx, person_id: int, firm_id: int, heir: int) -> list[tuple[int, str]]:
    """Hand this person's standing bids for this firm to the heir; return (bid, challenge title) of each."""
    over = [stage.value for stage in OVER]
    joined = select(BIDS.c.id, CHALLENGES.c.title).join(CHALLENGES, CHALLENGES.c.id == BIDS.c.challenge_id)
    mine = (BIDS.c.person_id == person_id, BIDS.c.firm_id == firm_id, BIDS.c.state == IN)
    found = tx.execute(joined.where(*mine, CHALLENGES.c.stage.not_in(over)).order_by(BIDS.c.id)).all()
    tx.execute(update(BIDS).where(BIDS.c.id.in_([row.id for row in found])).values(person_id=heir, own_copy=None))
    return [(row.id, row.title) for row in found]


def count(tx: Tx, challenge_id: int) -> int:
    """Count the standing bids."""
    mine = (BIDS.c.challenge_id == challenge_id) & (BIDS.c.state == IN)
    return int(tx.execute(select(func.count()).select_from(BIDS).where(mine)).scalar_one())


def save_key(tx: Tx, challenge_id: int, made: NewKey, openers: str) -> None:
    """Keep what is stored of a challenge's new key. `openers`: the two names."""
    row = {"public": made.public, "pairs": made.pairs, "first": made.first, "second": made.second}
    sealed = tx.cipher.seal(openers, "challenge_key.openers")
    values = {**row, "openers": sealed, "commitments": made.commitments, "made": tx.now}
    tx.execute(insert(KEYS).values(challenge_id=challenge_id, **values))


def key(tx: Tx, challenge_id: int) -> ChallengeKey | None:
    """Return this challenge's stored key; None if nothing is sealed."""
    found = select(KEYS).where(KEYS.c.challenge_id == challenge_id)
    return tx.one(found, lambda row: ChallengeKey.of(row, openers=tx.cipher.open(row.openers, "challenge_key.openers")))


def save_opened_key(tx: Tx, challenge_id: int, private: bytes) -> None:
    """Save the private key recovered from two shares: bids are readable from now on."""
    values = {"private": tx.cipher.seal(private.hex(), f"challenge_key.private:{challenge_id}"), "opened": tx.now}
    tx.execute(update(KEYS).where(KEYS.c.challenge_id == challenge_id).values(**values))


def opened_key(tx: Tx, challenge_id: int) -> bytes | None:
    """Return the private key, once recovered."""
    found = key(tx, challenge_id)
    if found is None or found.private is None:
        return None
    return bytes.fromhex(tx.cipher.open(found.private, f"challenge_key.private:{challenge_id}"))


def _read(tx: Tx, condition: Any) -> list[Bid]:
    joined = select(*BIDS.c, FIRMS.c.name.label("firm_name")).join_from(BIDS, FIRMS, BIDS.c.firm_id == FIRMS.c.id)
    return [Bid.of(row) for row in tx.execute(joined.where(condition).order_by(BIDS.c.at, BIDS.c.id))]
