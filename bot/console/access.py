"""Page permissions: the roles a page admits, and the owner of the thing in its address."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from bot.web.form_models import whole_number
from storage.broadcasts import broadcasts
from storage.challenges import challenges, files
from storage.engine.transactions import Tx
from storage.events import events
from storage.firms import licence_reviews, merges, verifications
from storage.people import roles
from storage.people.roles import Place, Role, RoleKind
from storage.policy import agency_questions, published_details
from storage.roster import imports, roster
from storage.tickets import canned_answers, contacts, tickets

FoundT = TypeVar("FoundT")
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


def located(find: Callable[[Tx, int], Place | None]) -> Locator:
    """Return what finds the owner of the thing in an address, where storage knows its place."""
    return lambda tx, address: find(tx, number_in(address))


def owned(get: Callable[[Tx, int], FoundT | None], place_of: Callable[[FoundT], Place]) -> Locator:
    """Return what finds the owner of the thing in an address, as told by the thing itself."""

    def locate(tx: Tx, address: Mapping[str, str]) -> Place | None:
        found = get(tx, number_in(address))
        return None if found is None else place_of(found)

    return locate


firm_place = located(verifications.place_of)
# The firm that sent the licence.
request_place = located(licence_reviews.place_of)
entry_place = located(roster.place_of)
event_place = located(events.place_of)
challenge_place = located(challenges.place_of)
role_place = owned(roles.get, lambda role: role.place)
ticket_place = owned(tickets.get, lambda ticket: ticket.place)
broadcast_place = owned(broadcasts.get, lambda broadcast: broadcast.place)
import_place = owned(imports.get, lambda made: Place(area=made.area))
contact_place = owned(contacts.get, lambda contact: Place(area=contact.area or None))
canned_place = owned(canned_answers.get, lambda answer: Place(area=answer.area))
detail_place = owned(published_details.get, lambda detail: Place(area=detail.content.area))
# A question to an agency is the whole city's.
matter_place = owned(agency_questions.get, lambda _matter: Place())


def merge_place(tx: Tx, address: Mapping[str, str]) -> Place | None:
    """Return the location of the firm kept by the merge in this address."""
    found = merges.get(tx, number_in(address))
    return None if found is None else verifications.place_of(tx, found.kept_id)


def challenge_file_place(tx: Tx, address: Mapping[str, str]) -> Place | None:
    """Return the owner of the challenge with this poster's file."""
    file = files.get(tx, number_in(address))
    return None if file is None or file.bid_id is not None else challenges.place_of(tx, file.challenge_id)


def bid_file_place(tx: Tx, address: Mapping[str, str]) -> Place | None:
    """Return the owner of the challenge this bid's file was submitted to."""
    file = files.get(tx, number_in(address))
    return None if file is None or file.bid_id is None else challenges.place_of(tx, file.challenge_id)
