"""Firm membership: people ask to join; the administrator decides, hands over and removes; anybody may leave."""

from dataclasses import dataclass
from datetime import timedelta

from bot.services.firms import leaving, offerings, verification
from config.calendar import shanghai_day
from config.errors import ConflictError, InputError
from config.markup import harmless
from config.texts import Texts
from config.topics import NoticeTopic
from storage.audit import audit
from storage.engine.transactions import Tx
from storage.firms import firms, join_requests, licence_reviews, verifications
from storage.firms.join_requests import APPROVED, REFUSED, Join
from storage.notices import outbox
from storage.people import people, roles, sessions
from storage.people.roles import RoleGrant, RoleKind

LONGEST_NAME = 20
JOINED_AS = (RoleKind.FIRM_MEMBER, RoleKind.FIRM_AGENT)


@dataclass(frozen=True, slots=True)
class Seat:
    """The firm that a person administers."""

    firm_id: int
    credit_code: str
    person_id: int


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member of a firm, with the name they left, if any."""

    person_id: int
    name: str | None
    kind: RoleKind


def seat_of(tx: Tx, person: people.KnownPerson) -> Seat | None:
    """Return the verified firm that this person administers today."""
    proof = None if person.firm_id is None else verifications.of_firm(tx, person.firm_id)
    if proof is None or verifications.administrator(tx, proof.firm_id, shanghai_day(tx.now)) != person.id:
        return None
    return Seat(proof.firm_id, proof.credit_code, person.id)


def of_firm(tx: Tx, firm_id: int) -> list[Colleague]:
    """Return the firm's people and their roles, the administrator first."""
    today, named = shanghai_day(tx.now), join_requests.names(tx, firm_id)
    found = []
    for person_id in people.of_firm(tx, firm_id):
        contact = people.contact(tx, person_id)
        kinds = {role.kind for role in roles.held_on(tx, person_id, today) if role.firm_id == firm_id}
        kind = next(kind for kind in (RoleKind.FIRM_ADMIN, RoleKind.FIRM_AGENT, RoleKind.FIRM_MEMBER) if kind in kinds)
        found.append(Colleague(person_id, named.get(person_id) or (contact.name if contact else None), kind))
    return sorted(found, key=lambda colleague: colleague.kind != RoleKind.FIRM_ADMIN)


def request_to_join(
    tx: Tx, texts: Texts, person: people.KnownPerson, kind: RoleKind, name: str, most_a_day: int
) -> bool:
    """Ask to join the firm whose code the person registered. The answer reveals nothing of the outcome.

    False over the daily limit. Raises InputError if their registration has no code.
    """
    if person.firm_id is None:
        raise InputError("not_registered")
    code = firms.get(tx, person.firm_id).credit_code
    if code is None or kind not in JOINED_AS:
        raise InputError("join_without_code")
    if join_requests.count_since(tx, person.id, tx.now - timedelta(days=1)) >= most_a_day:
        return False
    join_id = join_requests.add(tx, person.id, code, kind.value, name)
    audit.record(tx, "ask_to_join", f"join_request:{join_id}")
    proof = verifications.of_code(tx, code)
    lead = None if proof is None else verifications.administrator(tx, proof.firm_id, shanghai_day(tx.now))
    if lead is not None:
        # Without the name: it is erased with its person, notices to others are not.
        text = texts("colleagues.somebody_asks", kind=texts(f"colleagues.as_{kind.value}"))
        outbox.plan(tx, key=f"join:{join_id}:asked", person_id=lead, topic=NoticeTopic.COLLEAGUES, text=text)
    return True


def approve(tx: Tx, texts: Texts, seat: Seat, join_id: int) -> Join:
    """Add the applicant to the firm. Raises ConflictError if no longer waiting."""
    join = _decide(tx, seat, join_id, APPROVED)
    before = people.firm_of(tx, join.person_id)
    leave_duties(tx, join.person_id, before, texts)
    people.join_firm(tx, join.person_id, seat.firm_id)
    if join.kind == RoleKind.FIRM_AGENT:
        grant = RoleGrant(RoleKind.FIRM_AGENT, join.name, shanghai_day(tx.now), firm_id=seat.firm_id)
        roles.add(tx, join.person_id, grant)
    if before is not None:
        offerings.close_if_unrepresented(tx, before)
    audit.record(tx, "approve_join", f"join_request:{join_id}")
    text = texts("colleagues.you_joined", firm=_name(tx, seat), kind=texts(f"colleagues.as_{join.kind}"))
    outbox.plan(tx, key=f"join:{join_id}:approved", person_id=join.person_id, topic=NoticeTopic.COLLEAGUES, text=text)
    return join


def refuse(tx: Tx, texts: Texts, seat: Seat, join_id: int) -> Join:
    """Refuse the applicant; nothing of theirs changes. Raises as `approve` does."""
    join = _decide(tx, seat, join_id, REFUSED)
    audit.record(tx, "refuse_join", f"join_request:{join_id}")
    text = texts("colleagues.you_were_refused")
    outbox.plan(tx, key=f"join:{join_id}:refused", person_id=join.person_id, topic=NoticeTopic.COLLEAGUES, text=text)
    return join


def remove(tx: Tx, texts: Texts, seat: Seat, person_id: int) -> None:
    """Remove a colleague. Raises ConflictError for a non-member or oneself."""
    _require_other(tx, seat, person_id)
    _detach(tx, person_id, seat.firm_id, texts)
    audit.record(tx, "remove_colleague", f"person:{person_id}")
    _tell(tx, seat, person_id, "removed", texts("colleagues.you_were_removed", firm=_name(tx, seat)))


def transfer_administration(tx: Tx, texts: Texts, seat: Seat, person_id: int) -> None:
    """Make a colleague the administrator. Raises ConflictError as `remove` does, and for an agent."""
    _require_other(tx, seat, person_id)
    if any(one.person_id == person_id and one.kind == RoleKind.FIRM_AGENT for one in of_firm(tx, seat.firm_id)):
        raise ConflictError("colleague_is_agent")
    verification.take_seat(tx, seat.firm_id, person_id)
    _tell(tx, seat, person_id, "seated", texts("colleagues.you_administer", firm=_name(tx, seat)))


def leave(tx: Tx, texts: Texts, person: people.KnownPerson, *, anyway: bool) -> int:
    """Remove the person from their firm at once.

    Returns 0, or how many colleagues would be left without an administrator, who must then confirm.
    """
    if person.firm_id is None:
        raise InputError("not_registered")
    others = len(people.of_firm(tx, person.firm_id)) - 1
    if others and not anyway and seat_of(tx, person) is not None:
        return others
    _detach(tx, person.id, person.firm_id, texts)
    audit.record(tx, "leave_firm", f"firm:{person.firm_id}")
    return 0


def leave_duties(tx: Tx, person_id: int, firm_id: int | None, texts: Texts) -> None:
    """End what this person held in the firm and was waiting for, as they go elsewhere. What they held for it goes to
    its other people; without any, its event places are released.
    """
    if firm_id is not None:
        leaving.hand_over(tx, person_id, firm_id, texts)
    licence_reviews.withdraw(tx, person_id=person_id)
    join_requests.withdraw(tx, person_id)
    if firm_id is not None and roles.end_in_firm(tx, person_id, firm_id, shanghai_day(tx.now)):
        sessions.end_all(tx, person_id)


def _detach(tx: Tx, person_id: int, firm_id: int, texts: Texts) -> None:
    leave_duties(tx, person_id, firm_id, texts)
    people.leave_firm(tx, person_id)
    offerings.close_if_unrepresented(tx, firm_id)


def _decide(tx: Tx, seat: Seat, join_id: int, state: str) -> Join:
    join = join_requests.decide(tx, join_id, seat.credit_code, state, seat.firm_id)
    if join is None:
        raise ConflictError("join_decided")
    return join


def _require_other(tx: Tx, seat: Seat, person_id: int) -> None:
    if person_id == seat.person_id or person_id not in people.of_firm(tx, seat.firm_id):
        raise ConflictError("colleague_gone")


def _tell(tx: Tx, seat: Seat, person_id: int, what: str, text: str) -> None:
    # The same may happen to the same person again later.
    key = f"firm:{seat.firm_id}:{what}:{tx.now:%Y%m%dT%H%M%S%f}"
    outbox.plan(tx, key=key, person_id=person_id, topic=NoticeTopic.COLLEAGUES, text=text)


def _name(tx: Tx, seat: Seat) -> str:
    return harmless(firms.get(tx, seat.firm_id).name)
