"""How often each API of the platform may be called, as config/quotas.toml says."""

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
    """One API: its path, what it is called on the desk, and its calls a day."""

    path: str
    label: str
    daily: int


@dataclass(frozen=True, slots=True)
class Quotas:
    """Every limit by the channel that calls, how much of a hundred is kept for replies, how often a month every count
    may be started anew, and how many codes a day go out by a way that costs money a message.
    """

    by_channel: Annotated[Mapping[str, Limit], Keys(CalledApi)] = field(metadata={"key": "channel"})
    kept: int = field(metadata={"key": "kept_for_replies_percent"})
    clears_a_month: int = 10
    codes_a_day: Annotated[Mapping[str, int], Keys(Literal["sms"])] = field(default_factory=dict)

    @classmethod
    def load(cls, file: Path = _FILE) -> Self:
        """Read the file that belongs to this version of the program."""
        return load(file, cls)
