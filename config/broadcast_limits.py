"""Limits of broadcasts, as data: config/broadcasts.toml."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Self

from config.toml_files import load
from config.toml_schema import DAYS, MINUTES

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Approval:
    """One approval: the roles of which one must approve, and the broadcast kinds that need it (empty: all)."""

    kinds: frozenset[str]
    of: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class BroadcastLimits:
    """Caps, lengths, times and steps. `mass_*`: the platform's limits for its own mass messages."""

    undo: Annotated[timedelta, MINUTES] = field(metadata={"key": "undo_minutes"})
    per_person_a_week: int
    per_official_a_day: int
    open_for: Annotated[timedelta, DAYS] = field(metadata={"key": "open_days"})
    portion: int
    longest_title: int
    longest_text: int
    longest_link: int
    longest_summary: int
    longest_page: int
    picture_side: int
    most_listed: int
    approvals: tuple[Approval, ...] = field(metadata={"key": "approval"})
    mass_fewest: int
    mass_most: int
    mass_a_month: int

    @classmethod
    def load(cls, path: Path = FOLDER / "broadcasts.toml") -> Self:
        """Load the reviewed file."""
        return load(path, cls)

    def steps_of(self, kind: str) -> tuple[Approval, ...]:
        """Return the approvals a broadcast of this kind needs, in order."""
        return tuple(step for step in self.approvals if not step.of or kind in step.of)
