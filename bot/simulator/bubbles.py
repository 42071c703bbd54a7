"""Chat content: bubbles of the person and the account, and the grey lines between."""

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum


class Side(StrEnum):
    """Whose bubble it is."""

    MINE = "mine"
    THEIRS = "theirs"
    LINE = "line"


@dataclass(frozen=True)
class Card:
    """One article of a 图文 message."""

    title: str
    description: str
    url: str
    picture: str


@dataclass(frozen=True)
class Choice:
    """One line of a menu message that can be tapped."""

    id: str
    content: str


@dataclass(frozen=True)
class Row:
    """One line of a template card."""

    label: str
    value: str


@dataclass(frozen=True)
class Content:
    """A bubble's content: `kind` is the message type or, for a grey line, its key in lines.toml."""

    kind: str
    text: str = ""
    cards: tuple[Card, ...] = ()
    choices: tuple[Choice, ...] = ()
    tail: str = ""
    media_id: str = ""
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Bubble:
    """One entry of a chat. `seconds` and `attempt`: a passive reply's timing within 5 s; None for all others."""

    id: int
    side: Side
    content: Content
    at: datetime
    seconds: float | None = None
    attempt: int | None = None
    exchange: int | None = None

    def to_json(self) -> dict[str, object]:
        """Return the bubble as JSON for the page."""
        return {
            **asdict(self.content),
            "id": self.id,
            "side": self.side.value,
            "at": self.at.isoformat(),
            "seconds": None if self.seconds is None else round(self.seconds, 3),
            "attempt": self.attempt,
            "exchange": self.exchange,
        }
