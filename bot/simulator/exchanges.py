"""Recorded exchanges: each push with its bodies, attempts and answers."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

KEPT = 80
# Sender of reports that concern nobody in particular.
NOBODY = "mphelper"
_SHOWN = 16_000


@dataclass
class Attempt:
    """One POST of a push: start, duration, and result."""

    number: int
    at: datetime
    seconds: float | None = None
    status: int | None = None
    answer: str = ""
    opened: str = ""
    outcome: str = "waiting"

    def to_json(self) -> dict[str, object]:
        """Return the attempt as JSON for the page."""
        seconds = None if self.seconds is None else round(self.seconds, 3)
        return {**vars(self), "at": self.at.isoformat(), "seconds": seconds, "answer": self.answer[:_SHOWN]}


@dataclass
class Exchange:
    """One push with its history. `outcome`: waiting, held, acknowledged, answered, flawed or failed."""

    id: int
    openid: str
    kind: str
    mode: str
    plain: str
    url: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    attempts: list[Attempt] = field(default_factory=list)
    outcome: str = "waiting"

    def to_json(self) -> dict[str, object]:
        """Return the exchange as JSON for the page."""
        return {**vars(self), "attempts": [attempt.to_json() for attempt in self.attempts]}


class Exchanges:
    """Recent exchanges, newest last."""

    def __init__(self) -> None:
        self._kept: deque[Exchange] = deque(maxlen=KEPT)

    def add(self, exchange: Exchange) -> None:
        """Add an exchange; evicts the oldest."""
        self._kept.append(exchange)

    def of(self, openid: str) -> list[Exchange]:
        """Return one person's exchanges, and reports that concern nobody in particular."""
        return [exchange for exchange in self._kept if exchange.openid in (openid, NOBODY)]
