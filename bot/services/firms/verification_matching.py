"""Licences whose firm matches the roster exactly: many may be approved at once, each one viewed."""

from bot.services.firms import licence_reviews as licence_review_service
from bot.services.table_file import normal
from config.errors import ConflictError
from config.texts import Texts
from storage.audit import audit
from storage.engine.transactions import Tx
from storage.firms import firms, licence_reviews, verifications
from storage.firms.firms import Firm
from storage.roster import roster


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


def approve(tx: Tx, actor_id: int, request_id: int, texts: Texts) -> None:
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
    licence_review_service.approve(tx, request_id, code, texts)
