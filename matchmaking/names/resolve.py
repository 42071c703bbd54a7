"""Name resolution: the right firm first, a choice if unsure, nothing if absent."""

import math
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Indel, LCSseq, Prefix

from matchmaking.names import slips
from matchmaking.text.spelling import SplitName, speller

CHOICES = 5
COMPARED = 60
# Fitted on one half of a labelled set, checked on the other (benchmarks/matching.py), then rounded.
WEIGHTS = {"whole": 0.15, "core": 0.20, "sound": 0.25, "covered": 0.20, "beginning": 0.12, "place": 0.08}
SURE_SCORE = 0.80
SURE_GAP = 0.08
WORTH_OFFERING = 0.40
ELSEWHERE = 0.0
NUMERALS = frozenset("一二三四五六七八九十0123456789")
FEWEST_INITIALS = 3


@dataclass(frozen=True)
class Resolution:
    """At most five known names with scores from 0 to 1, best first; `accepted`: use the first without asking."""

    candidates: tuple[tuple[str, float], ...]
    accepted: bool


class NameIndex:
    """Index of known names: finds mistyped, shortened or spelled-out ones within milliseconds."""

    def __init__(self, names: Iterable[str]) -> None:
        self._speller = speller()
        self._fill(names)

    def _fill(self, names: Iterable[str]) -> None:
        self._names: list[str] = []
        self._spelled: list[SplitName] = []
        self._slots: dict[str, int] = {}
        self._gone: set[int] = set()
        self._postings: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
        self._initials: str | None = None
        for name in names:
            self.add(name)

    def __len__(self) -> int:
        return len(self._slots)

    def add(self, name: str) -> None:
        """Add this name; no-op if known already, or without any letter."""
        spelled = self._speller.split(name)
        if name in self._slots or not spelled.whole:
            return
        slot = len(self._names)
        self._slots[name] = slot
        self._names.append(name)
        self._spelled.append(spelled)
        for token in _tokens(spelled):
            self._postings[token].append(slot)
        self._initials = None

    def remove(self, name: str) -> None:
        """Remove this name; no-op if unknown."""
        slot = self._slots.pop(name, None)
        if slot is not None:
            self._gone.add(slot)
            if len(self._gone) > max(1000, len(self._slots)):
                self._fill([known for known in self._names if known in self._slots])

    def resolve(self, typed: str) -> Resolution:
        """Return the known names this may mean; accepted only with a high score and a clear gap to the second.

        Letters that are no pinyin (hlzscq) are tried as initials: offered, never accepted.
        """
        scored: dict[int, float] = {}
        for wanted in self._speller.readings(typed):
            for slot in self._near(wanted):
                scored[slot] = max(_likeness(wanted, self._spelled[slot]), scored.get(slot, 0))
        if wanted.whole.isascii():
            scored |= {slot: score for slot, score in self._by_initials(wanted) if score > scored.get(slot, 0)}
        best = sorted(scored.items(), key=lambda pair: (-pair[1], self._names[pair[0]]))[:CHOICES]
        offered = [(slot, score) for slot, score in best if score >= WORTH_OFFERING]
        return Resolution(
            tuple((self._names[slot], round(score, 4)) for slot, score in offered),
            accepted=bool(offered) and self._sure(wanted, offered),
        )

    def near(self, typed: str) -> list[str]:
        """Return the known names that this may be a misspelling of, best first."""
        scored: dict[int, float] = {}
        for wanted in self._speller.readings(typed):
            for slot in self._near(wanted):
                if slips.may_mean(wanted, self._spelled[slot]):
                    scored[slot] = max(_likeness(wanted, self._spelled[slot]), scored.get(slot, 0))
        return [self._names[slot] for slot in sorted(scored, key=lambda slot: (-scored[slot], self._names[slot]))]

    def _sure(self, wanted: SplitName, offered: list[tuple[int, float]]) -> bool:
        same = [slot for slot, _ in offered if self._spelled[slot].whole == wanted.whole]
        if same:
            return len(same) == 1
        first = self._spelled[offered[0][0]]
        if _place(wanted, first) == ELSEWHERE or _numerals(wanted) != _numerals(first):
            return False
        gap = offered[0][1] - (offered[1][1] if len(offered) > 1 else 0)
        return offered[0][1] >= SURE_SCORE and gap >= SURE_GAP

    def _near(self, wanted: SplitName) -> list[int]:
        """Return the slots sharing the most distinctive characters, pairs and syllables with the input."""
        found: list[NDArray[np.uint32]] = []
        weights: list[NDArray[np.float32]] = []
        for token in sorted(_tokens(wanted)):
            posting = self._postings.get(token)
            if posting:
                weight = math.log(1 + len(self._names) / len(posting)) * (0.7 if token[0] == "/" else 1)
                found.append(np.frombuffer(posting, np.uint32))
                weights.append(np.full(len(posting), weight, np.float32))
        if not found:
            return []
        shared = np.bincount(np.concatenate(found), np.concatenate(weights), minlength=len(self._names))
        if self._gone:
            shared[list(self._gone)] = 0
        count = min(COMPARED, len(shared))
        best = np.argpartition(-shared, count - 1)[:count]
        return [int(slot) for slot in best if shared[slot] > 0]

    def _by_initials(self, wanted: SplitName) -> Iterator[tuple[int, float]]:
        typed = wanted.whole
        if len(typed) < FEWEST_INITIALS or not typed.isalpha():
            return
        if self._initials is None:
            self._initials = "\n".join(["", *(spelled.initials for spelled in self._spelled), ""])
        text, position = self._initials, -1
        counted, slot, hits = 0, -1, 0
        while hits < COMPARED and (position := text.find(typed, position + 1)) >= 0:
            slot += text.count("\n", counted, position)
            counted, hits = position, hits + 1
            if slot not in self._gone:
                length = len(self._spelled[slot].stem)
                yield slot, 0.75 - 0.3 * abs(length - len(typed)) / max(length, len(typed))


def _tokens(name: SplitName) -> set[str]:
    """Return characters, character pairs, /syllables and /syllable/pairs of the stem, its ^first character; @places."""
    stem, syllables = name.stem, name.syllables
    tokens = {*stem, *(stem[at : at + 2] for at in range(len(stem) - 1)), "^" + stem[:1]}
    tokens.update("/" + syllable for syllable in syllables)
    tokens.update(f"/{one}/{two}" for one, two in pairwise(syllables))
    tokens.update("@" + place for place in name.places)
    return tokens


def _likeness(typed: SplitName, known: SplitName) -> float:
    """Return 0 to 1: weighted similarity in writing, in sound, and the share of `typed` covered."""
    length = len(typed.syllables) or 1
    return (
        WEIGHTS["whole"] * Indel.normalized_similarity(typed.whole, known.whole)
        + WEIGHTS["core"] * Indel.normalized_similarity(typed.core, known.core)
        + WEIGHTS["sound"] * Indel.normalized_similarity(typed.syllables, known.syllables)
        + WEIGHTS["covered"] * LCSseq.similarity(typed.syllables, known.syllables) / length
        + WEIGHTS["beginning"] * Prefix.similarity(typed.syllables, known.syllables) / length
        + WEIGHTS["place"] * _place(typed, known)
    )


def _numerals(name: SplitName) -> list[str]:
    """Return the numerals: 第一分公司 and 第三分公司 differ by one decisive character."""
    return sorted(char for char in name.whole if char in NUMERALS)


def _place(typed: SplitName, known: SplitName) -> float:
    if not typed.places and not known.places:
        return 1.0
    if not typed.places or not known.places:
        return 0.5
    return ELSEWHERE if set(typed.places).isdisjoint(known.places) else 1.0
