"""Decisions by people about messages that are not sent automatically."""

from config.errors import InputError
from storage.audit import audit
from storage.backup import restore_holds
from storage.engine.transactions import Tx
from storage.notices import review_queue


def release(tx: Tx) -> int:
    """Release everything held by a restore for sending; return how many notices."""
    restore_holds.release(tx)
    released = review_queue.release_restored(tx)
    audit.record(tx, "outbox.release", "outbox")
    return released


def decide(tx: Tx, row_id: int, *, again: bool) -> bool:
    """Retry or give up one stuck or held notice; False if it is neither."""
    if not review_queue.decide(tx, again=again, row_id=row_id):
        return False
    _record(tx, again, f"outbox:{row_id}", {})
    return True


def decide_many(tx: Tx, state: str, why: str, *, again: bool) -> int:
    """Retry or give up a batch of notices stuck or held in one state for one reason; return how many, 0 if none is
    left.

    Raises InputError for a state that needs no decision.
    """
    if state not in review_queue.DECIDED:
        raise InputError("form_wrong")
    count = review_queue.decide(tx, again=again, group=(state, why))
    if count:
        _record(tx, again, "outbox", {"state": state, "why": why, "count": str(count)})
    return count


def _record(tx: Tx, again: bool, subject: str, fields: dict[str, str]) -> None:
    action = "outbox.again" if again else "outbox.leave"
    audit.record(tx, action, subject, fields)
