"""An approver revokes a wrong verification: its code is free again and dependent roles end; nothing else is deleted."""

from bot.services.firms.licence_reviews import LONGEST_REASON
from config.calendar import shanghai_day
from config.errors import ConflictError, InputError, required
from config.markup import harmless
from config.texts import Texts
from config.topics import NoticeTopic
from storage.audit import audit
from storage.challenges import bids, challenges, withheld_acts
from storage.challenges.bids import Bid
from storage.challenges.challenges import Stage
from storage.engine.transactions import Tx
from storage.firms import firms, verification_revocations, verifications
from storage.notices import outbox
from storage.people import people, roles, sessions
from storage.people.roles import RoleKind

# Roles only a verified firm has: its administrator, and agents it admitted.
HANGS_ON_IT = frozenset({RoleKind.FIRM_ADMIN, RoleKind.FIRM_AGENT})
_OVER = (Stage.FAILED, Stage.WITHDRAWN, Stage.ACCEPTED)
_MOST_BIDS = 1000


def live_bids(tx: Tx, firm_id: int) -> list[Bid]:
    """Return the firm's opened bids still being judged or carried out; unopened bids stay secret."""
    standing, shut = bids.by_firm(tx, firm_id, _MOST_BIDS), withheld_acts.challenges_withheld(tx)
    shown = [bid for bid in standing if bid.state == bids.IN and bid.challenge_id not in shut]
    return [bid for bid in shown if _runs(tx, bid.challenge_id)]


def take_back(tx: Tx, firm_id: int, reason: str, texts: Texts) -> None:
    """Revoke the verification with a reason its people read; bids stay and are marked where shown.

    Raises InputError without a reason, ConflictError if it is not verified (any more).
    """
    if not 2 <= len(reason) <= LONGEST_REASON:
        raise InputError("proof_reason_missing", most=LONGEST_REASON)
    proof = required(verifications.remove(tx, firm_id), ConflictError("proof_gone"))
    verifications.void_codes(tx, firm_id)
    for person_id in roles.end_kinds(tx, firm_id, HANGS_ON_IT, shanghai_day(tx.now)):
        sessions.end_all(tx, person_id)
    row_id = verification_revocations.add(tx, proof, reason)
    audit.record(tx, "take_back_proof", f"firm:{firm_id}", {"credit_code": proof.credit_code, "reason": reason})
    text = texts("proof.taken_back", firm=harmless(firms.get(tx, firm_id).name), reason=harmless(reason))
    for person_id in people.of_firm(tx, firm_id):
        outbox.plan(tx, key=f"proof_taken_back:{row_id}", person_id=person_id, topic=NoticeTopic.PROOF, text=text)


def _runs(tx: Tx, challenge_id: int) -> bool:
    challenge = challenges.get(tx, challenge_id)
    return challenge is not None and challenge.at(tx.now) not in _OVER
