"""Reads the word lists in matchmaking/data: the only place in matchmaking that opens a file of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from config.toml_files import read

FOLDER = Path(__file__).parents[1] / "data"


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
        table = read(folder / "names.toml")
        return cls(
            places=frozenset(table["places"].split()),
            place_endings=tuple(table["place_endings"].split()),
            forms=tuple(sorted(table["forms"].split(), key=len, reverse=True)),
            trades=frozenset(table["trades"].split()),
            marks=tuple(sorted(table["marks"].lower().split(), key=len, reverse=True)),
            many_readings=frozenset(table["many_readings"]),
        )


@dataclass(frozen=True)
class TextWords:
    """What the texts of firms and demands are read with, from text.toml, domain.txt and synonyms.txt."""

    boilerplate: tuple[str, ...]
    stop: frozenset[str]
    generic: frozenset[str]
    units: tuple[str, ...]
    domain: frozenset[str]
    synonyms: tuple[tuple[str, ...], ...]

    @classmethod
    def load(cls, folder: Path = FOLDER) -> Self:
        """Read the three files; everything is lower case, as the texts are once they are cleaned."""
        table = read(folder / "text.toml")
        return cls(
            boilerplate=tuple(table["boilerplate"]),
            stop=frozenset(table["stop"].split()),
            generic=frozenset(table["generic"].split()),
            units=tuple(sorted(table["units"].split(), key=len, reverse=True)),
            domain=frozenset(word for line in _lines(folder / "domain.txt") for word in line),
            synonyms=tuple(_lines(folder / "synonyms.txt")),
        )


def _lines(path: Path) -> list[tuple[str, ...]]:
    lines = path.read_text("utf-8").lower().splitlines()
    return [tuple(line.split()) for line in lines if line.strip() and not line.startswith("#")]


@dataclass(frozen=True)
class CheckWords:
    """Patterns for what a challenge says and how narrowly, from checks.toml; {places} stands for any place name."""

    said: Mapping[str, tuple[str, ...]]
    narrow: Mapping[str, tuple[str, ...]]

    @classmethod
    def load(cls, folder: Path = FOLDER) -> Self:
        """Read checks.toml."""
        table = read(folder / "checks.toml")
        return cls(
            said={name: tuple(patterns) for name, patterns in table["said"].items()},
            narrow={name: tuple(patterns) for name, patterns in table["narrow"].items()},
        )
