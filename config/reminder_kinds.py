"""When people are reminded of what, as data: config/reminders.toml."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Self

from config.toml_files import read

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of deadline: how many days before, the letter that names it, which taps end it."""

    days: tuple[int, ...]
    letter: str
    taps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reminding:
    """Every kind, what is late, what is urgent, and which topics people can switch (with their names)."""

    kinds: Mapping[str, Kind]
    late_after: timedelta
    urgent_days: int
    clock_jump: timedelta
    topics: Mapping[str, tuple[str, ...]]
    event_items: Mapping[str, str]

    @classmethod
    def load(cls, path: Path = FOLDER / "reminders.toml") -> Self:
        """Read the reviewed offsets."""
        told = read(path)
        kinds = {
            name: Kind(tuple(sorted(table["days"], reverse=True)), table["letter"], tuple(table["taps"]))
            for name, table in told.items()
            if isinstance(table, dict) and "letter" in table
        }
        return cls(
            MappingProxyType(kinds),
            timedelta(minutes=told["late_after_minutes"]),
            told["urgent_days"],
            timedelta(minutes=told["clock_jump_minutes"]),
            MappingProxyType({topic: tuple(names) for topic, names in told["topics"].items()}),
            MappingProxyType(told["event_items"]),
        )

    def code(self, chain: str) -> str:
        """How a tap names this chain: W12-0 for window:12:0."""
        kind, *ids = chain.split(":")
        return self.kinds[kind].letter + "-".join(ids)

    def chain(self, code: str) -> str | None:
        """The chain that a tap names; None for no such code."""
        kind = next((name for name, kind in self.kinds.items() if code[:1].upper() == kind.letter), None)
        ids = code[1:].split("-")
        if kind is None or not all(part.isascii() and part.isdigit() and len(part) < 18 for part in ids):
            return None
        return ":".join([kind, *ids])
