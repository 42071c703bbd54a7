"""Offerings of registered firms: the words by which matching finds them, each with source and time."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlmodel import Field

from storage.engine import change_counters
from storage.engine.columns import BigId, TableRow, UtcTime, table_of
from storage.engine.transactions import Tx
from storage.firms import facts_of_many
from storage.firms.firms import FIRMS

VERSION = "offers"
FIELDS = ("products", "keywords", "scope")


class OfferingRow(TableRow, table=True):
    """A findable firm. `version`: the offers' counter at its last change; `gone`: no longer findable."""

    __tablename__ = "offering"

    firm_id: int = Field(foreign_key="firm.id", primary_key=True, sa_type=BigId)
    version: int = Field(index=True, sa_type=BigId)
    gone: bool = False


class OfferingTextRow(TableRow, table=True):
    """Text of one field by the firm (`self`) or an official (`official`)."""

    __tablename__ = "offering_text"

    firm_id: int = Field(foreign_key="firm.id", primary_key=True, sa_type=BigId)
    field: str = Field(primary_key=True, max_length=8)
    text: str
    source: str = Field(max_length=8)
    agency: str | None = Field(default=None, max_length=40)
    learned: datetime = Field(sa_type=UtcTime)


OFFERS = table_of(OfferingRow)
TEXTS = table_of(OfferingTextRow)


@dataclass(frozen=True, slots=True)
class OfferingText:
    """A field's text, its author (`self`, or `official` with their agency), and when."""

    text: str
    source: str
    learned: datetime
    agency: str | None = None


@dataclass(frozen=True, slots=True)
class OfferingTitles:
    """A firm's titles and district; None: unknown."""

    titles: frozenset[str] | None = None
    district: str | None = None


def put(tx: Tx, firm_id: int, texts: Mapping[str, str], source: str, agency: str | None = None) -> None:
    """Make the firm findable by these texts, its name and other fields; an empty text is deleted."""
    _touch(tx, firm_id, gone=False)
    tx.execute(delete(TEXTS).where(TEXTS.c.firm_id == firm_id, TEXTS.c.field.in_(list(texts))))
    for field, text in texts.items():
        if text:
            row = {"firm_id": firm_id, "field": field, "text": text, "source": source, "agency": agency}
            tx.execute(insert(TEXTS).values(**row, learned=tx.now))


def remove(tx: Tx, firm_id: int) -> None:
    """Make the firm unfindable and delete its offerings."""
    _touch(tx, firm_id, gone=True)
    tx.execute(delete(TEXTS).where(TEXTS.c.firm_id == firm_id))


def show(tx: Tx, firm_id: int, *, is_found: bool) -> None:
    """Show or hide the firm with its existing texts; one that never was findable stays so."""
    if tx.execute(select(OFFERS.c.firm_id).where(OFFERS.c.firm_id == firm_id)).first() is not None:
        _touch(tx, firm_id, gone=not is_found)


def adopt(tx: Tx, firm_id: int, other_id: int) -> list[list[str]]:
    """Copy the other firm's offerings in fields this one lacks; return (field, when learned) of each."""
    known = select(TEXTS.c.field).where(TEXTS.c.firm_id == firm_id)
    missing = tx.execute(select(TEXTS).where(TEXTS.c.firm_id == other_id, TEXTS.c.field.not_in(known))).all()
    if missing:
        tx.execute(insert(TEXTS), [{**row._mapping, "firm_id": firm_id} for row in missing])
        _touch(tx, firm_id, gone=False)
    return [[row.field, row.learned.isoformat()] for row in missing]


def remove_copies(tx: Tx, firm_id: int, adopted: Sequence[Sequence[str]]) -> None:
    """Delete these copies unless the field was rewritten since."""
    for field, learned in adopted:
        copied = (TEXTS.c.firm_id == firm_id, TEXTS.c.field == field)
        tx.execute(delete(TEXTS).where(*copied, TEXTS.c.learned == datetime.fromisoformat(learned)))
    if adopted:
        show(tx, firm_id, is_found=True)


def of(tx: Tx, firm_id: int) -> dict[str, OfferingText]:
    """Return this firm's offerings, by field."""
    rows = tx.execute(select(TEXTS).where(TEXTS.c.firm_id == firm_id))
    return {row.field: OfferingText(row.text, row.source, row.learned, row.agency) for row in rows}


def changed_since(tx: Tx, version: int) -> list[tuple[int, Mapping[str, str] | None]]:
    """Return (firm, its name and texts) of every firm changed after this version, oldest change first.

    None instead of texts: the firm is no longer findable.
    """
    changed = OFFERS.c.version > version
    texts: defaultdict[int, dict[str, str]] = defaultdict(dict)
    joined = TEXTS.join(OFFERS, OFFERS.c.firm_id == TEXTS.c.firm_id)
    for row in tx.execute(select(TEXTS.c.firm_id, TEXTS.c.field, TEXTS.c.text).select_from(joined).where(changed)):
        texts[row.firm_id][row.field] = row.text
    named = select(OFFERS.c.firm_id, OFFERS.c.gone, FIRMS.c.name).join(FIRMS, FIRMS.c.id == OFFERS.c.firm_id)
    return [
        (row.firm_id, None if row.gone else {"name": row.name, **texts[row.firm_id]})
        for row in tx.execute(named.where(changed).order_by(OFFERS.c.version, OFFERS.c.firm_id))
    ]


def titles_and_districts(tx: Tx, firm_ids: Sequence[int]) -> dict[int, OfferingTitles]:
    """Return titles and districts of these firms today, from the roster and the firms' own statements."""
    told = facts_of_many.known_today(tx, ("titles", "district"), firm_ids)
    titles, districts = told["titles"], told["district"]
    return {
        firm_id: OfferingTitles(
            frozenset(json.loads(titles[firm_id])) if firm_id in titles else None,
            json.loads(districts[firm_id]) if firm_id in districts else None,
        )
        for firm_id in firm_ids
    }


def _touch(tx: Tx, firm_id: int, *, gone: bool) -> None:
    tx.upsert(OFFERS, {"firm_id": firm_id, "version": change_counters.bump(tx, VERSION), "gone": gone})
