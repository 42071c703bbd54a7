"""How officials may tell many people something, as data: config/broadcasts.toml."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Self

from config.toml_files import read

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Approval:
    """One step: kinds of role of which one must approve, and the kinds of broadcast that need it (none: all)."""

    kinds: frozenset[str]
    of: frozenset[str]


@dataclass(frozen=True, slots=True)
class Broadcasting:
    """Caps, lengths, times and steps. `mass_*`: the platform's limits of its own mass messages."""

    undo: timedelta
    per_person_a_week: int
    per_official_a_day: int
    open_for: timedelta
    portion: int
    longest_title: int
    longest_text: int
    longest_link: int
    longest_summary: int
    longest_page: int
    picture_side: int
    most_listed: int
    approvals: tuple[Approval, ...]
    mass_fewest: int
    mass_most: int
    mass_a_month: int

    @classmethod
    def load(cls, path: Path = FOLDER / "broadcasts.toml") -> Self:
        """Read the reviewed file."""
        told = read(path)
        steps = tuple(Approval(frozenset(one["kinds"]), frozenset(one.get("of", ()))) for one in told["approval"])
        mass = told["mass"]
        return cls(
            timedelta(minutes=told["undo_minutes"]),
            told["per_person_a_week"],
            told["per_official_a_day"],
            timedelta(days=told["open_days"]),
            told["portion"],
            told["longest_title"],
            told["longest_text"],
            told["longest_link"],
            told["longest_summary"],
            told["longest_page"],
            told["picture_side"],
            told["most_listed"],
            steps,
            mass["fewest"],
            mass["most"],
            mass["a_month"],
        )

    def steps_of(self, kind: str) -> tuple[Approval, ...]:
        """The approvals that a broadcast of this kind needs, in order."""
        return tuple(step for step in self.approvals if not step.of or kind in step.of)
