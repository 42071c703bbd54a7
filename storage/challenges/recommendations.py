"""为您推荐: which open challenge fits which registered firm, as last computed, and what a firm declined."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, bindparam, delete, exists, insert, select
from sqlmodel import Field

from storage.challenges import challenges
from storage.challenges.bids import BIDS
from storage.challenges.challenges import CHALLENGES, Challenge, Stage
from storage.engine.columns import BigId, TableRow, UtcTime, table_of
from storage.engine.transactions import Tx

STRONG, GOOD, DECLINED = "strong", "good", "declined"
_SHOWN = (STRONG, GOOD)


class RecommendationRow(TableRow, table=True):
    """A firm that a challenge fits; `reasons` quote both sides. `declined`: never shown to this firm again."""

    __tablename__ = "recommendation"

    firm_id: int = Field(foreign_key="firm.id", primary_key=True, sa_type=BigId)
    challenge_id: int = Field(foreign_key="challenge.id", primary_key=True, index=True, sa_type=BigId)
    level: str = Field(max_length=8)
    reasons: list[dict[str, Any]] = Field(sa_type=JSON)
    version: str = Field(max_length=32)
    at: datetime = Field(sa_type=UtcTime)


class RecommendationRunRow(TableRow, table=True):
    """Inputs of a challenge's last matching: digest of its own text, version of the firms' data."""

    __tablename__ = "recommendation_run"

    challenge_id: int = Field(foreign_key="challenge.id", primary_key=True, sa_type=BigId)
    digest: str = Field(max_length=64)
    version: int = Field(sa_type=BigId)


FITS = table_of(RecommendationRow)
READ = table_of(RecommendationRunRow)
_FOR_FIRM = (
    select(CHALLENGES.c.id, CHALLENGES.c.title, CHALLENGES.c.deadline, FITS.c.level, FITS.c.reasons)
    .join_from(FITS, CHALLENGES, CHALLENGES.c.id == FITS.c.challenge_id)
    .where(
        FITS.c.firm_id == bindparam("firm_"),
        FITS.c.level.in_(_SHOWN),
        CHALLENGES.c.stage == Stage.PUBLISHED.value,
        CHALLENGES.c.deadline > bindparam("now_", type_=UtcTime()),
        CHALLENGES.c.firm_id != FITS.c.firm_id,
        ~exists().where(BIDS.c.challenge_id == FITS.c.challenge_id, BIDS.c.firm_id == FITS.c.firm_id),
    )
    .order_by(FITS.c.level.desc(), CHALLENGES.c.deadline, CHALLENGES.c.id)
    .limit(bindparam("most_"))
)


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One firm's place on a challenge's list. `reasons`: field, level, wanted, offered of each, weightiest first."""

    firm_id: int
    level: str
    reasons: Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Recommended:
    """An open challenge that fits a firm."""

    id: int
    title: str
    deadline: datetime
    level: str
    reasons: Sequence[dict[str, Any]]


def for_firm(tx: Tx, firm_id: int, most: int) -> list[Recommended]:
    """Return the open challenges that fit this firm, strong ones first, then by deadline.

    None that it posted, bid on (even withdrawn), or declined.
    """
    found = tx.execute(_FOR_FIRM, {"firm_": firm_id, "now_": tx.now, "most_": most})
    return [Recommended(row.id, row.title, row.deadline, row.level, row.reasons) for row in found]


def open_challenges(tx: Tx) -> list[tuple[Challenge, str, int]]:
    """Return every open challenge with the digest and version of its last matching."""
    read = {row.challenge_id: row for row in tx.execute(select(READ))}
    found = challenges.all_open(tx)
    return [(one, read[one.id].digest, read[one.id].version) if one.id in read else (one, "", -1) for one in found]


def save(tx: Tx, challenge_id: int, digest: str, version: int, found: Collection[Recommendation], named: str) -> None:
    """Replace the challenge's fits; declined ones stay declined. `named`: the data's version."""
    mine = FITS.c.challenge_id == challenge_id
    declined = set(tx.execute(select(FITS.c.firm_id).where(mine, FITS.c.level == DECLINED)).scalars())
    tx.execute(delete(FITS).where(mine, FITS.c.level != DECLINED))
    rows: list[Mapping[str, Any]] = [
        {
            "firm_id": one.firm_id,
            "challenge_id": challenge_id,
            "level": one.level,
            "reasons": list(one.reasons),
            "version": named,
            "at": tx.now,
        }
        for one in found
        if one.firm_id not in declined
    ]
    if rows:
        tx.execute(insert(FITS), rows)
    tx.upsert(READ, {"challenge_id": challenge_id, "digest": digest, "version": version})


def decline(tx: Tx, firm_id: int, challenge_id: int) -> None:
    """Stop recommending this challenge to this firm."""
    whose = {"firm_id": firm_id, "challenge_id": challenge_id}
    tx.upsert(FITS, {**whose, "level": DECLINED, "reasons": [], "version": "", "at": tx.now})


def drop_over(tx: Tx) -> int:
    """Delete the fits of challenges that take no more bids, except declined ones; return how many."""
    taking = select(CHALLENGES.c.id).where(CHALLENGES.c.stage == Stage.PUBLISHED.value, CHALLENGES.c.deadline > tx.now)
    tx.execute(delete(READ).where(READ.c.challenge_id.not_in(taking)))
    over = delete(FITS).where(FITS.c.level != DECLINED, FITS.c.challenge_id.not_in(taking))
    return tx.execute(over).rowcount
