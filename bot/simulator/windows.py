"""Reply windows: how many unprompted messages per person, and until when (protocol §2.3)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum, auto

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Trigger(Enum):
    """A person's act that allows the account to write."""

    MESSAGE = auto()
    CLICK = auto()
    FOLLOW = auto()
    SCAN = auto()

    @property
    def grant(self) -> tuple[int, timedelta]:
        """Return how many messages, for how long."""
        return (5, timedelta(hours=48)) if self is Trigger.MESSAGE else (3, timedelta(minutes=1))


@dataclass
class Window:
    """Messages left (`remaining` of `limit`) until a moment, exclusive."""

    remaining: int = 0
    limit: int = 0
    until: datetime = _LONG_AGO

    def open_by(self, trigger: Trigger, now: datetime) -> None:
        """Raise count and end to at least the trigger's; quotas never add up."""
        count, span = trigger.grant
        if not self.is_open(now):
            self.remaining = self.limit = 0
        self.remaining = max(self.remaining, count)
        self.limit = max(self.limit, count)
        self.until = max(self.until, now + span)

    def is_open(self, now: datetime) -> bool:
        """Tell whether it has not expired, whatever the count."""
        return now < self.until

    def spend(self) -> bool:
        """Use one message; False if none is left."""
        if self.remaining == 0:
            return False
        self.remaining -= 1
        return True

    def shut(self) -> None:
        """Close at once: the person unfollowed."""
        self.remaining, self.limit, self.until = 0, 0, _LONG_AGO
