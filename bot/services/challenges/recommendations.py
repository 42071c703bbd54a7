"""A firm declines a recommended challenge: it is not recommended to this firm again."""

from bot.services.challenges import bids as bid_service
from config.errors import ConflictError, InputError
from storage.audit import audit
from storage.challenges import challenges, recommendations
from storage.engine.transactions import Tx


def decline(tx: Tx, person_id: int, challenge_id: int) -> None:
    """Stop recommending this challenge to the person's firm; it stays on the public list.

    Raises InputError if the person represents no firm, ConflictError if the challenge does not exist.
    """
    firm_id = bid_service.firm_of(tx, person_id)
    if firm_id is None:
        raise InputError("bid_no_firm")
    if challenges.get_public(tx, challenge_id) is None:
        raise ConflictError("challenge_stage")
    recommendations.decline(tx, firm_id, challenge_id)
    audit.record(tx, "challenge.decline", f"challenge:{challenge_id}")
