"""Function words of questions, as data: config/asking.toml."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated

from config.toml_files import PATTERN, WORDS, Made, TomlFile


def any_of(words: Sequence[str]) -> re.Pattern[str]:
    """Return a pattern matching any of these words, longest first; Latin ones only as whole words."""
    return re.compile("|".join(_bounded(word) for word in sorted(words, key=len, reverse=True)))


def _bounded(word: str) -> str:
    escaped = re.escape(word)
    return rf"(?<![a-z]){escaped}(?![a-z])" if word[0].isascii() and word[0].isalpha() else escaped


def _twins(lines: Iterable[str]) -> dict[str, str]:
    """Return each word with its twin; the twin itself too, so that 租房补贴 is not read as 租 and 房补."""
    return {word: words[0] for words in (line.split("/") for line in lines) for word in words}


ANY_OF = Made(str, lambda words: any_of(words.split()))
TWINS = Made(tuple[str, ...], _twins)


@dataclass(frozen=True, slots=True)
class QuestionWords(TomlFile):
    """The reviewed words; each pattern matches any of a list, longest first. `same` maps a word to its synonym."""

    FILE = "asking.toml"
    fillers: Annotated[re.Pattern[str], ANY_OF]
    wishes: Annotated[re.Pattern[str], ANY_OF]
    money: Annotated[re.Pattern[str], ANY_OF]
    duties: Annotated[re.Pattern[str], ANY_OF]
    general: Annotated[re.Pattern[str], ANY_OF]
    joints: Annotated[re.Pattern[str], ANY_OF]
    introduction: Annotated[re.Pattern[str], PATTERN]
    comparing: Annotated[re.Pattern[str], ANY_OF]
    which_more: Annotated[re.Pattern[str], ANY_OF]
    given: Annotated[tuple[str, ...], WORDS]
    own_money: Annotated[tuple[str, ...], WORDS]
    its_own: Annotated[tuple[str, ...], WORDS]
    decoys: Annotated[re.Pattern[str], ANY_OF]
    houses: Annotated[tuple[str, ...], WORDS]
    located: Annotated[tuple[str, ...], WORDS]
    same: Annotated[dict[str, str], TWINS]
