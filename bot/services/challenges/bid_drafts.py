"""Save, resume or discard a firm's unfinished bid."""

from bot.services.challenges import bids as bid_service
from config.errors import ConflictError, InputError, required
from storage.audit import audit
from storage.challenges import bid_drafts, challenges
from storage.engine.transactions import Tx


def save(tx: Tx, person_id: int, challenge_id: int, firm_id: int, sealed: bytes) -> None:
    """Save a draft; only the first save is audited, because drafts are saved often.

    Raises ConflictError if the challenge does not exist, InputError if this firm may not bid now.
    """
    challenge = required(challenges.get(tx, challenge_id), ConflictError("challenge_stage"))
    why = bid_service.may_bid(tx, challenge, firm_id, person_id)
    if why or bid_service.firm_of(tx, person_id) != firm_id:
        raise InputError(why or "bid_no_firm")
    if bid_drafts.put(tx, person_id, firm_id, challenge_id, sealed):
        audit.record(tx, "bid.draft", f"challenge:{challenge_id}")


def drop(tx: Tx, person_id: int, challenge_id: int) -> None:
    """Discard the draft."""
    if bid_drafts.drop(tx, person_id, challenge_id):
        audit.record(tx, "bid.drop_draft", f"challenge:{challenge_id}")


def drop_over(tx: Tx) -> int:
    """Delete drafts that can no longer be submitted; return how many."""
    dropped = bid_drafts.drop_over(tx)
    for challenge_id, count in sorted(dropped.items()):
        fields = {"count": str(count)}
        audit.record(tx, "bid.drop_drafts", f"challenge:{challenge_id}", fields)
    return sum(dropped.values())
