"""The wire as it was: each push with its bodies, its attempts and their answers."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

KEPT = 80
# The sender of reports that are about nobody in particular.
NOBODY = "mphelper"
_SHOWN = 16_000


@dataclass
class Attempt:
    """One POST of a push: when, how long until its answer or end, and what came back."""

    number: int
    at: datetime
    seconds: float | None = None
    status: int | None = None
    answer: str = ""
    opened: str = ""
    outcome: str = "waiting"

    def to_json(self) -> dict[str, object]:
        """The attempt as the page takes it."""
        seconds = None if self.seconds is None else round(self.seconds, 3)
        return {**vars(self), "at": self.at.isoformat(), "seconds": seconds, "answer": self.answer[:_SHOWN]}


@dataclass
class Exchange:
    """One push and all that happened to it. `outcome` is waiting, held, acknowledged, answered, flawed or failed."""

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
        """The exchange as the page takes it."""
        return {**vars(self), "attempts": [attempt.to_json() for attempt in self.attempts]}


class Exchanges:
    """The last exchanges, newest last."""

    def __init__(self) -> None:
        self._kept: deque[Exchange] = deque(maxlen=KEPT)

    def add(self, exchange: Exchange) -> None:
        """Keep one more; the oldest makes room."""
        self._kept.append(exchange)

    def of(self, openid: str) -> list[Exchange]:
        """What went over the wire for one person, and what was reported about nobody in particular."""
        return [exchange for exchange in self._kept if exchange.openid in (openid, NOBODY)]
