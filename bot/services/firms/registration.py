"""Register the firm that a person represents."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.services.firms import development_zones as development_zone_service
from bot.services.firms import membership, offerings
from config.areas import Areas
from config.errors import InputError
from config.markup import harmless
from config.policy.model import Policy
from config.texts import Texts
from config.topics import NoticeTopic
from matchmaking.names import credit_code
from storage.audit import audit
from storage.chat import dialog_states
from storage.engine.transactions import Tx
from storage.firms import development_zones, firms, verification_marks, verifications
from storage.notices import outbox
from storage.people import people


@dataclass(frozen=True, slots=True)
class RegistrationCommand:
    """What the person confirmed in chat. `own_word`: policy facts as stated, none from the roster; None: unknown."""

    name: str
    credit_code: str | None
    roster_id: int | None
    own_word: Mapping[str, Any] = field(default_factory=dict)
    contact: people.PersonContact | None = None
    privacy_version: str | None = None
    code_doubtful: bool = False


@dataclass(frozen=True, slots=True)
class FormerFirm:
    """What becomes of what was stated of the firm that a person represents, once they register another.

    `same`: the new one has its credit code or name, so `facts` (how many were stated) are kept; else they stay behind.
    """

    name: str
    same: bool
    facts: int
    verified: bool


def former_firm(tx: Tx, person: people.KnownPerson, name: str, code: str | None) -> FormerFirm | None:
    """Return what becomes of the person's present firm if they register this one; None without one."""
    if person.firm_id is None:
        return None
    former = firms.get(tx, person.firm_id)
    stated = sum(entry.source == "self" for entry in firms.own_word(tx, former.id).values())
    verified = bool(verifications.of_firm(tx, former.id))
    return FormerFirm(former.name, _is_same(former, name, code), stated, verified)


def _is_same(former: firms.Firm, name: str, code: str | None) -> bool:
    """Tell whether a firm is the former one: by the credit codes where both are known, else by the name."""
    if former.credit_code is not None and code is not None:
        return former.credit_code == code
    return former.name_key == firms.name_key(name)


def register(tx: Tx, person: people.KnownPerson, command: RegistrationCommand, texts: Texts) -> int:
    """Save the firm with its facts and their sources, and add the person to it; return the firm's id.

    Of the firm they represented before, what was stated is kept if it is the same firm, and left behind otherwise. A
    contact is saved only with the accepted privacy notice's version. Every registration is a separate firm until
    verified: naming a firm never gives access to its data. A code that fails its check is kept only if the person
    insisted, marked for manual review. If a verified firm has the name, both are notified. Raises InputError for a
    wrong code.
    """
    if (
        command.credit_code is not None
        and not command.code_doubtful
        and (fault := credit_code.fault(command.credit_code))
    ):
        raise InputError(f"credit_code_{fault}", length=len(command.credit_code))
    firm_id = firms.add(
        tx,
        name=command.name,
        credit_code=command.credit_code,
        roster_id=command.roster_id,
        code_doubtful=command.code_doubtful,
    )
    former = former_firm(tx, person, command.name, command.credit_code)
    if former is not None and former.same and person.firm_id is not None:
        firms.copy_own_word(tx, person.firm_id, firm_id, command.own_word)
    firms.save_facts(tx, firm_id, command.own_word, "self")
    if former is not None and former.same and person.firm_id is not None:
        development_zones.copy_own_word(tx, person.firm_id, firm_id)
    membership.leave_duties(tx, person.id, person.firm_id, texts)
    people.join_firm(tx, person.id, firm_id)
    offerings.open_for(tx, firm_id, person.firm_id if former is not None and former.same else None)
    if person.firm_id is not None:
        offerings.close_if_unrepresented(tx, person.firm_id)
    fields = {"name": command.name, "credit_code": command.credit_code or ""}
    if command.contact is not None and command.privacy_version is not None:
        people.save_contact(tx, person.id, command.contact, command.privacy_version)
        fields |= {"contact_name": command.contact.name, "contact_phone": command.contact.phone}
    audit.record(tx, "register", f"firm:{firm_id}", fields)
    _warn_of_namesake(tx, person.id, firm_id, texts)
    return firm_id


def register_by_page(
    tx: Tx, person_id: int, command: RegistrationCommand, areas: Areas, texts: Texts, zone: str | None = None
) -> int:
    """Register from the page, ending a registration running in chat.

    `zone`: the stated development zone (development_zones.NONE: in none); the roster takes precedence. Raises
    InputError for another district's zone, and as `register` does.
    """
    firm_id = register(tx, people.by_id(tx, person_id), command, texts)
    if zone is not None and development_zones.of(tx, firm_id) is None:
        development_zone_service.state(tx, people.by_id(tx, person_id), areas, zone)
    openid = people.openid(tx, person_id)
    running = dialog_states.load(tx, openid)
    if running is not None and running.journey in ("registration", "firm_name"):
        dialog_states.drop(tx, openid)
    return firm_id


def correct_facts(tx: Tx, person: people.KnownPerson, policy: Policy, changes: Mapping[str, Any]) -> None:
    """Save these facts as corrected by the firm; None: unknown again. What they contradict is no longer stated.

    Raises InputError before registration, and for a fact of the roster.
    """
    if person.firm_id is None:
        raise InputError("not_registered")
    known = firms.facts(tx, person.firm_id)
    for fact in changes:
        if fact in known and known[fact].source == "roster":
            raise InputError("fact_of_roster", label=policy.facts[fact].label)
    # Outside the city there is no district, and with one the firm lies inside.
    settled = {policy.facts[fact].settles for fact, value in changes.items() if value is not None}
    over = {fact for fact, entry in known.items() if fact in settled and entry.value is False}
    over |= {one.name for one in policy.facts.values() if one.settles and changes.get(one.settles) is False}
    for fact, value in {**dict.fromkeys(over & known.keys()), **changes}.items():
        save_fact(tx, person, fact, value)


def save_fact(tx: Tx, person: people.KnownPerson, fact: str, value: Any) -> None:
    """Save one fact of the person's firm as stated.

    Raises InputError for a title of a verified firm on the roster: there only the roster counts.
    """
    if person.firm_id is None:
        raise InputError("not_registered")
    known = firms.facts(tx, person.firm_id).get(fact)
    if (
        fact == "titles"
        and known is not None
        and known.source == "roster"
        and verifications.of_firm(tx, person.firm_id)
    ):
        raise InputError("titles_of_roster")
    firms.save_facts(tx, person.firm_id, {fact: value}, "self")
    audit.record(tx, "learn", f"firm:{person.firm_id}", {fact: str(value)})


def _warn_of_namesake(tx: Tx, person_id: int, firm_id: int, texts: Texts) -> None:
    """Warn the person who registered this firm that a verified firm has its name, and that firm's people.

    Each of them is notified once, however many register so.
    """
    if verifications.of_firm(tx, firm_id) is not None:
        return
    for proven_id in verification_marks.proven_of_name(tx, firm_id):
        name = harmless(firms.get(tx, proven_id).name)
        own = texts("firms.name_is_proven", name=name)
        outbox.plan(tx, key=f"namesake:{proven_id}:own", person_id=person_id, topic=NoticeTopic.PROOF, text=own)
        for other_id in people.of_firm(tx, proven_id):
            text = texts("firms.name_was_used", name=name)
            outbox.plan(tx, key=f"namesake:{proven_id}", person_id=other_id, topic=NoticeTopic.PROOF, text=text)
