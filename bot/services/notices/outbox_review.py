"""What people decide about messages that do not go out by themselves."""

from config.errors import InputError
from storage.audit import audit
from storage.backup import restore_holds
from storage.engine.transactions import Tx
from storage.notices import review_queue


def release(tx: Tx, actor_id: int) -> int:
    """After a restore: what it held is told after all; returns how many notices."""
    restore_holds.release(tx)
    released = review_queue.release_restored(tx)
    audit.record(tx, "outbox.release", "outbox")
    return released


def decide(tx: Tx, actor_id: int, row_id: int, *, again: bool) -> bool:
    """One notice that is stuck or held: told again, or never; False where it is neither."""
    if not review_queue.decide(tx, again=again, row_id=row_id):
        return False
    _record(tx, again, f"outbox:{row_id}", {})
    return True


def decide_many(tx: Tx, actor_id: int, state: str, why: str, *, again: bool) -> int:
    """Some notices that are stuck or held in one state for one reason; returns how many, 0 where none is left.

    Raises InputError for a state that nobody decides about.
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
