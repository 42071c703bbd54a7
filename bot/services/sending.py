"""What people decide about messages that do not go out by themselves."""

from storage import audit, restorations, sendings
from storage.outbox import NEW, SAID
from storage.transactions import Tx


def release(tx: Tx, actor_id: int) -> int:
    """After a restore: what it held is told after all; returns how many notices."""
    restorations.release(tx)
    released = sendings.release_restored(tx)
    audit.record(tx, actor=f"person:{actor_id}", action="outbox.release", subject="outbox", source="console")
    return released


def decide(tx: Tx, actor_id: int, row_id: int, *, again: bool) -> bool:
    """One notice that is held or of unknown arrival: told again, or left at that; False where it is neither."""
    if not sendings.decide(tx, row_id, NEW if again else SAID):
        return False
    action = "outbox.again" if again else "outbox.leave"
    audit.record(tx, actor=f"person:{actor_id}", action=action, subject=f"outbox:{row_id}", source="console")
    return True
