"""When people are reminded of what, as data: config/reminders.toml, a table for each kind there is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, Self

from config.toml_files import MINUTES, Made, load, wrong
from config.topics import NoticeTopic

FOLDER = Path(__file__).parent


class ReminderKind(StrEnum):
    """What people are reminded of. bot/services/reminders/deadlines.py has a handler for each."""

    WINDOW = "window"
    """An application window closes."""
    BID = "bid"
    EVENT_SIGNUP = "event_signup"
    EVENT_START = "event_start"
    MILESTONE = "milestone"
    NOTICE = "notice"
    """A challenge's public notice ends."""
    PAYMENT = "payment"
    TITLE = "title"
    """A title of the roster ends."""
    OWN = "own"
    """What a person wanted to be reminded of."""
    EXPIRY = "expiry"
    """The policy will end."""
    EXPIRED = "expired"


class Tap(StrEnum):
    """What a firm says with one tap to end a reminder."""

    DONE = "done"
    NO = "no"
    PAID = "paid"


class EventKind(StrEnum):
    """The kinds of matchmaking event."""

    NINGGONG = "ninggong"
    BAICHANG = "baichang"


# These do not run out: nothing is said of the days that are left.
WITHOUT_COUNTDOWN = frozenset({ReminderKind.OWN, ReminderKind.EXPIRED})


@dataclass(frozen=True, slots=True)
class ReminderRule:
    """One kind of deadline: days before, its code letter, and the taps that dismiss it."""

    days: Annotated[tuple[int, ...], Made(tuple[int, ...], lambda days: tuple(sorted(days, reverse=True)))]
    letter: str
    taps: tuple[Tap, ...]


@dataclass(frozen=True, slots=True)
class Reminding:
    """Every kind, what is late, what is urgent, and the topics people can switch (with names)."""

    kinds: Mapping[ReminderKind, ReminderRule] = field(metadata={"key": "kind"})
    late_after: Annotated[timedelta, MINUTES] = field(metadata={"key": "late_after_minutes"})
    urgent_days: int
    clock_jump: Annotated[timedelta, MINUTES] = field(metadata={"key": "clock_jump_minutes"})
    topics: Mapping[Literal[NoticeTopic.REMINDER, NoticeTopic.EVENT, NoticeTopic.BROADCAST], tuple[str, ...]]
    event_items: Mapping[EventKind, str]

    @classmethod
    def load(cls, path: Path = FOLDER / "reminders.toml") -> Self:
        """Read the reviewed offsets. Raises ConfigError where two kinds share a letter, or a topic has no name."""
        told = load(path, cls)
        letters: dict[str, str] = {}
        for name, kind in told.kinds.items():
            if len(kind.letter) != 1 or not "A" <= kind.letter <= "Z":
                raise wrong(path, ("kind", name, "letter"), f"letter 写了“{kind.letter}”，应为一个大写字母")
            if letters.setdefault(kind.letter, name) != name:
                what = f"letter “{kind.letter}”已经是 {letters[kind.letter]} 的，请换一个字母"
                raise wrong(path, ("kind", name, "letter"), what)
        for topic, names in told.topics.items():
            if not names:
                raise wrong(path, ("topics", topic), f"{topic} 没有名称，请至少写一个")
        return told

    def code(self, chain: str) -> str:
        """Return a tap's code for this chain: W12-0 for window:12:0."""
        kind, *ids = chain.split(":")
        return self.kinds[ReminderKind(kind)].letter + "-".join(ids)

    def chain(self, code: str) -> str | None:
        """Return the chain of a tap's code; None for an invalid code."""
        kind = next((name for name, kind in self.kinds.items() if code[:1].upper() == kind.letter), None)
        ids = code[1:].split("-")
        if kind is None or not all(part.isascii() and part.isdigit() and len(part) < 18 for part in ids):
            return None
        return ":".join([kind, *ids])
