"""Who may open a page: the kinds of role it takes, and to whom the thing in its address belongs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.web.form_models import whole_number
from storage.engine.transactions import Tx
from storage.events import events
from storage.firms import licence_reviews, merges, verifications
from storage.people import roles
from storage.people.roles import Kind, Place, Role
from storage.policy import agency_questions
from storage.roster import imports, roster
from storage.tickets import canned_answers, contacts, tickets

Locator = Callable[[Tx, Mapping[str, str]], Place | None]


@dataclass(frozen=True, slots=True)
class Policy:
    """`kinds` None: whoever has come in; `anybody`: strangers too. `of` finds the place of the thing in the address."""

    kinds: frozenset[Kind] | None = None
    of: Locator | None = None
    anybody: bool = False

    def admits(self, tx: Tx, held: tuple[Role, ...], address: Mapping[str, str]) -> tuple[Role, ...]:
        """The roles by which the page opens; none where it stays shut, or where the thing does not exist."""
        fitting = held if self.kinds is None else tuple(role for role in held if role.kind in self.kinds)
        if self.of is None:
            return fitting
        place = self.of(tx, address)
        return () if place is None else tuple(role for role in fitting if role.covers(place))


ANYBODY = Policy(anybody=True)
WHOEVER_IS_IN = Policy()


def only(*kinds: Kind, of: Locator | None = None) -> Policy:
    """A page for these kinds of role, on a thing that they reach."""
    return Policy(frozenset(kinds), of)


def number_in(address: Mapping[str, str]) -> int:
    """The id in an address; one that is no number, or longer than any id, is 0, which nothing has."""
    return whole_number(address.get("id", ""))


def whole_city(_tx: Tx, _address: Mapping[str, str]) -> Place | None:
    """What belongs to no area and no agency: only officials of the whole city reach it."""
    return Place()


def role_place(tx: Tx, address: Mapping[str, str]) -> Place | None:
    """Where the role of this address belongs."""
    role = roles.get(tx, number_in(address))
    return None if role is None else role.place


def entry_place(tx: Tx, address: Mapping[str, str]) -> Place | None:
    """Where the roster entry of this address belongs."""
    return roster.place_of(tx, number_in(address))


def matter_place(tx: Tx, address: Mapping[str, str]) -> Place | None:
    """A question to an agency is the whole city's."""
    return None if agency_questions.get(tx, number_in(address)) is None else Place()


def import_place(tx: Tx, address: Mapping[str, str]) -> Place | None:
    """Whose import this is: the area it was made for."""
    found = imports.get(tx, number_in(address))
    return None if found is None else Place(area=found.area)


def firm_place(tx: Tx, address: Mapping[str, str]) -> Place | None:
    """Where the registered firm of this address lies."""
    return verifications.place_of(tx, number_in(address))


def merge_place(tx: Tx, address: Mapping[str, str]) -> Place | None:
    """Where the firm lies into which the merge of this address went."""
    found = merges.get(tx, number_in(address))
    return None if found is None else verifications.place_of(tx, found.kept_id)


def request_place(tx: Tx, address: Mapping[str, str]) -> Place | None:
    """Where the firm lies that sent the licence of this address."""
    return licence_reviews.place_of(tx, number_in(address))


def contact_place(tx: Tx, address: Mapping[str, str]) -> Place | None:
    """Where the contact of this address is valid."""
    found = contacts.get(tx, number_in(address))
    return None if found is None else Place(area=found.area or None)


def ticket_place(tx: Tx, address: Mapping[str, str]) -> Place | None:
    """Who answers for the ticket of this address."""
    found = tickets.get(tx, number_in(address))
    return None if found is None else found.place


def canned_place(tx: Tx, address: Mapping[str, str]) -> Place | None:
    """For whose use the kept answer of this address is."""
    found = canned_answers.get(tx, number_in(address))
    return None if found is None else Place(area=found.area)


def event_place(tx: Tx, address: Mapping[str, str]) -> Place | None:
    """Where the event of this address is held."""
    return events.place_of(tx, number_in(address))
