"""Remaining quota per channel: daily, per minute, and the reserve for replies."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from config.limits import QuotaLimits
from notifications.channels import CONVERSATION, Channel
from storage.engine.transactions import Tx
from storage.notices import api_quota
from storage.notices.api_quota import ApiUse, next_midnight, next_minute


@dataclass(frozen=True, slots=True)
class Gauge:
    """One channel's API today: calls used and allowed, calls left for bulk messages, why it is paused."""

    channel: str
    label: str
    used: int
    daily: int
    left: int
    pace: int | None
    rests_until: datetime | None
    why: str | None


def gauges(tx: Tx, quotas: QuotaLimits) -> list[Gauge]:
    """Return the state of every API."""
    standing = api_quota.current(tx)
    budget = Budget(quotas, standing, tx.now)
    found = []
    for channel, limit in quotas.by_channel.items():
        use = standing.get(channel, ApiUse())
        daily, left = use.daily or limit.daily, max(0, budget.left_today(Channel(channel)))
        found.append(Gauge(channel, limit.label, use.day_used, daily, left, use.pace, use.rests_until, use.why))
    return found


class Budget:
    """Remaining quota now; `take` uses it. Channels without a limit are never exhausted."""

    def __init__(self, quotas: QuotaLimits, standing: Mapping[str, ApiUse], now: datetime) -> None:
        self._quotas = quotas
        self._standing = standing
        self._now = now
        self.taken: Counter[str] = Counter()

    def free_at(self, channel: Channel, topic: str) -> datetime:
        """Return when this channel may next send this topic: now, if it may."""
        use = self._standing.get(channel, ApiUse())
        if use.rests_until is not None:
            return use.rests_until
        if self.left_today(channel, reply=topic in CONVERSATION) <= 0:
            return next_midnight(self._now)
        if use.pace is not None and use.minute_used + self.taken[channel] >= use.pace:
            return next_minute(self._now)
        return self._now

    def left_today(self, channel: Channel, *, reply: bool = False) -> int:
        """Return how many more this channel may send today; replies may use their reserve too."""
        limit = self._quotas.by_channel.get(channel)
        if limit is None:
            return 1
        use = self._standing.get(channel, ApiUse())
        daily = limit.daily if use.daily is None else use.daily
        kept = 0 if reply else daily * self._quotas.kept // 100
        return daily - kept - use.day_used - self.taken[channel]

    def take(self, channel: Channel, calls: int = 1) -> None:
        """Count so many calls."""
        if channel in self._quotas.by_channel:
            self.taken[channel] += calls
