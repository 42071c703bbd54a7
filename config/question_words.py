"""How people ask, as data: config/asking.toml, the small words around what a question is about."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from config.toml_files import read

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Asking:
    """The reviewed words; each pattern finds any of a list, the longest first. `same` maps a word to its twin."""

    fillers: re.Pattern[str]
    wishes: re.Pattern[str]
    money: re.Pattern[str]
    duties: re.Pattern[str]
    general: re.Pattern[str]
    joints: re.Pattern[str]
    introduction: re.Pattern[str]
    comparing: re.Pattern[str]
    which_more: re.Pattern[str]
    given: tuple[str, ...]
    own_money: tuple[str, ...]
    its_own: tuple[str, ...]
    decoys: re.Pattern[str]
    houses: tuple[str, ...]
    located: tuple[str, ...]
    same: dict[str, str]

    @classmethod
    def load(cls, path: Path = FOLDER / "asking.toml") -> Self:
        """Read the file."""
        table = read(path)
        return cls(
            fillers=any_of(table["fillers"].split()),
            wishes=any_of(table["wishes"].split()),
            money=any_of(table["money"].split()),
            duties=any_of(table["duties"].split()),
            general=any_of(table["general"].split()),
            joints=any_of(table["joints"].split()),
            introduction=re.compile(table["introduction"]),
            comparing=any_of(table["comparing"].split()),
            which_more=any_of(table["which_more"].split()),
            given=tuple(table["given"].split()),
            its_own=tuple(table["its_own"].split()),
            own_money=tuple(table["own_money"].split()),
            decoys=any_of(table["decoys"].split()),
            houses=tuple(table["houses"].split()),
            located=tuple(table["located"].split()),
            same=dict(_twins(table["same"])),
        )


def any_of(words: list[str]) -> re.Pattern[str]:
    """A pattern that finds any of these words, the longest first; Latin ones only as whole words."""
    return re.compile("|".join(_bounded(word) for word in sorted(words, key=len, reverse=True)))


def _bounded(word: str) -> str:
    escaped = re.escape(word)
    return rf"(?<![a-z]){escaped}(?![a-z])" if word[0].isascii() and word[0].isalpha() else escaped


def _twins(lines: list[str]) -> list[tuple[str, str]]:
    """Each word with its twin; the twin itself too, so that 租房补贴 is not read as 租 and 房补."""
    return [(word, words[0]) for words in (line.split("/") for line in lines) for word in words]
