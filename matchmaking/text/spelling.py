"""Firm names in writing and sound: their parts, and syllables with commonly confused sounds merged."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from opencc import OpenCC
from pypinyin import lazy_pinyin
from pypinyin.constants import PINYIN_DICT

from matchmaking.text.lexicon import NameWords

LONGEST_NAME = 100
_NOISE = re.compile(r"[\W_]+")
_BRACKETS = re.compile(r"[(\[【]([一-鿿]{2,8})[)\]】]")
_LETTERS = re.compile(r"[a-z]+")
_LONGEST_SYLLABLE = 6


@dataclass(frozen=True, slots=True)
class SplitName:
    """A name taken apart: `whole` without noise, `stem` without place and form, `core` also without trade words."""

    whole: str
    stem: str
    core: str
    places: tuple[str, ...]
    syllables: tuple[str, ...]
    initials: str


class NameSplitter:
    """Splits names by the word lists of matchmaking/data."""

    def __init__(self, words: NameWords) -> None:
        self._words = words
        self._forms = re.compile("|".join(map(re.escape, words.forms)))
        self._marks = re.compile("^(?:" + "|".join(map(re.escape, words.marks)) + ")(?=[^a-z])")
        self._many_readings = re.compile("[" + "".join(sorted(words.many_readings)) + "]")
        self._simplified = OpenCC("t2s").convert
        self._raw = _usual_readings()
        self._known = frozenset(self._raw.values())
        self._folded = {syllable: fold(syllable) for syllable in self._known}
        self._spoken_places = {self.syllables(place) for place in words.places}
        self._spoken_forms = sorted({self.syllables(form) for form in words.forms}, key=len, reverse=True)

    def readings(self, typed: str) -> list[SplitName]:
        """Return possible readings: pinyin may begin with a place (lu zhou: 泸州, or 绿洲), so both are tried."""
        spelled = self.split(typed)
        if not spelled.stem.isascii():
            return [spelled]
        syllables = self._without_spoken_form(spelled.syllables)
        meant = [replace(spelled, syllables=syllables)]
        for length in (4, 3, 2):
            if syllables[:length] in self._spoken_places and len(syllables) > length + 1:
                meant.append(replace(spelled, syllables=syllables[length:]))
        return meant

    def split(self, name: str) -> SplitName:
        """Split a name; any text is accepted, its first hundred characters count."""
        text = unicodedata.normalize("NFKC", name[: 4 * LONGEST_NAME]).lower()
        text = self._simplified("".join(text.split()))[:LONGEST_NAME]
        places: list[str] = []
        text = _BRACKETS.sub(lambda found: self._bracketed(found, places), self._marks.sub("", text))
        whole = _NOISE.sub("", text)
        rest = whole
        for _ in range(3):
            place, length = self._place_at_start(rest)
            if not place or not self._forms.sub("", rest[length:]):
                break
            places.append(place)
            rest = rest[length:]
        stem = self._forms.sub("", rest) or rest
        if len(stem) < 2 < len(whole):
            stem = self._forms.sub("", whole) or whole
        initials = "".join(self._raw.get(char, char)[0] for char in whole)
        return SplitName(whole, stem, self._core(stem), tuple(places), self.syllables(stem), initials)

    def _bracketed(self, found: re.Match[str], places: list[str]) -> str:
        place, length = self._place_at_start(found[1])
        if length != len(found[1]):
            return found[1]
        places.append(place)
        return ""

    def _place_at_start(self, text: str) -> tuple[str, int]:
        for length in range(min(4, len(text)), 1, -1):
            if text[:length] in self._words.places:
                ending = next((e for e in self._words.place_endings if text.startswith(e, length)), "")
                return text[:length], length + len(ending)
        return "", 0

    def _core(self, stem: str) -> str:
        shorter = True
        while shorter:
            shorter = False
            for length in range(min(6, len(stem) - 2), 1, -1):
                if stem[-length:] in self._words.trades:
                    stem, shorter = stem[:-length], True
                    break
        return stem

    def _read(self, text: str) -> list[str]:
        """Return syllables without tones; letters are split into syllables if possible, else into letters."""
        readings: list[str] | None = None
        if self._many_readings.search(text):
            readings = [plain(syllable) for syllable in lazy_pinyin(text)]
        syllables: list[str] = []
        position = 0
        while position < len(text):
            letters = _LETTERS.match(text, position)
            if letters:
                syllables += self.cut(letters[0])
                position = letters.end()
            else:
                char = text[position]
                word_reading = readings[position] if readings and len(readings) == len(text) else None
                syllables.append(word_reading or self._raw.get(char, char))
                position += 1
        return syllables

    def cut(self, letters: str) -> list[str]:
        """Split letters into the fewest syllables; the letters themselves if impossible."""
        letters = letters.replace("v", "u")
        ways: list[list[str] | None] = [[], *[None] * len(letters)]
        for start in range(len(letters)):
            so_far = ways[start]
            if so_far is None:
                continue
            for end in range(start + 1, min(start + _LONGEST_SYLLABLE, len(letters)) + 1):
                syllable = letters[start:end]
                known_way = ways[end]
                if syllable in self._known and (known_way is None or len(so_far) + 1 < len(known_way)):
                    ways[end] = [*so_far, syllable]
        return ways[-1] or list(letters)

    def syllables(self, words: str) -> tuple[str, ...]:
        """Return this text as folded syllables; letters are split into syllables, or else into letters."""
        return tuple(self._folded.get(syllable, syllable) for syllable in self._read(words))

    def _without_spoken_form(self, syllables: tuple[str, ...]) -> tuple[str, ...]:
        for form in self._spoken_forms:
            if syllables[-len(form) :] == form and len(syllables) > len(form) + 1:
                return syllables[: -len(form)]
        return syllables


@lru_cache(maxsize=1)
def speller() -> NameSplitter:
    """Return the shared speller; immutable."""
    return NameSplitter(NameWords.load())


@lru_cache(maxsize=1)
def _usual_readings() -> Mapping[str, str]:
    """Return each character's usual reading; constant, so computed once."""
    usual = {chr(code): all_.partition(",")[0] for code, all_ in PINYIN_DICT.items() if 0x3400 <= code < 0xA000}
    # 27,000 characters share some 1,500 readings.
    plainly = {reading: plain(reading) for reading in set(usual.values())}
    return {char: plainly[reading] for char, reading in usual.items()}


def plain(pinyin: str) -> str:
    """Return a syllable without tone marks, ü as u."""
    decomposed = unicodedata.normalize("NFD", pinyin)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).replace("v", "u")


def fold(syllable: str) -> str:
    """Merge zh/z, ch/c, sh/s, n/l and -ng/-n in a plain syllable."""
    folded = syllable
    for whole, part in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        if folded.startswith(whole):
            folded = part + folded[2:]
    if folded.startswith("n") and len(folded) > 1:
        folded = "l" + folded[1:]
    return folded[:-1] if folded.endswith(("ang", "eng", "ing")) else folded
