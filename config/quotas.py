"""Call limits of the platform's APIs, from config/quotas.toml."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal, Self

from config.toml_files import load
from config.toml_schema import Keys

# By which of the platform's APIs a notice can go.
CalledApi = Literal["template", "notice", "message"]
_FILE = Path(__file__).parent / "quotas.toml"


@dataclass(frozen=True, slots=True)
class Limit:
    """One API: its path, label in the console, and calls a day."""

    path: str
    label: str
    daily: int


@dataclass(frozen=True, slots=True)
class QuotaLimits:
    """Limits by calling channel, the percentage kept for replies, the monthly number of resets, and the daily number of
    codes by channels that cost money per message.
    """

    by_channel: Annotated[Mapping[str, Limit], Keys(CalledApi)] = field(metadata={"key": "channel"})
    kept: int = field(metadata={"key": "kept_for_replies_percent"})
    clears_a_month: int = 10
    codes_a_day: Annotated[Mapping[str, int], Keys(Literal["sms"])] = field(default_factory=dict)

    @classmethod
    def load(cls, file: Path = _FILE) -> Self:
        """Load the file shipped with this version."""
        return load(file, cls)
