"""The inverted index: which documents hold a token, and how much; scored like BM25, changed while it is in use.

It is a list of segments. New documents make a new small segment, deleted ones are marked; small segments are merged
now and then. Scores do not depend on how the documents came in.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

SATURATION = 1.2
LENGTH_SHARE = 0.75
USUAL_LENGTH = 150.0
MOST_SEGMENTS = 8
STRONGEST_TOKENS = 160
# Vectors of length one are kept in whole steps of 1/4000: their products are then exact in single precision (below
# 2 to the 24th), in whatever order the processor adds them up.
STEPS = 4000

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Entry:
    """A document as the index takes it in: its tokens with their weights, its length, its vectors by their kind."""

    id: str
    tokens: Mapping[str, float]
    length: float
    vectors: Mapping[str, NDArray[np.float32]]


class Segment:
    """Some documents, token by token: for each token a run of slots and weights. Documents die, runs never change."""

    def __init__(self, ids: list[str], lengths: NDArray[np.float32], kinds: Mapping[str, int]) -> None:
        self.ids = ids
        self.lengths = lengths
        self.alive = np.ones(len(ids), bool)
        self.vectors = {kind: np.zeros((len(ids), size), np.float32) for kind, size in kinds.items()}
        self.known = {kind: np.zeros(len(ids), bool) for kind in kinds}
        self.vocabulary: dict[str, int] = {}
        self.starts = np.zeros(1, np.int64)
        self.slots = np.empty(0, np.int32)
        self.weights = np.empty(0, np.float16)
        self.gone = np.empty(0, np.int32)

    @classmethod
    def build(cls, entries: Iterable[Entry], kinds: Mapping[str, int]) -> Self:
        """Sort the documents' tokens into runs."""
        ids: list[str] = []
        lengths: list[float] = []
        vectors: list[Mapping[str, NDArray[np.float32]]] = []
        vocabulary: dict[str, int] = {}
        tokens: list[NDArray[np.int32]] = [np.empty(0, np.int32)]
        weights: list[NDArray[np.float16]] = [np.empty(0, np.float16)]
        for entry in entries:
            ids.append(entry.id)
            lengths.append(entry.length)
            vectors.append(entry.vectors)
            numbers = (vocabulary.setdefault(token, len(vocabulary)) for token in entry.tokens)
            tokens.append(np.fromiter(numbers, np.int32, len(entry.tokens)))
            weights.append(np.fromiter(entry.tokens.values(), np.float16, len(entry.tokens)))
        segment = cls(ids, np.array(lengths, np.float32), kinds)
        sizes = [len(numbers) for numbers in tokens[1:]]
        segment._sort(
            vocabulary,
            np.concatenate(tokens),
            np.repeat(np.arange(len(ids), dtype=np.int32), sizes),
            np.concatenate(weights),
        )
        for slot, known in enumerate(vectors):
            for kind, vector in known.items():
                segment.know(slot, kind, vector)
        return segment

    @classmethod
    def merged(cls, segments: Sequence["Segment"], kinds: Mapping[str, int]) -> Self:
        """One segment of what is alive in these."""
        ids = [id_ for one in segments for id_, alive in zip(one.ids, one.alive, strict=True) if alive]
        merged = cls(ids, np.concatenate([one.lengths[one.alive] for one in segments]), kinds)
        for kind in kinds:
            merged.vectors[kind] = np.concatenate([one.vectors[kind][one.alive] for one in segments])
            merged.known[kind] = np.concatenate([one.known[kind][one.alive] for one in segments])
        vocabulary: dict[str, int] = {}
        tokens, slots, weights, before = [], [], [], 0
        for one in segments:
            new_numbers = [vocabulary.setdefault(token, len(vocabulary)) for token in one.vocabulary]
            lives = one.alive[one.slots]
            tokens.append(np.repeat(np.array(new_numbers, np.int32), np.diff(one.starts))[lives])
            new_slots = before + np.cumsum(one.alive, dtype=np.int32) - 1
            slots.append(new_slots[one.slots[lives]].astype(np.int32))
            weights.append(one.weights[lives])
            before += int(one.alive.sum())
        merged._sort(vocabulary, np.concatenate(tokens), np.concatenate(slots), np.concatenate(weights))
        return merged

    def _sort(
        self,
        vocabulary: dict[str, int],
        tokens: NDArray[np.int32],
        slots: NDArray[np.int32],
        weights: NDArray[np.float16],
    ) -> None:
        order = np.argsort(tokens, kind="stable")
        self.vocabulary = vocabulary
        self.starts = np.concatenate([[0], np.cumsum(np.bincount(tokens, minlength=len(vocabulary)))])
        self.slots, self.weights = slots[order], weights[order]
        self.gone = np.zeros(len(vocabulary), np.int32)

    def know(self, slot: int, kind: str, vector: NDArray[np.float32]) -> None:
        """This document's vector of this kind."""
        self.vectors[kind][slot] = np.round(vector * STEPS)
        self.known[kind][slot] = True

    def kill(self, slot: int) -> None:
        """This document is found no more, and its tokens count no more."""
        self.alive[slot] = False
        places = np.nonzero(self.slots == slot)[0]
        self.gone[np.searchsorted(self.starts, places, side="right") - 1] += 1

    def run(self, token: str) -> slice:
        """Where this token's documents stand."""
        number = self.vocabulary.get(token)
        return slice(0, 0) if number is None else slice(int(self.starts[number]), int(self.starts[number + 1]))

    def held(self, token: str) -> int:
        """How many living documents hold this token."""
        number = self.vocabulary.get(token)
        return 0 if number is None else int(self.starts[number + 1] - self.starts[number]) - int(self.gone[number])

    def score(self, wanted: Sequence[tuple[str, float]]) -> Floats:
        """For every slot the sum over the wanted tokens of `worth`."""
        runs = [(self.run(token), value) for token, value in wanted]
        sizes = [run.stop - run.start for run, _ in runs]
        if not sum(sizes):
            return np.zeros(len(self.ids))
        slots = np.concatenate([self.slots[run] for run, _ in runs])
        weights = np.concatenate([self.weights[run] for run, _ in runs]).astype(np.float64)
        matched = np.bincount(slots, weights, minlength=len(self.ids))
        values = np.repeat([value for _, value in runs], sizes)
        gains = worth(values, weights, hindrance(self.lengths, matched)[slots])
        return np.bincount(slots, gains, minlength=len(self.ids)).astype(np.float64, copy=False)


class Index:
    """Documents by token, each id at most once; `kinds` names the kinds of vectors and their sizes."""

    def __init__(self, entries: Iterable[Entry], kinds: Mapping[str, int]) -> None:
        self._kinds = dict(kinds)
        self.segments = [Segment.build(entries, kinds)]
        self._places = {id_: (self.segments[0], slot) for slot, id_ in enumerate(self.segments[0].ids)}

    def __len__(self) -> int:
        return len(self._places)

    def put(self, entries: Sequence[Entry]) -> None:
        """Add documents, or replace those with the same ids."""
        self.drop(entry.id for entry in entries)
        segment = Segment.build(entries, self._kinds)
        self.segments.append(segment)
        self._places.update((id_, (segment, slot)) for slot, id_ in enumerate(segment.ids))
        slots = sum(len(one.ids) for one in self.segments)
        if slots > 1000 + 2 * len(self._places):
            self._merge(self.segments)
        elif len(self.segments) > MOST_SEGMENTS:
            self._merge(sorted(self.segments, key=lambda one: len(one.ids))[:-1])

    def drop(self, ids: Iterable[str]) -> None:
        """Take documents out at once; unknown ids change nothing."""
        for id_ in ids:
            place = self._places.pop(id_, None)
            if place:
                place[0].kill(place[1])

    def know(self, id_: str, kind: str, vector: NDArray[np.float32]) -> None:
        """A document's vector that was made after the document came in."""
        place = self._places.get(id_)
        if place:
            place[0].know(place[1], kind, vector)

    def values(self, wanted: Mapping[str, float]) -> tuple[dict[str, float], float]:
        """What each wanted token can be worth, weight × BM25's idf, for those that any document holds; and what all
        wanted tokens together would be. Of a long demand the 160 strongest count."""
        values = {token: weight * self._idf(token) for token, weight in wanted.items()}
        strongest = sorted(values.items(), key=lambda pair: (-pair[1], pair[0]))[:STRONGEST_TOKENS]
        held = {token: value for token, value in sorted(strongest) if self._held(token)}
        return held, sum(value for _, value in strongest)

    def scores(self, values: Mapping[str, float]) -> Floats:
        """The score of every slot of all segments in a row, 0 for the dead; `values` in the order of tokens."""
        wanted = list(values.items())
        return np.concatenate([segment.score(wanted) for segment in self.segments])

    def alike(self, kind: str, vector: NDArray[np.float32]) -> tuple[Floats, NDArray[np.bool_]]:
        """How near every slot's vector of this kind is to this one, and which slots have one."""
        steps = np.round(vector * STEPS).astype(np.float32)
        near = np.concatenate([segment.vectors[kind] @ steps for segment in self.segments])
        return near.astype(np.float64) / STEPS**2, np.concatenate([segment.known[kind] for segment in self.segments])

    def alive(self) -> NDArray[np.bool_]:
        """Which slots hold a document that is there."""
        return np.concatenate([segment.alive for segment in self.segments])

    def id_at(self, slot: int) -> str:
        """The document in this slot."""
        for segment in self.segments:
            if slot < len(segment.ids):
                return segment.ids[slot]
            slot -= len(segment.ids)
        raise IndexError(slot)

    def slot_of(self, id_: str) -> int | None:
        """Where this document stands in the order of `scores`."""
        place = self._places.get(id_)
        if place is None:
            return None
        before = self.segments[: next(at for at, segment in enumerate(self.segments) if segment is place[0])]
        return sum(len(segment.ids) for segment in before) + place[1]

    def _held(self, token: str) -> int:
        return sum(segment.held(token) for segment in self.segments)

    def _idf(self, token: str) -> float:
        held = self._held(token)
        return math.log(1 + (len(self._places) - held + 0.5) / (held + 0.5))

    def _merge(self, segments: Sequence[Segment]) -> None:
        merged = Segment.merged(segments, self._kinds)
        self.segments = [one for one in self.segments if all(one is not old for old in segments)] + [merged]
        self._places.update((id_, (merged, slot)) for slot, id_ in enumerate(merged.ids))


def hindrance(length: Any, matched: Any) -> Any:
    """What a token's weight is held against: a long document more, but not for what was asked for.

    `matched` is the weight of all the wanted tokens in the document: so a matching word can only help. Takes numbers
    or arrays, as does `worth`.
    """
    unmatched = np.maximum(length - matched, 0)
    return SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * unmatched / USUAL_LENGTH)


def worth(value: Any, weight: Any, against: Any) -> Any:
    """What a token adds to a document's score: the more of its value, the heavier it is there."""
    return value * weight / (weight + against)
