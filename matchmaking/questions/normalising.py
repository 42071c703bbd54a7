"""Normalise typed text: one script, one width, one word per meaning, sums in figures, typos corrected."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from opencc import OpenCC
from rapidfuzz.distance import Levenshtein

from config.question_words import QuestionWords
from matchmaking.text.amounts import in_figures
from matchmaking.text.spelling import NameSplitter, fold

# A question ends by then; text beyond is not worth the time.
LONGEST = 300
# Separates two sentences of a question; no name spans it.
BREAK = "|"
# Replaces a word that only looks like one of ours.
MASKED = "々"
# Fewer syllables are too easily another word; text typed in letters cannot be one.
FEWEST_SYLLABLES = 3
FEWEST_TYPED = 2
# Typos are sought in short texts and corrected in long names only: 绿色工程 is no mistyped 绿色工厂.
LONGEST_SLIPPED = 60
SHORTEST_SLIPPED = 5

_BREAKS = re.compile(r"[，。？！；、,?!;\n…~|]+")
_NOISE = re.compile(r"[^\w%+|]+|_")
_BETWEEN_LATIN = re.compile(r"(?<=[a-z])[^\w%+|]+(?=[a-z])")
_SPELLED_OUT = re.compile(r"(?<![a-z])([a-z])(?: ([a-z])(?![a-z]))+")
_LATIN = re.compile("[a-z ]+")
_WRITTEN = re.compile(r"[a-z]+|[^ ]", re.DOTALL)


class WordFinder:
    """Finds given words in a text, longest first, none nested; Latin ones only as whole words."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(words)
        self._lengths = _lengths_by_first(self._words)

    def find(self, text: str) -> list[tuple[int, str]]:
        """Return each word found with its position, longest first."""
        candidates = [
            (start, text[start : start + length])
            for start, char in enumerate(text)
            for length in self._lengths.get(char, ())
            if start + length <= len(text) and text[start : start + length] in self._words
        ]
        found: list[tuple[int, str]] = []
        taken = bytearray(len(text))
        for start, word in sorted(candidates, key=lambda candidate: (-len(candidate[1]), candidate[0])):
            end = start + len(word)
            if not any(taken[start:end]) and _whole(text, start, word):
                taken[start:end] = b"\1" * len(word)
                found.append((start, word))
        return found


class Wording:
    """Normalises questions; `terms` are the names a typo may have meant."""

    def __init__(self, asking: QuestionWords, speller: NameSplitter) -> None:
        self._asking = asking
        self._speller = speller
        self._simplified = OpenCC("t2s").convert
        self._twins = WordFinder(asking.same)
        self._terms: frozenset[str] = frozenset()
        self._names = WordFinder(())
        self._sounds: dict[tuple[str, ...], str] = {}
        self._lengths: dict[str, tuple[int, ...]] = {}
        self._by_pair: dict[str, list[str]] = {}

    def add_terms(self, terms: Iterable[str]) -> None:
        """Add these names, as `plain` writes them."""
        known = sorted(set(terms))
        self._terms = frozenset(known)
        self._names = WordFinder(known)
        # Of two homophone names the alphabetically first is meant: the policy's data has none.
        spoken = [(self._speller.syllables(term), term) for term in known if not any(char.isdigit() for char in term)]
        self._sounds = {sound: term for sound, term in reversed(spoken) if len(sound) >= FEWEST_TYPED}
        self._lengths = _lengths_by_first(self._sounds)
        by_pair: defaultdict[str, list[str]] = defaultdict(list)
        for term in known:
            if len(term) >= SHORTEST_SLIPPED and not term.isascii() and not any(char.isdigit() for char in term):
                for pair in sorted({a + b for a, b in pairwise(term)}):
                    by_pair[pair].append(term)
        self._by_pair = dict(by_pair)

    def simplified(self, typed: str) -> str:
        """Return the first three hundred characters in one width, case and script."""
        return str(self._simplified(unicodedata.normalize("NFKC", typed[:LONGEST])[:LONGEST].lower()))

    def plain(self, simplified: str) -> str:
        """Return the text without noise, breaks as |, every word as its synonym, sums in figures."""
        text = self._asking.decoys.sub(MASKED, simplified)
        text = _replaced(text, [(start, word, self._asking.same[word]) for start, word in self._twins.find(text)])
        text = _BETWEEN_LATIN.sub("\0", _BREAKS.sub(BREAK, in_figures(text)))
        text = "\0".join(_NOISE.sub("", part) for part in text.split("\0")).replace("\0", " ")
        return _SPELLED_OUT.sub(lambda found: found[0].replace(" ", ""), text).strip(BREAK)

    def corrected(self, plain: str) -> str:
        """Correct names meant by sound or mistyped."""
        exact = self._names.find(plain)
        text = _replaced(plain, list(self._misheard(plain, exact)))
        if len(text) > LONGEST_SLIPPED or text != plain or any(len(word) >= FEWEST_SYLLABLES for _, word in exact):
            return text
        return self._without_slip(text)

    def _misheard(self, plain: str, exact: list[tuple[int, str]]) -> Iterator[tuple[int, str, str]]:
        """Yield names written with homophones, or in letters; a correct name stays."""
        written = list(self._syllables(plain))
        sounds = tuple(sound for _, _, sound in written)
        candidates = [
            (-length, written[first][0], written[first + length - 1][1], term)
            for first, sound in enumerate(sounds)
            for length in self._lengths.get(sound, ())
            if first + length <= len(sounds) and (term := self._sounds.get(sounds[first : first + length])) is not None
        ]
        fewest = FEWEST_TYPED if len(plain) <= SHORTEST_SLIPPED else FEWEST_SYLLABLES
        taken = bytearray(len(plain))
        for length, start, end, term in sorted(candidates):
            typed = plain[start:end]
            if typed in self._terms or any(taken[start:end]) or (-length < fewest and not typed.isascii()):
                continue
            if all(start <= at and at + len(word) <= end for at, word in exact if at < end and start < at + len(word)):
                taken[start:end] = b"\1" * (end - start)
                yield start, typed, term

    def _syllables(self, plain: str) -> Iterator[tuple[int, int, str]]:
        """Yield each syllable with its position."""
        spoken = iter(self._speller.syllables(_LATIN.sub("", plain)))
        for found in _WRITTEN.finditer(plain):
            if not found[0].isascii() or not found[0].isalpha():
                yield found.start(), found.end(), next(spoken)
                continue
            at = found.start()
            for syllable in self._speller.cut(found[0]):
                yield at, at + len(syllable), fold(syllable)
                at += len(syllable)

    def _without_slip(self, text: str) -> str:
        """Correct one letter wrong, missing or superfluous inside a long name."""
        candidates = {term for a, b in pairwise(text) for term in self._by_pair.get(a + b, ())}
        for term in sorted(candidates, key=lambda term: (-len(term), term)):
            for length in (len(term), len(term) - 1, len(term) + 1):
                for start in _starts(text, term[0], len(text) - length):
                    window = text[start : start + length]
                    same_ends = window[-1] == term[-1] and BREAK not in window
                    if same_ends and Levenshtein.distance(window, term, score_cutoff=1) == 1:
                        return text[:start] + term + text[start + length :]
        return text


def _starts(text: str, char: str, last: int) -> Iterator[int]:
    """Yield this character's positions, up to the last one given."""
    start = text.find(char)
    while 0 <= start <= last:
        yield start
        start = text.find(char, start + 1)


def _lengths_by_first(words: Iterable[Sequence[str]]) -> dict[str, tuple[int, ...]]:
    """Return word lengths by first character, or syllable."""
    lengths: defaultdict[str, set[int]] = defaultdict(set)
    for word in words:
        lengths[word[0]].add(len(word))
    return {first: tuple(sorted(known)) for first, known in lengths.items()}


def _replaced(text: str, changes: list[tuple[int, str, str]]) -> str:
    for start, old, new in sorted(changes, reverse=True):
        text = text[:start] + new + text[start + len(old) :]
    return text


def _whole(text: str, start: int, word: str) -> bool:
    end = start + len(word)
    return not (_latin(word[0]) and start and _latin(text[start - 1])) and not (
        _latin(word[-1]) and end < len(text) and _latin(text[end])
    )


def _latin(char: str) -> bool:
    return "a" <= char <= "z"
