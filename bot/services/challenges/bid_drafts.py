"""A firm's half-written bid is kept, gone on with, or thrown away."""

from bot.services.challenges import bids as bidding
from config.errors import ConflictError, InputError
from storage.audit import audit
from storage.challenges import bid_drafts, challenges
from storage.engine.transactions import Tx


def keep(tx: Tx, person_id: int, challenge_id: int, firm_id: int, sealed: bytes) -> None:
    """Keep what was written so far; only its first keeping is recorded, a writer saves often.

    Raises ConflictError where there is no such challenge, InputError where this firm may not bid there now.
    """
    challenge = challenges.get(tx, challenge_id)
    if challenge is None:
        raise ConflictError("challenge_stage")
    why = bidding.may_bid(tx, challenge, firm_id, person_id)
    if why or bidding.firm_of(tx, person_id) != firm_id:
        raise InputError(why or "bid_no_firm")
    if bid_drafts.put(tx, person_id, firm_id, challenge_id, sealed):
        audit.record(tx, "bid.draft", f"challenge:{challenge_id}")


def drop(tx: Tx, person_id: int, challenge_id: int) -> None:
    """Throw it away."""
    if bid_drafts.drop(tx, person_id, challenge_id):
        audit.record(tx, "bid.drop_draft", f"challenge:{challenge_id}")


def drop_over(tx: Tx) -> int:
    """Forget those that cannot be handed in any more; returns how many."""
    dropped = bid_drafts.drop_over(tx)
    for challenge_id, count in sorted(dropped.items()):
        fields = {"count": str(count)}
        audit.record(tx, "bid.drop_drafts", f"challenge:{challenge_id}", fields)
    return sum(dropped.values())
