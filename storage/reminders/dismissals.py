"""已报 / 不办 / 已到账: a firm's dismissal of one chain of reminders, which can be undone."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlmodel import Field

from storage.engine.columns import BigId, TableRow, UtcTime, table_of
from storage.engine.transactions import Tx
from storage.firms.facts_of_many import known_today
from storage.firms.firms import FIRMS


class DismissalRow(TableRow, table=True):
    """One chain dismissed for one firm. `person_id` (who did) outlives its person."""

    __tablename__ = "reminder_dismissal"

    firm_id: int = Field(foreign_key="firm.id", primary_key=True, sa_type=BigId)
    chain: str = Field(primary_key=True, max_length=60)
    what: str = Field(max_length=8)
    person_id: int = Field(sa_type=BigId)
    at: datetime = Field(sa_type=UtcTime)


ENDS = table_of(DismissalRow)


@dataclass(frozen=True, slots=True)
class Dismissal:
    """A dismissal of a chain, and when."""

    chain: str
    what: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FirmDismissal:
    """What one firm said of a window, and when."""

    firm_id: int
    name: str
    what: str
    at: datetime


def put(tx: Tx, firm_id: int, chain: str, what: str, person_id: int) -> None:
    """Save the firm's dismissal of the chain, replacing an earlier one."""
    row = {"firm_id": firm_id, "chain": chain, "what": what, "person_id": person_id, "at": tx.now}
    tx.upsert(ENDS, row)


def take_back(tx: Tx, firm_id: int, chain: str) -> bool:
    """Undo the dismissal; False if there was none."""
    return tx.execute(delete(ENDS).where(ENDS.c.firm_id == firm_id, ENDS.c.chain == chain)).rowcount == 1


def of_firms(tx: Tx, firm_ids: Collection[int]) -> set[tuple[int, str]]:
    """Return (firm, chain) of all these firms' dismissals."""
    found = select(ENDS.c.firm_id, ENDS.c.chain).where(ENDS.c.firm_id.in_(sorted(firm_ids)))
    return {(row.firm_id, row.chain) for row in tx.execute(found)}


def of_firm(tx: Tx, firm_id: int) -> list[Dismissal]:
    """Return this firm's dismissals, newest first."""
    found = select(ENDS).where(ENDS.c.firm_id == firm_id).order_by(ENDS.c.at.desc(), ENDS.c.chain)
    return [Dismissal(row.chain, row.what, row.at) for row in tx.execute(found)]


def of_window(tx: Tx, detail_id: int, most: int, areas: Collection[str] | None = None) -> list[FirmDismissal]:
    """Return what firms said of a window's reminders, newest first.

    `areas`: only firms of these districts, by their own statement, else the roster's; None: of all.
    """
    joined = ENDS.join(FIRMS, FIRMS.c.id == ENDS.c.firm_id)
    found = select(ENDS.c.firm_id, FIRMS.c.name, ENDS.c.what, ENDS.c.at).select_from(joined)
    found = found.where(ENDS.c.chain.startswith(f"window:{detail_id}:")).order_by(ENDS.c.at.desc(), ENDS.c.firm_id)
    told = [FirmDismissal(row.firm_id, row.name, row.what, row.at) for row in tx.execute(found)]
    if areas is not None:
        districts = known_today(tx, ("district",), {one.firm_id for one in told})["district"]
        told = [one for one in told if json.loads(districts.get(one.firm_id, "null")) in areas]
    return told[:most]


def counts(tx: Tx, chains: Collection[str]) -> dict[str, dict[str, int]]:
    """Count the firms by dismissal, for each of these chains."""
    told: dict[str, dict[str, int]] = {}
    for row in tx.execute(select(ENDS.c.chain, ENDS.c.what).where(ENDS.c.chain.in_(sorted(chains)))):
        one = told.setdefault(row.chain, {})
        one[row.what] = one.get(row.what, 0) + 1
    return told
