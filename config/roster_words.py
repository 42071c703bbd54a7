"""How officials' tables are written, as data: config/roster.toml."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from config.toml_files import TomlFile

Column = Literal[
    "district", "name", "code", "zone", "title", "batch", "from", "until", "span", "award", "awarded", "note"
]


@dataclass(frozen=True, slots=True)
class FooterWords:
    """By which words a row is no firm: how it `begins`, or what is `within` it."""

    begins: tuple[str, ...]
    within: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CommonWords:
    """What stands around a firm's name, how a name ends, and what is said of a first award."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    review: tuple[str, ...]
    first: tuple[str, ...]
    deny: tuple[str, ...]
    not_done: tuple[str, ...]
    yes: tuple[str, ...]
    no: tuple[str, ...]
    firms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DayWords:
    """Words for a title that does not end."""

    endless: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RosterWords(TomlFile):
    """The reviewed words."""

    FILE = "roster.toml"
    columns: Mapping[Column, tuple[str, ...]]
    footers: FooterWords
    common: CommonWords
    days: DayWords
