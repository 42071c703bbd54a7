"""已报 / 不办 / 已到账: what a firm said of one chain of reminders, which ends it for the firm; it can be undone."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlmodel import Field

from storage.engine.columns import BigId, Row, UtcTime, table_of
from storage.engine.transactions import Tx


class ReminderEndRow(Row, table=True):
    """One chain is over for one firm. `person_id` (who said so) outlives its person."""

    __tablename__ = "reminder_end"

    firm_id: int = Field(foreign_key="firm.id", primary_key=True, sa_type=BigId)
    chain: str = Field(primary_key=True, max_length=60)
    what: str = Field(max_length=8)
    person_id: int = Field(sa_type=BigId)
    at: datetime = Field(sa_type=UtcTime)


ENDS = table_of(ReminderEndRow)


@dataclass(frozen=True, slots=True)
class End:
    """What the firm said of this chain, and when."""

    chain: str
    what: str
    at: datetime


def put(tx: Tx, firm_id: int, chain: str, what: str, person_id: int) -> None:
    """The firm says this of the chain; what it said before is replaced."""
    row = {"firm_id": firm_id, "chain": chain, "what": what, "person_id": person_id, "at": tx.now}
    tx.upsert(ENDS, row)


def take_back(tx: Tx, firm_id: int, chain: str) -> bool:
    """The firm did not say so after all; False where it had said nothing."""
    return tx.execute(delete(ENDS).where(ENDS.c.firm_id == firm_id, ENDS.c.chain == chain)).rowcount == 1


def of_firms(tx: Tx, firm_ids: Collection[int]) -> set[tuple[int, str]]:
    """(firm, chain) of everything that these firms have ended."""
    found = select(ENDS.c.firm_id, ENDS.c.chain).where(ENDS.c.firm_id.in_(sorted(firm_ids)))
    return {(row.firm_id, row.chain) for row in tx.execute(found)}


def of_firm(tx: Tx, firm_id: int) -> list[End]:
    """What this firm said, newest first."""
    found = select(ENDS).where(ENDS.c.firm_id == firm_id).order_by(ENDS.c.at.desc(), ENDS.c.chain)
    return [End(row.chain, row.what, row.at) for row in tx.execute(found)]


def counts(tx: Tx, chains: Collection[str]) -> dict[str, dict[str, int]]:
    """For each of these chains, how many firms said what."""
    told: dict[str, dict[str, int]] = {}
    for row in tx.execute(select(ENDS.c.chain, ENDS.c.what).where(ENDS.c.chain.in_(sorted(chains)))):
        one = told.setdefault(row.chain, {})
        one[row.what] = one.get(row.what, 0) + 1
    return told
