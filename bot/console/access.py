"""Page permissions: the roles a page admits, and the owner of the thing in its address."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.web.form_models import whole_number
from storage.engine.transactions import Tx
from storage.events import events
from storage.firms import licence_reviews, merges, verifications
from storage.people import roles
from storage.people.roles import Place, Role, RoleKind
from storage.policy import agency_questions
from storage.roster import imports, roster
from storage.tickets import canned_answers, contacts, tickets

Locator = Callable[[Tx, Mapping[str, str]], Place | None]


@dataclass(frozen=True, slots=True)
class AccessPolicy:
    """`kinds` None: any logged-in user; `anybody`: without login too. `of` finds the owner of the thing in the
    address.
    """

    kinds: frozenset[RoleKind] | None = None
    of: Locator | None = None
    anybody: bool = False

    def admits(self, tx: Tx, held: tuple[Role, ...], address: Mapping[str, str]) -> tuple[Role, ...]:
        """Return the roles that give access; none if denied or the thing does not exist."""
        fitting = held if self.kinds is None else tuple(role for role in held if role.kind in self.kinds)
        if self.of is None:
            return fitting
        place = self.of(tx, address)
        return () if place is None else tuple(role for role in fitting if role.covers(place))


ANYBODY = AccessPolicy(anybody=True)
WHOEVER_IS_IN = AccessPolicy()


def only(*kinds: RoleKind, of: Locator | None = None) -> AccessPolicy:
    """Return a policy for these roles, on a thing they cover."""
    return AccessPolicy(frozenset(kinds), of)


def number_in(address: Mapping[str, str]) -> int:
    """Return the id in an address; 0, which nothing has, if it is no number or too long."""
    return whole_number(address.get("id", ""))


def whole_city(_tx: Tx, _address: Mapping[str, str]) -> Place | None:
    """Return the place of things without area and agency: only city-wide officials cover it."""
    return Place()


def role_place(tx: Tx, address: Mapping[str, str]) -> Place | None:
    """Return the place of the role in this address."""
    role = roles.get(tx, number_in(address))
    return None if role is None else role.place


def entry_place(tx: Tx, address: Mapping[str, str]) -> Place | None:
    """Return the place of the roster entry in this address."""
    return roster.place_of(tx, number_in(address))


def matter_place(tx: Tx, address: Mapping[str, str]) -> Place | None:
    """Return the whole city for a question to an agency."""
    return None if agency_questions.get(tx, number_in(address)) is None else Place()


def import_place(tx: Tx, address: Mapping[str, str]) -> Place | None:
    """Return the area this import was made for."""
    found = imports.get(tx, number_in(address))
    return None if found is None else Place(area=found.area)


def firm_place(tx: Tx, address: Mapping[str, str]) -> Place | None:
    """Return the location of the registered firm in this address."""
    return verifications.place_of(tx, number_in(address))


def merge_place(tx: Tx, address: Mapping[str, str]) -> Place | None:
    """Return the location of the firm kept by the merge in this address."""
    found = merges.get(tx, number_in(address))
    return None if found is None else verifications.place_of(tx, found.kept_id)


def request_place(tx: Tx, address: Mapping[str, str]) -> Place | None:
    """Return the location of the firm that sent the licence in this address."""
    return licence_reviews.place_of(tx, number_in(address))


def contact_place(tx: Tx, address: Mapping[str, str]) -> Place | None:
    """Return the area of the contact in this address."""
    found = contacts.get(tx, number_in(address))
    return None if found is None else Place(area=found.area or None)


def ticket_place(tx: Tx, address: Mapping[str, str]) -> Place | None:
    """Return who is responsible for the ticket in this address."""
    found = tickets.get(tx, number_in(address))
    return None if found is None else found.place


def canned_place(tx: Tx, address: Mapping[str, str]) -> Place | None:
    """Return the area of the canned answer in this address."""
    found = canned_answers.get(tx, number_in(address))
    return None if found is None else Place(area=found.area)


def event_place(tx: Tx, address: Mapping[str, str]) -> Place | None:
    """Return the area of the event in this address."""
    return events.place_of(tx, number_in(address))
