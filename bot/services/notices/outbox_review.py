"""Decisions by people about messages that are not sent automatically; and resets of the account's quotas, which are
counted before the platform is called.
"""

from datetime import datetime

from config.calendar import SHANGHAI
from config.errors import InputError
from config.limits import QuotaLimits
from notifications.outbox import QUOTA
from storage.audit import audit
from storage.backup import restore_holds
from storage.engine.transactions import Tx
from storage.notices import api_quota, delivery, quota_clears, review_queue


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


def clears_left(tx: Tx, quotas: QuotaLimits) -> int:
    """Return how many resets are left this month (Asia/Shanghai), for all nodes together."""
    return quota_clears.left(tx, _month(tx.now), quotas.clears_a_month)


def request_clear(tx: Tx, quotas: QuotaLimits) -> int:
    """Use up one reset before calling the platform; return its id. Raises InputError if none is left."""
    if not clears_left(tx, quotas):
        raise InputError("quota_none_left", most=quotas.clears_a_month)
    clear_id = quota_clears.add(tx)
    audit.record(tx, "quota.clear", f"quota_clear:{clear_id}")
    return clear_id


def finish_clear(tx: Tx, clear_id: int) -> None:
    """Mark the reset as done: no API is paused for an exhausted quota any more."""
    quota_clears.finish(tx, clear_id, quota_clears.DONE)
    api_quota.start_anew(tx)


def release_waiting(tx: Tx) -> int:
    """Send some of what waited for midnight now; return how many, 0 if none is left."""
    return delivery.release_postponed(tx, QUOTA)


def fail_clear(tx: Tx, clear_id: int, *, counted: bool) -> None:
    """Mark the reset as not done; `counted`: because the platform's monthly limit was reached."""
    quota_clears.finish(tx, clear_id, quota_clears.NONE_LEFT if counted else quota_clears.NOT_MADE)


def _month(now: datetime) -> datetime:
    return now.astimezone(SHANGHAI).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
