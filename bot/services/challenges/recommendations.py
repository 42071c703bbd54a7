"""A firm says that a recommended challenge is not for it: it is not recommended to this firm again."""

from bot.services.challenges import bids as bidding
from config.errors import ConflictError, InputError
from storage.audit import audit
from storage.challenges import challenges, recommendations
from storage.engine.transactions import Tx


def decline(tx: Tx, person_id: int, challenge_id: int) -> None:
    """Recommend this challenge to the person's firm no more; it stays on the list for all.

    Raises InputError where the person speaks for no firm, ConflictError where there is no such challenge.
    """
    firm_id = bidding.firm_of(tx, person_id)
    if firm_id is None:
        raise InputError("bid_no_firm")
    if challenges.get_public(tx, challenge_id) is None:
        raise ConflictError("challenge_stage")
    recommendations.decline(tx, firm_id, challenge_id)
    audit.record(tx, "challenge.decline", f"challenge:{challenge_id}")
