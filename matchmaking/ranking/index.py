"""Inverted index: documents by token and weight, BM25-like scores, updatable in use.

A list of segments. New documents form a small new segment, deleted ones are marked; small segments are merged now and
then. Scores do not depend on insertion history.
"""

import math
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

SATURATION = 1.2
LENGTH_SHARE = 0.75
USUAL_LENGTH = 150.0
# A word's rarity needs many documents: in a handful the one fitting word would seem common. Smaller sets count as part
# of this many, the others without the word.
FEWEST = 1000
MOST_SEGMENTS = 8
STRONGEST_TOKENS = 160
# Unit vectors are stored in whole steps of 1/4000: their products are then exact in single precision (below 2 to the
# 24th), in any order of addition.
STEPS = 4000

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class IndexEntry:
    """A document for the index: weighted tokens, length, vectors by kind."""

    id: str
    tokens: Mapping[str, float]
    length: float
    vectors: Mapping[str, NDArray[np.float32]]


class Segment:
    """Some documents as runs of slots and weights per token. Documents are deleted, runs never change.

    Tokens are stored as sorted 64-bit digests, a tenth of their text size.
    """

    def __init__(self, ids: list[str], lengths: NDArray[np.float32], kinds: Mapping[str, int]) -> None:
        self.ids = ids
        self.lengths = lengths
        self.alive = np.ones(len(ids), bool)
        self.vectors = {kind: np.zeros((len(ids), size), np.float32) for kind, size in kinds.items()}
        self.known = {kind: np.zeros(len(ids), bool) for kind in kinds}
        self.digests = np.empty(0, np.uint64)
        self.starts = np.zeros(1, np.int64)
        self.slots = np.empty(0, np.int32)
        self.weights = np.empty(0, np.float16)
        self.gone = np.empty(0, np.int32)

    @classmethod
    def build(cls, entries: Iterable[IndexEntry], kinds: Mapping[str, int]) -> Self:
        """Sort the documents' tokens into runs."""
        ids: list[str] = []
        lengths: list[float] = []
        vectors: list[Mapping[str, NDArray[np.float32]]] = []
        vocabulary: dict[str, int] = {}
        tokens, weights, sizes = array("i"), array("f"), array("i")
        for entry in entries:
            ids.append(entry.id)
            lengths.append(entry.length)
            vectors.append({kind: _steps(vector) for kind, vector in entry.vectors.items()})
            tokens.extend([vocabulary.setdefault(token, len(vocabulary)) for token in entry.tokens])
            weights.extend(entry.tokens.values())
            sizes.append(len(entry.tokens))
        segment = cls(ids, np.array(lengths, np.float32), kinds)
        digests = np.fromiter(map(_digest, vocabulary), np.uint64, len(vocabulary))
        del vocabulary
        slots = np.repeat(np.arange(len(ids), dtype=np.int32), np.frombuffer(sizes, np.int32))
        segment._sort(digests, np.frombuffer(tokens, np.int32), slots, np.frombuffer(weights, np.float32))
        for slot, known in enumerate(vectors):
            for kind, steps in known.items():
                segment.vectors[kind][slot], segment.known[kind][slot] = steps, True
        return segment

    @classmethod
    def merged(cls, segments: Sequence["Segment"], kinds: Mapping[str, int]) -> Self:
        """Merge the live documents of these into one segment."""
        ids = [id_ for one in segments for id_, alive in zip(one.ids, one.alive, strict=True) if alive]
        merged = cls(ids, np.concatenate([one.lengths[one.alive] for one in segments]), kinds)
        for kind in kinds:
            merged.vectors[kind] = np.concatenate([one.vectors[kind][one.alive] for one in segments])
            merged.known[kind] = np.concatenate([one.known[kind][one.alive] for one in segments])
        digests = np.unique(np.concatenate([one.digests for one in segments]))
        tokens, slots, weights, before = [], [], [], 0
        for one in segments:
            lives = one.alive[one.slots]
            numbers = np.searchsorted(digests, one.digests).astype(np.int32)
            tokens.append(np.repeat(numbers, np.diff(one.starts))[lives])
            new_slots = before + np.cumsum(one.alive, dtype=np.int32) - 1
            slots.append(new_slots[one.slots[lives]].astype(np.int32))
            weights.append(one.weights[lives])
            before += int(one.alive.sum())
        merged._sort(digests, np.concatenate(tokens), np.concatenate(slots), np.concatenate(weights))
        return merged

    def _sort(
        self,
        digests: NDArray[np.uint64],
        tokens: NDArray[np.int32],
        slots: NDArray[np.int32],
        weights: NDArray[np.floating[Any]],
    ) -> None:
        ranks = np.empty(len(digests), np.int32)
        by_digest = np.argsort(digests)
        ranks[by_digest] = np.arange(len(digests), dtype=np.int32)
        tokens = ranks[tokens]
        order = np.argsort(tokens, kind="stable")
        self.digests = digests[by_digest]
        self.starts = np.concatenate([[0], np.cumsum(np.bincount(tokens, minlength=len(digests)))])
        self.slots, self.weights = slots[order], weights[order].astype(np.float16)
        self.gone = np.zeros(len(digests), np.int32)

    def know(self, slot: int, kind: str, vector: NDArray[np.float32]) -> None:
        """Set this document's vector of this kind."""
        self.vectors[kind][slot], self.known[kind][slot] = _steps(vector), True

    def kill(self, slot: int) -> None:
        """Delete this document: neither it nor its tokens count any more."""
        self.alive[slot] = False
        places = np.nonzero(self.slots == slot)[0]
        self.gone[np.searchsorted(self.starts, places, side="right") - 1] += 1

    def run(self, token: str) -> slice:
        """Return the slice of this token's documents."""
        number = self._number(token)
        return slice(0, 0) if number is None else slice(int(self.starts[number]), int(self.starts[number + 1]))

    def held(self, token: str) -> int:
        """Return how many live documents hold this token."""
        number = self._number(token)
        return 0 if number is None else int(self.starts[number + 1] - self.starts[number]) - int(self.gone[number])

    def _number(self, token: str) -> int | None:
        digest = np.uint64(_digest(token))
        number = int(np.searchsorted(self.digests, digest))
        return number if number < len(self.digests) and self.digests[number] == digest else None

    def score(self, wanted: Sequence[tuple[str, float]]) -> Floats:
        """Return each slot's sum of `worth` over the wanted tokens."""
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
    """Documents by token, each id at most once; `kinds` maps vector kinds to sizes."""

    def __init__(self, entries: Iterable[IndexEntry], kinds: Mapping[str, int]) -> None:
        self._kinds = dict(kinds)
        self.segments = [Segment.build(entries, kinds)]
        self._places = {id_: (self.segments[0], slot) for slot, id_ in enumerate(self.segments[0].ids)}

    def __len__(self) -> int:
        return len(self._places)

    def put(self, entries: Sequence[IndexEntry]) -> None:
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
        """Remove documents at once; unknown ids are ignored."""
        for id_ in ids:
            place = self._places.pop(id_, None)
            if place:
                place[0].kill(place[1])

    def know(self, id_: str, kind: str, vector: NDArray[np.float32]) -> None:
        """Set a document's vector computed after insertion."""
        place = self._places.get(id_)
        if place:
            place[0].know(place[1], kind, vector)

    def values(self, wanted: Mapping[str, float]) -> tuple[dict[str, float], float]:
        """Return the value of each wanted token held by any document, weight × BM25's idf; and the total of all wanted
        tokens. Of a long demand the 160 strongest count.
        """
        values = {token: weight * self._idf(token) for token, weight in wanted.items()}
        strongest = sorted(values.items(), key=lambda pair: (-pair[1], pair[0]))[:STRONGEST_TOKENS]
        held = {token: value for token, value in sorted(strongest) if self._held(token)}
        return held, sum(value for _, value in strongest)

    def scores(self, values: Mapping[str, float]) -> Floats:
        """Return every slot's score over all segments, 0 for deleted ones; `values` in token order."""
        wanted = list(values.items())
        return np.concatenate([segment.score(wanted) for segment in self.segments])

    def alike(self, kind: str, vector: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Return the cosine of every slot's vector of this kind with this one, and which slots have one."""
        steps = _steps(vector)
        # Not `@`: the linear algebra library would wake a thread on every core for each demand, and wait for them.
        near = np.concatenate([np.einsum("ij,j->i", segment.vectors[kind], steps) for segment in self.segments])
        return (near / STEPS**2).astype(np.float32), np.concatenate([segment.known[kind] for segment in self.segments])

    def alive(self) -> NDArray[np.bool_]:
        """Return which slots hold a live document."""
        return np.concatenate([segment.alive for segment in self.segments])

    def id_at(self, slot: int) -> str:
        """Return the document in this slot."""
        for segment in self.segments:
            if slot < len(segment.ids):
                return segment.ids[slot]
            slot -= len(segment.ids)
        raise IndexError(slot)

    def slot_of(self, id_: str) -> int | None:
        """Return this document's index in `scores`."""
        place = self._places.get(id_)
        if place is None:
            return None
        before = self.segments[: next(at for at, segment in enumerate(self.segments) if segment is place[0])]
        return sum(len(segment.ids) for segment in before) + place[1]

    def _held(self, token: str) -> int:
        return sum(segment.held(token) for segment in self.segments)

    def _idf(self, token: str) -> float:
        held = self._held(token)
        return math.log(1 + (max(len(self._places), FEWEST) - held + 0.5) / (held + 0.5))

    def _merge(self, segments: Sequence[Segment]) -> None:
        merged = Segment.merged(segments, self._kinds)
        self.segments = [one for one in self.segments if all(one is not old for old in segments)] + [merged]
        self._places.update((id_, (merged, slot)) for slot, id_ in enumerate(merged.ids))


def _steps(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.round(vector * STEPS).astype(np.float32)


def _digest(token: str) -> int:
    return int.from_bytes(blake2b(token.encode(), digest_size=8).digest(), "little")


def hindrance(length: Any, matched: Any) -> Any:
    """Return the length normalisation of a token's weight: larger for long documents, except for wanted tokens.

    `matched`: the weight of all wanted tokens in the document, so that a matching word can only help. Accepts numbers
    or arrays, as does `worth`.
    """
    unmatched = np.maximum(length - matched, 0)
    return SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * unmatched / USUAL_LENGTH)


def worth(value: Any, weight: Any, against: Any) -> Any:
    """Return a token's contribution: the heavier it is in the document, the more of its value."""
    return value * weight / (weight + against)
