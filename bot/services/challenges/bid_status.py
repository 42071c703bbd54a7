"""A bid's status for its firm, in one word."""

from storage.challenges import bids, records
from storage.challenges.bids import Bid
from storage.challenges.challenges import Challenge, Stage
from storage.engine.transactions import Tx

_OVER = (Stage.FAILED, Stage.WITHDRAWN)
_AFTER_NOTICE = (Stage.SIGNING, Stage.MILESTONES, Stage.ACCEPTED)


def status_of(tx: Tx, challenge: Challenge, bid: Bid) -> str:
    """Return in, closed, opened, chosen, won, lost, withdrawn or failed: suffix of a key challenges.status_…"""
    stage = challenge.at(tx.now)
    if bid.state == bids.WITHDRAWN:
        return "withdrawn"
    if stage in _OVER:
        return "failed"
    if stage == Stage.PUBLISHED:
        return "in"
    if stage == Stage.CLOSED:
        key = bids.key(tx, challenge.id)
        return "opened" if key is not None and key.opened is not None else "closed"
    if stage == Stage.REVIEW:
        return "opened"
    choice = records.last(tx, challenge.id, "choice")
    chosen = choice is not None and bid.id in choice.data["bids"]
    if stage in _AFTER_NOTICE:
        return "won" if chosen else "lost"
    return "chosen" if chosen else "opened"
