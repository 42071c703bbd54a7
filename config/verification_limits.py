"""Limits of firm verification, as data: config/proving.toml."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from config.toml_files import load

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class VerificationLimits:
    """Lifetime of codes and pictures, and daily limits of pictures and requests."""

    code_days: int
    pictures_a_day: int
    fetch_tries: int
    picture_days: int
    joins_a_day: int

    @classmethod
    def load(cls, path: Path = FOLDER / "proving.toml") -> Self:
        """Load the reviewed figures."""
        return load(path, cls)
