"""A registration is verified by a code that an official gave, or by what an official saw."""

from enum import Enum

from bot.services.people import login as login_service
from config.calendar import shanghai_day
from config.errors import ConflictError, InputError
from storage.audit import audit
from storage.engine.transactions import Tx
from storage.firms import firms, licence_reviews, offerings, verifications
from storage.firms.firms import Firm
from storage.firms.titles_on_day import facts_of
from storage.firms.verifications import VerificationCode
from storage.people import people, roles
from storage.people.login_codes import CodeKind
from storage.people.roles import RoleGrant, RoleKind
from storage.roster import roster
from storage.roster.roster import Listed


class CodeOutcome(Enum):
    """Result of a typed code."""

    UNREGISTERED = "not_registered"
    WRONG = "code_wrong"
    ALREADY = "already"
    RECEIVED = "received"
    PROVEN = "proven"


def issue_code(tx: Tx, code: str, days: int, *, firm_id: int | None = None, roster_id: int | None = None) -> None:
    """Issue a one-time code, valid for so many days, that verifies this firm or whoever registered this roster
    entry.
    """
    code_id = verifications.issue(tx, code, days, firm_id=firm_id, roster_id=roster_id)
    whose = f"firm:{firm_id}" if firm_id is not None else f"roster:{roster_id}"
    audit.record(tx, "give_proof_code", f"proof_code:{code_id}", {"whose": whose})


def use_code(tx: Tx, person: people.KnownPerson, code: str) -> CodeOutcome:
    """Redeem a verification code: the person's firm is verified and they administer it.

    Wrong codes slow the person down. If two prove the same credit code the first wins; the other gets the usual answer.
    Raises InputError if the firm has no valid code, TooSoonError.
    """
    if person.firm_id is None:
        return CodeOutcome.UNREGISTERED
    origin = f"person:{person.id}"
    login_service.require_pace(tx, CodeKind.PROOF, origin)
    given = verifications.find_code(tx, code)
    firm = firms.get(tx, person.firm_id)
    if given is None or not _fits(tx, firm, given):
        login_service.fail(tx, CodeKind.PROOF, origin)
        return CodeOutcome.WRONG
    is_proven = verifications.of_firm(tx, person.firm_id) is not None
    if is_proven and verifications.administrator(tx, person.firm_id, shanghai_day(tx.now)) is not None:
        return CodeOutcome.ALREADY
    if not verifications.spend(tx, given.id):
        return CodeOutcome.WRONG
    if is_proven:
        take_seat(tx, person.firm_id, person.id)
        return CodeOutcome.PROVEN
    known = None if given.roster_id is None else roster.get(tx, given.roster_id).credit_code
    credit_code = known or (None if firm.code_doubtful else firm.credit_code)
    if credit_code is None:
        raise InputError("proof_without_code")
    proven = prove(tx, person.firm_id, person.id, credit_code, how="code")
    return CodeOutcome.PROVEN if proven else CodeOutcome.RECEIVED


def prove(tx: Tx, firm_id: int, person_id: int, credit_code: str, *, how: str) -> bool:
    """Verify that this firm has this credit code: its titles come from the roster, this person administers it.

    False, with nothing changed, if another firm is verified by the code.
    """
    if not verifications.enter(tx, firm_id, credit_code, how):
        return False
    _confirm(tx, firms.get(tx, firm_id), credit_code)
    licence_reviews.withdraw(tx, firm_id=firm_id)
    audit.record(tx, "prove", f"firm:{firm_id}", {"credit_code": credit_code, "how": how})
    if verifications.administrator(tx, firm_id, shanghai_day(tx.now)) is None:
        take_seat(tx, firm_id, person_id)
    return True


def take_seat(tx: Tx, firm_id: int, person_id: int) -> None:
    """Make this person the firm's administrator; the previous one becomes an ordinary colleague."""
    today = shanghai_day(tx.now)
    before = verifications.administrator(tx, firm_id, today)
    if before == person_id:
        return
    roles.leave_seat(tx, firm_id, today)
    contact = people.contact(tx, person_id)
    role_id = roles.add(
        tx, person_id, RoleGrant(RoleKind.FIRM_ADMIN, contact.name if contact else None, today, firm_id=firm_id)
    )
    audit.record(
        tx,
        "take_seat",
        f"firm:{firm_id}",
        {"role": str(role_id), "person": str(person_id), "before": str(before or "")},
    )


def transfer(tx: Tx, firm_id: int, person_id: int) -> None:
    """Transfer the firm's administration as an official. Raises ConflictError if the person is not of a
    verified firm.
    """
    if verifications.of_firm(tx, firm_id) is None or person_id not in people.of_firm(tx, firm_id):
        raise ConflictError("proof_not_of_firm")
    take_seat(tx, firm_id, person_id)


def _fits(tx: Tx, firm: Firm, given: VerificationCode) -> bool:
    if given.roster_id is None:
        return firm.id == given.firm_id
    entry_code = roster.get(tx, given.roster_id).credit_code
    return firm.roster_id == given.roster_id or (entry_code is not None and firm.credit_code == entry_code)


def _confirm(tx: Tx, firm: Firm, credit_code: str) -> None:
    firm_id = int(firm.id or 0)
    entry = _entry(tx, firm, credit_code)
    name, entry_id = (firm.name, None) if entry is None else (entry.name, entry.id)
    firms.confirm(tx, firm_id, name=name, credit_code=credit_code, roster_id=entry_id)
    # Findable by its new name from now on, with its stated offerings.
    offerings.put(tx, firm_id, {}, "self")
    if entry is not None:
        # From now on only the roster provides these facts.
        firms.save_facts(tx, firm_id, dict.fromkeys(facts_of(entry, shanghai_day(tx.now))), "self")


def _entry(tx: Tx, firm: Firm, credit_code: str) -> Listed | None:
    by_code = roster.find_code(tx, credit_code)
    if by_code is not None:
        return roster.get(tx, by_code)
    chosen = None if firm.roster_id is None else roster.get(tx, firm.roster_id)
    return chosen if chosen is not None and chosen.credit_code is None else None
