"""Licence review: a picture is sent, fetched, reviewed by an official and decided; the sender is notified."""

from datetime import timedelta

from bot.services.firms.verification import prove, take_seat
from bot.services.table_file import normal
from config.calendar import shanghai_day
from config.errors import ConflictError, InputError
from config.markup import harmless
from config.texts import Texts
from config.topics import NoticeTopic
from matchmaking.names import credit_code
from notifications import cards
from storage.audit import audit
from storage.engine.transactions import Actor, Tx
from storage.firms import firms, licence_reviews, verifications
from storage.firms.firms import Firm
from storage.firms.licence_reviews import LicenceReviewState
from storage.notices import outbox
from storage.people import people
from storage.roster import roster

LONGEST_REASON = 200
FETCHER = Actor("system", "tick")


def send(tx: Tx, person: people.KnownPerson, media_id: str, most_a_day: int) -> bool:
    """Save a picture sent for the firm, replacing a waiting one. False over the daily limit."""
    if person.firm_id is None:
        raise InputError("not_registered")
    if licence_reviews.count_since(tx, person.id, tx.now - timedelta(days=1)) >= most_a_day:
        return False
    licence_reviews.withdraw(tx, person_id=person.id)
    request_id = licence_reviews.add(tx, person.firm_id, person.id, media_id)
    audit.record(tx, "send_licence", f"proof_request:{request_id}")
    return True


def fetched(tx: Tx, request_id: int, content: bytes) -> None:
    """Store the fetched picture, which now awaits an official."""
    if licence_reviews.save_picture(tx, request_id, content):
        audit.record(tx, "fetch_licence", f"proof_request:{request_id}", by=FETCHER)


def not_fetched(tx: Tx, texts: Texts, request_id: int, why: str) -> None:
    """Mark the picture as unavailable or unreadable and tell the sender what to do."""
    found = licence_reviews.get(tx, request_id)
    if found is None or not licence_reviews.fail(tx, request_id):
        return
    audit.record(tx, "fail_licence", f"proof_request:{request_id}", by=FETCHER)
    _tell(tx, found, "failed", texts("proof.picture_failed", why=why))


def view_picture(tx: Tx, request_id: int) -> bytes | None:
    """Return the picture to an official and audit the view."""
    content = licence_reviews.picture(tx, request_id)
    if content is not None:
        audit.record(tx, "see_licence", f"proof_request:{request_id}")
    return content


def approve(tx: Tx, request_id: int, typed_code: str, texts: Texts) -> None:
    """Confirm that the licence is this firm's with this credit code: it is verified and the sender administers it.

    Raises InputError for a wrong code, ConflictError if already decided or the code verifies another firm.
    """
    code = credit_code.normalise(typed_code)
    if fault := credit_code.fault(code):
        raise InputError(f"credit_code_{fault}", length=len(code))
    found = licence_reviews.get(tx, request_id)
    if found is None or not licence_reviews.decide(tx, request_id, LicenceReviewState.APPROVED):
        raise ConflictError("proof_decided")
    if verifications.of_firm(tx, found.firm_id) is not None:
        if verifications.administrator(tx, found.firm_id, shanghai_day(tx.now)) is not None:
            raise ConflictError("proof_decided")
        take_seat(tx, found.firm_id, found.person_id)
    elif not prove(tx, found.firm_id, found.person_id, code, how="picture"):
        raise ConflictError("proof_code_taken", credit_code=code)
    audit.record(tx, "approve_licence", f"proof_request:{request_id}")
    _tell(tx, found, "approved", texts("proof.proven", firm=harmless(firms.get(tx, found.firm_id).name)))


def refuse(tx: Tx, request_id: int, reason: str, texts: Texts) -> None:
    """Refuse the picture with a reason shown to the sender. Raises as `approve` does."""
    if not 2 <= len(reason) <= LONGEST_REASON:
        raise InputError("proof_reason_missing", most=LONGEST_REASON)
    found = licence_reviews.get(tx, request_id)
    if found is None or not licence_reviews.decide(tx, request_id, LicenceReviewState.REFUSED, reason):
        raise ConflictError("proof_decided")
    audit.record(tx, "refuse_licence", f"proof_request:{request_id}")
    _tell(tx, found, "refused", texts("proof.refused", reason=harmless(reason)))


def _tell(tx: Tx, found: licence_reviews.LicenceReview, what: str, text: str) -> None:
    key, card = f"proof:{found.id}:{what}", cards.news(text, tx.now)
    outbox.plan(tx, key=key, person_id=found.person_id, topic=NoticeTopic.PROOF, text=text, card=card)


def matching_code(tx: Tx, firm: Firm) -> str | None:
    """Return the firm's credit code if name, code and district match the roster and it verifies no other firm."""
    code = firm.credit_code
    entry_id = None if code is None or firm.code_doubtful else roster.find_code(tx, code)
    if code is None or entry_id is None or verifications.of_code(tx, code) is not None:
        return None
    entry = roster.get(tx, entry_id)
    own = firms.facts(tx, firm.id).get("district")
    same_place = own is None or entry.district is None or own.value == entry.district
    return code if same_place and normal(entry.name) == normal(firm.name) else None


def approve_matching(tx: Tx, actor_id: int, request_id: int, texts: Texts) -> None:
    """Verify the firm by the code it shares with the roster; this official has seen the picture before.

    Names and codes are public: only the picture shows that the registrant belongs to the firm. Raises ConflictError.
    """
    found = licence_reviews.get(tx, request_id)
    code = None if found is None else matching_code(tx, firms.get(tx, found.firm_id))
    if code is None:
        raise ConflictError("proof_not_matching")
    seen = audit.AuditQuery(actor=f"person:{actor_id}", action="see_licence", subject=f"proof_request:{request_id}")
    if not audit.count(tx, seen):
        raise ConflictError("proof_not_seen")
    approve(tx, request_id, code, texts)
