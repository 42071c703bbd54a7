"""Reads the word lists in matchmaking/data: the only place in matchmaking that opens a file."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Self

FOLDER = Path(__file__).parent / "data"


@dataclass(frozen=True)
class NameWords:
    """What stands around a firm's own name, from names.toml."""

    places: frozenset[str]
    place_endings: tuple[str, ...]
    forms: tuple[str, ...]
    trades: frozenset[str]
    marks: tuple[str, ...]
    many_readings: frozenset[str]

    @classmethod
    def load(cls, folder: Path = FOLDER) -> Self:
        """Read names.toml; longer forms come first, so that 股份有限公司 is not read as 有限公司."""
        table = tomllib.loads((folder / "names.toml").read_text("utf-8"))
        return cls(
            places=frozenset(table["places"].split()),
            place_endings=tuple(table["place_endings"].split()),
            forms=tuple(sorted(table["forms"].split(), key=len, reverse=True)),
            trades=frozenset(table["trades"].split()),
            marks=tuple(sorted(table["marks"].lower().split(), key=len, reverse=True)),
            many_readings=frozenset(table["many_readings"]),
        )
