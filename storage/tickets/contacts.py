"""Contacts for an item, clause or agency, in one area or the whole city; verified by officials."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Date, UniqueConstraint, bindparam, delete, or_, select, update
from sqlmodel import Field

from storage.engine.columns import BigId, TableRow, table_of
from storage.engine.page import Page
from storage.engine.transactions import Tx

# Value of `area` for a city-wide contact: NULL would escape the unique constraint.
CITY = ""
PAGE = 50


class AgencyContactRow(TableRow, table=True):
    """One office. `about`: an item's code ("5.2"), a clause's number ("5") or an agency's name."""

    __tablename__ = "agency_contact"
    __table_args__ = (UniqueConstraint("about", "area"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    about: str = Field(max_length=40)
    area: str = Field(max_length=16)
    unit: str = Field(max_length=40)
    office: str = Field(max_length=40)
    phone: str = Field(max_length=40)
    hours: str = Field(max_length=40)
    verified_on: date = Field(sa_type=Date)
    verified_by: int | None = Field(default=None, sa_type=BigId)


CONTACTS = table_of(AgencyContactRow)
_SAID = ("about", "area", "unit", "office", "phone", "hours")
_FOR = select(CONTACTS).where(
    CONTACTS.c.about.in_(bindparam("abouts_", expanding=True)), CONTACTS.c.area.in_(bindparam("areas_", expanding=True))
)


@dataclass(frozen=True, slots=True)
class AgencyContact:
    """A contact. `area` CITY: the whole city."""

    about: str
    area: str
    unit: str
    office: str
    phone: str
    hours: str


@dataclass(frozen=True, slots=True)
class VerifiedContact(AgencyContact):
    """A contact with the day it was last verified and by whom (None: they have left)."""

    id: int
    verified_on: date
    verified_by: int | None


@dataclass(frozen=True, slots=True)
class ContactQuery:
    """Filter for contacts; `areas` None: everywhere. `before`: last verified before that day."""

    areas: frozenset[str] | None = None
    area: str | None = None
    words: str = ""
    before: date | None = None
    page: int = 1


def find(tx: Tx, abouts: Sequence[str], areas: Sequence[str]) -> dict[tuple[str, str], VerifiedContact]:
    """Return, by (about, area), the contacts for any of these in any of these areas: one indexed query."""
    rows = tx.execute(_FOR, {"abouts_": list(abouts), "areas_": list(areas)})
    return {(row.about, row.area): _contact(row) for row in rows}


def get(tx: Tx, contact_id: int) -> VerifiedContact | None:
    """Return the contact with this id."""
    return tx.one(select(CONTACTS).where(CONTACTS.c.id == contact_id), _contact)


def page(tx: Tx, wanted: ContactQuery, size: int = PAGE) -> Page[VerifiedContact]:
    """Return one page of matching contacts, and the total."""
    found = select(CONTACTS).where(*_conditions(wanted)).order_by(CONTACTS.c.about, CONTACTS.c.area)
    return Page.of(tx, found, wanted.page, size, _contact)


def existing(tx: Tx) -> set[tuple[str, str]]:
    """Return every (about, area) with a contact."""
    return {(row.about, row.area) for row in tx.execute(select(CONTACTS.c.about, CONTACTS.c.area))}


def add(tx: Tx, contact: AgencyContact, verified_on: date, verified_by: int | None) -> int:
    """Insert a contact verified on this day (by nobody: the demo's); return its id."""
    return tx.add(CONTACTS, {**_values(contact), "verified_on": verified_on, "verified_by": verified_by})


def change(tx: Tx, contact_id: int, contact: AgencyContact, verified_on: date, verified_by: int) -> None:
    """Replace this contact, which verifies it."""
    values = {**_values(contact), "verified_on": verified_on, "verified_by": verified_by}
    tx.execute(update(CONTACTS).where(CONTACTS.c.id == contact_id).values(values))


def verify(tx: Tx, contact_id: int, verified_on: date, verified_by: int) -> None:
    """Mark it as verified by this person."""
    values = {"verified_on": verified_on, "verified_by": verified_by}
    tx.execute(update(CONTACTS).where(CONTACTS.c.id == contact_id).values(values))


def remove(tx: Tx, contact_id: int) -> None:
    """Delete the contact."""
    tx.execute(delete(CONTACTS).where(CONTACTS.c.id == contact_id))


def _conditions(wanted: ContactQuery) -> list[Any]:
    conditions: list[Any] = []
    if wanted.areas is not None:
        conditions.append(CONTACTS.c.area.in_(sorted(wanted.areas)))
    if wanted.area is not None:
        conditions.append(CONTACTS.c.area == wanted.area)
    if wanted.words:
        columns = (CONTACTS.c.about, CONTACTS.c.unit, CONTACTS.c.office, CONTACTS.c.phone)
        conditions.append(or_(*(column.contains(wanted.words, autoescape=True) for column in columns)))
    if wanted.before is not None:
        conditions.append(CONTACTS.c.verified_on < wanted.before)
    return conditions


def _values(contact: AgencyContact) -> Mapping[str, str]:
    return {name: getattr(contact, name) for name in _SAID}


def _contact(row: Any) -> VerifiedContact:
    return VerifiedContact(**row._mapping)
