"""Firms as registered by people, and what is known of each, fact by fact, with its source."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, bindparam, delete, insert, select, update
from sqlmodel import Field

from storage.columns import BigId, Row, UtcTime, table_of
from storage.transactions import Tx


class FirmRow(Row, table=True):
    """A firm as its people registered it. Its credit code is unique only once it is proven.

    `code_doubtful`: its people insisted on a code that fails its check; somebody has to look at the licence.
    """

    __tablename__ = "firm"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    kind: str = Field(default="firm", max_length=8)
    name: str
    # The name as it is compared: name_key of it.
    name_key: str = Field(default="", index=True)
    credit_code: str | None = Field(default=None, max_length=18)
    code_doubtful: bool = False
    roster_id: int | None = Field(default=None, foreign_key="roster_entry.id", sa_type=BigId)
    registered: datetime = Field(sa_type=UtcTime)


class FirmFact(Row, table=True):
    """One fact of config/policy/facts.py as known of a firm: from the roster or from the firm's own word."""

    __tablename__ = "firm_fact"
    __table_args__ = (Index(None, "fact"),)

    firm_id: int = Field(foreign_key="firm.id", primary_key=True, sa_type=BigId)
    fact: str = Field(primary_key=True, max_length=40)
    value: Any = Field(sa_type=JSON)
    source: str = Field(max_length=8)
    learned: datetime = Field(sa_type=UtcTime)


FIRMS = table_of(FirmRow)
FACTS = table_of(FirmFact)
_GET = select(FIRMS).where(FIRMS.c.id == bindparam("id_"))
_FORGET = delete(FACTS).where(
    FACTS.c.firm_id == bindparam("id_"), FACTS.c.fact.in_(bindparam("facts_", expanding=True))
)
_LEARN = insert(FACTS)
_FACTS = select(FACTS.c.fact, FACTS.c.value, FACTS.c.source, FACTS.c.learned).where(FACTS.c.firm_id == bindparam("id_"))


@dataclass(frozen=True, slots=True)
class Firm:
    """A firm as it is entered; its fields are FirmRow's."""

    id: int
    kind: str
    name: str
    name_key: str
    credit_code: str | None
    code_doubtful: bool
    roster_id: int | None
    registered: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one fact, who says so (`roster` or `self`), and since when."""

    value: Any
    source: str
    learned: datetime


def add(
    tx: Tx,
    *,
    name: str,
    credit_code: str | None,
    roster_id: int | None = None,
    kind: str = "firm",
    code_doubtful: bool = False,
) -> int:
    """Enter a firm as registered now; returns its id."""
    row = {"kind": kind, "name": name, "credit_code": credit_code, "roster_id": roster_id, "registered": tx.now}
    row |= {"code_doubtful": code_doubtful, "name_key": name_key(name)}
    return int(tx.execute(insert(FIRMS).values(row).returning(FIRMS.c.id)).scalar_one())


def name_key(name: str) -> str:
    """Return a firm's name as two are compared: its letters, digits and characters alone, one width and case.

    Blanks, brackets and signs are left out, and 有限责任公司 is the 有限公司 that it means.
    """
    letters = [one for one in unicodedata.normalize("NFKC", name).casefold() if one.isalnum()]
    return "".join(letters).replace("有限责任公司", "有限公司")


def get(tx: Tx, firm_id: int) -> Firm:
    """The firm with this id; raises NoResultFound for an id that was never given."""
    return Firm(**tx.execute(_GET, {"id_": firm_id}).one()._mapping)


def confirm(tx: Tx, firm_id: int, *, name: str, credit_code: str, roster_id: int | None) -> None:
    """The firm's name, code and roster entry, as its proof found them."""
    found = {
        "name": name,
        "name_key": name_key(name),
        "credit_code": credit_code,
        "roster_id": roster_id,
        "code_doubtful": False,
    }
    tx.execute(update(FIRMS).where(FIRMS.c.id == firm_id).values(found))


def exists(tx: Tx, firm_id: int) -> bool:
    """Whether a firm was entered under this id."""
    return tx.execute(select(FIRMS.c.id).where(FIRMS.c.id == firm_id)).one_or_none() is not None


def find_soe(tx: Tx, name: str) -> int | None:
    """The SOE that was entered under this exact name."""
    mine = select(FIRMS.c.id).where(FIRMS.c.kind == "soe", FIRMS.c.name == name).order_by(FIRMS.c.id).limit(1)
    return tx.execute(mine).scalar_one_or_none()


def named(tx: Tx, name: str) -> list[int]:
    """Return the firms that were registered under this exact name, in the order in which they were."""
    return list(tx.execute(select(FIRMS.c.id).where(FIRMS.c.name == name).order_by(FIRMS.c.id)).scalars())


def on_roster(tx: Tx) -> list[tuple[int, int]]:
    """(firm, roster entry) of every firm that was registered as one on the roster."""
    found = tx.execute(select(FIRMS.c.id, FIRMS.c.roster_id).where(FIRMS.c.roster_id.is_not(None)))
    return [(row.id, row.roster_id) for row in found]


def facts(tx: Tx, firm_id: int) -> dict[str, Known]:
    """Everything known of a firm, by fact."""
    return {row.fact: Known(row.value, row.source, row.learned) for row in tx.execute(_FACTS, {"id_": firm_id})}


def forget_word(tx: Tx, firm_id: int) -> None:
    """Erase what the firm's people told of it: their facts and its code. Name and what the roster tells stay."""
    tx.execute(delete(FACTS).where(FACTS.c.firm_id == firm_id, FACTS.c.source == "self"))
    tx.execute(update(FIRMS).where(FIRMS.c.id == firm_id).values(credit_code=None, code_doubtful=False))


def learn(tx: Tx, firm_id: int, known: Mapping[str, Any], source: str) -> None:
    """Keep these facts; what was known of them before is replaced. None forgets a fact: it is unknown again."""
    tx.execute(_FORGET, {"id_": firm_id, "facts_": list(known)})
    rows: list[Mapping[str, Any]] = [
        {"firm_id": firm_id, "fact": fact, "value": value, "source": source, "learned": tx.now}
        for fact, value in known.items()
        if value is not None
    ]
    if rows:
        tx.execute(_LEARN, rows)
