"""How long a stand-in may last, as data: config/standing_in.toml."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from config.toml_files import load

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class StandInLimits:
    """Limits of a stand-in."""

    longest_days: int

    @classmethod
    def load(cls, path: Path = FOLDER / "standing_in.toml") -> Self:
        """Load the reviewed figure."""
        return load(path, cls)
