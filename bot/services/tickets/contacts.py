"""Contacts entered, confirmed and removed by officials; the nearest one is shown to whoever asks."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date, timedelta
from typing import TypeVar

from config.calendar import shanghai_day
from config.errors import ConflictError, InputError
from config.policy.model import Clause, Item, Policy
from storage.audit import audit
from storage.engine.transactions import Tx
from storage.tickets import contacts
from storage.tickets.contacts import CITY, AgencyContact

GOOD_FOR = timedelta(days=180)
LONGEST = 40
# Extensions follow 转; two numbers are separated by a slash or a comma.
_PHONE = re.compile(r"[0-9+\-—－()（）转、,，/ ]{3,40}")

T = TypeVar("T")

# An item, a clause, or an agency by name.
Subject = Item | Clause | str


def chain(subject: Subject) -> tuple[str, ...]:
    """Return what a contact may be about to fit this subject, the nearest first: an item, its clause, its lead agency.

    A clause without a contact of its own or of its agencies falls back on one of its items.
    """
    if isinstance(subject, str):
        return (subject,)
    if isinstance(subject, Item):
        return (subject.code, str(subject.clause), subject.lead)
    return (str(subject.number), *subject.agencies, *(item.code for item in subject.items))


def nearest(subject: Subject, places: Sequence[str], found: Mapping[tuple[str, str], T]) -> T | None:
    """Return the contact to show: nearest subject first, then the asker's places in order, then the city."""
    for about in chain(subject):
        for place in (*places, CITY):
            if (about, place) in found:
                return found[about, place]
    return None


def gaps(
    policy: Policy, areas: Mapping[str, Sequence[str]], taken: Collection[tuple[str, str]]
) -> Iterator[tuple[Item, list[str]]]:
    """Yield each item without a contact for firms of some of these areas, with those areas.

    `areas`: by area the places where its firms are looked up. A city-wide contact serves every area.
    """
    found = {key: key for key in taken}
    for item in policy.items.values():
        missing = [area for area, places in areas.items() if nearest(item, places, found) is None]
        if missing:
            yield item, missing


def is_stale(verified_on: date, today: date) -> bool:
    """Tell whether it was verified more than 180 days ago."""
    return today - verified_on > GOOD_FOR


def add(tx: Tx, actor_id: int, policy: Policy, contact: AgencyContact) -> int:
    """Save a contact as verified today; return its id. Raises ConflictError if that place is taken."""
    _validate(policy, contact)
    if contacts.find(tx, [contact.about], [contact.area]):
        raise ConflictError("contact_exists")
    contact_id = contacts.add(tx, contact, shanghai_day(tx.now), actor_id)
    _record(tx, "contact.add", contact_id, contact)
    return contact_id


def change(tx: Tx, actor_id: int, policy: Policy, contact_id: int, contact: AgencyContact) -> None:
    """Replace unit, office, phone and hours, which counts as verified today. Its subject stays."""
    _validate(policy, contact)
    contacts.change(tx, contact_id, contact, shanghai_day(tx.now), actor_id)
    _record(tx, "contact.change", contact_id, contact)


def confirm(tx: Tx, actor_id: int, contact_id: int) -> None:
    """Mark the contact as verified today, after a call."""
    contacts.verify(tx, contact_id, shanghai_day(tx.now), actor_id)
    _record(tx, "contact.confirm", contact_id)


def remove(tx: Tx, contact_id: int) -> None:
    """Remove a wrong contact without a replacement."""
    contacts.remove(tx, contact_id)
    _record(tx, "contact.remove", contact_id)


def _validate(policy: Policy, contact: AgencyContact) -> None:
    known = contact.about in policy.items or contact.about in policy.agency_names
    if not known and contact.about not in {str(clause.number) for clause in policy.clauses}:
        raise InputError("contact_about_wrong")
    if not contact.unit or max(len(getattr(contact, field.name)) for field in fields(AgencyContact)) > LONGEST:
        raise InputError("contact_unit_wrong", most=LONGEST)
    if not _PHONE.fullmatch(contact.phone) or sum(letter.isdigit() for letter in contact.phone) < 3:
        raise InputError("contact_phone_wrong")


def _record(tx: Tx, action: str, contact_id: int, contact: AgencyContact | None = None) -> None:
    said = {} if contact is None else {field.name: getattr(contact, field.name) for field in fields(AgencyContact)}
    audit.record(tx, action, f"contact:{contact_id}", said)
