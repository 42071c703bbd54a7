"""Load the word lists in matchmaking/data: the only file access in matchmaking."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Self

from config.toml_files import WORDS, Made, load

FOLDER = Path(__file__).parents[1] / "data"


_LONGEST_FIRST = Made(str, lambda words: tuple(sorted(words.lower().split(), key=len, reverse=True)))
_SET = Made(str, lambda words: frozenset(words.split()))


@dataclass(frozen=True, slots=True)
class NameWords:
    """Words around a firm's own name, from names.toml."""

    places: Annotated[frozenset[str], _SET]
    place_endings: Annotated[tuple[str, ...], WORDS]
    forms: Annotated[tuple[str, ...], _LONGEST_FIRST]
    trades: Annotated[frozenset[str], _SET]
    marks: Annotated[tuple[str, ...], _LONGEST_FIRST]
    many_readings: Annotated[frozenset[str], Made(str, frozenset)]

    @classmethod
    def load(cls, folder: Path = FOLDER) -> Self:
        """Load names.toml; longer forms first, so that 股份有限公司 is not read as 有限公司."""
        return load(folder / "names.toml", cls)


@dataclass(frozen=True, slots=True)
class TextWords:
    """Word lists for reading firms' and demands' texts, from text.toml, domain.txt and synonyms.txt."""

    boilerplate: tuple[str, ...]
    stop: Annotated[frozenset[str], _SET]
    generic: Annotated[frozenset[str], _SET]
    units: Annotated[tuple[str, ...], _LONGEST_FIRST]
    domain: frozenset[str] = frozenset()
    synonyms: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def load(cls, folder: Path = FOLDER) -> Self:
        """Load the three files; all lower case, like cleaned texts."""
        domain = frozenset(word for line in _lines(folder / "domain.txt") for word in line)
        return replace(load(folder / "text.toml", cls), domain=domain, synonyms=tuple(_lines(folder / "synonyms.txt")))


def _lines(path: Path) -> list[tuple[str, ...]]:
    lines = path.read_text("utf-8").lower().splitlines()
    return [tuple(line.split()) for line in lines if line.strip() and not line.startswith("#")]


@dataclass(frozen=True, slots=True)
class CheckWords:
    """Patterns for what a challenge says and how narrowly, from checks.toml; {places} matches any place name."""

    said: Mapping[str, tuple[str, ...]]
    narrow: Mapping[str, tuple[str, ...]]

    @classmethod
    def load(cls, folder: Path = FOLDER) -> Self:
        """Load checks.toml."""
        return load(folder / "checks.toml", cls)
