"""How much of each thing there may be, as data: quotas.toml, broadcasts.toml, proving.toml and standing_in.toml."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, Literal

from config.toml_files import DAYS, MINUTES, Made, TomlFile

# By which of the platform's APIs a notice can go.
CalledApi = Literal["template", "notice", "message"]


@dataclass(frozen=True, slots=True)
class Limit:
    """One API: its path, label in the console, and calls a day."""

    path: str
    label: str
    daily: int


@dataclass(frozen=True, slots=True)
class QuotaLimits(TomlFile):
    """Limits by calling channel, the percentage kept for replies, the monthly number of resets, and the daily number of
    codes by channels that cost money per message.
    """

    FILE = "quotas.toml"
    by_channel: Annotated[Mapping[str, Limit], Made(dict[CalledApi, Limit], dict)] = field(metadata={"key": "channel"})
    kept: int = field(metadata={"key": "kept_for_replies_percent"})
    clears_a_month: int = 10
    codes_a_day: Annotated[Mapping[str, int], Made(dict[Literal["sms"], int], dict)] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Approval:
    """One approval: the roles of which one must approve, and the broadcast kinds that need it (empty: all)."""

    kinds: frozenset[str]
    of: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class BroadcastLimits(TomlFile):
    """Caps, lengths, times and steps. `mass_*`: the platform's limits for its own mass messages."""

    FILE = "broadcasts.toml"
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

    def steps_of(self, kind: str) -> tuple[Approval, ...]:
        """Return the approvals a broadcast of this kind needs, in order."""
        return tuple(step for step in self.approvals if not step.of or kind in step.of)


@dataclass(frozen=True, slots=True)
class VerificationLimits(TomlFile):
    """Lifetime of codes and pictures, and daily limits of pictures and requests."""

    FILE = "proving.toml"
    code_days: int
    pictures_a_day: int
    fetch_tries: int
    picture_days: int
    joins_a_day: int


@dataclass(frozen=True, slots=True)
class StandInLimits(TomlFile):
    """Limits of a stand-in."""

    FILE = "standing_in.toml"
    longest_days: int
