"""Operators reset the account's quotas: counted before calling the platform, then the answer is recorded."""

from datetime import datetime

from config.calendar import SHANGHAI
from config.errors import InputError
from config.limits import QuotaLimits
from notifications.outbox import QUOTA
from storage.audit import audit
from storage.engine.transactions import Tx
from storage.notices import api_quota, delivery, quota_clears


def left(tx: Tx, quotas: QuotaLimits) -> int:
    """Return how many resets are left this month (Asia/Shanghai), for all nodes together."""
    return quota_clears.left(tx, _month(tx.now), quotas.clears_a_month)


def request(tx: Tx, person_id: int, quotas: QuotaLimits) -> int:
    """Use up one reset before calling the platform; return its id. Raises InputError if none is left."""
    if not left(tx, quotas):
        raise InputError("quota_none_left", most=quotas.clears_a_month)
    clear_id = quota_clears.add(tx)
    audit.record(tx, "quota.clear", f"quota_clear:{clear_id}")
    return clear_id


def done(tx: Tx, clear_id: int) -> None:
    """Mark the reset as done: no API is paused for an exhausted quota any more."""
    quota_clears.finish(tx, clear_id, quota_clears.DONE)
    api_quota.start_anew(tx)


def release_waiting(tx: Tx) -> int:
    """Send some of what waited for midnight now; return how many, 0 if none is left."""
    return delivery.release_postponed(tx, QUOTA)


def refused(tx: Tx, clear_id: int, *, counted: bool) -> None:
    """Mark the reset as not done; `counted`: because the platform's monthly limit was reached."""
    quota_clears.finish(tx, clear_id, quota_clears.NONE_LEFT if counted else quota_clears.NOT_MADE)


def _month(now: datetime) -> datetime:
    return now.astimezone(SHANGHAI).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
