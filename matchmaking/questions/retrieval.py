"""Nearest named things to a free question: by pairs, words, characters, order and meaning."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import LCSseq

from matchmaking.ranking.index import Index, IndexEntry
from matchmaking.ranking.semantic import WordTable
from matchmaking.text.tokens import TextReader

# Contribution of each kind of similarity; fitted on foreign service items (make bench-retrieval), then rounded.
CHARACTERS = 0.5
ORDER = 0.5
MEANING = 1.0
TEXT = 0.2
# Only the likeliest names are compared character by character.
COMPARED = 60
_KIND = "words"


@dataclass(frozen=True, slots=True)
class Named:
    """A thing to find: the names people use, and its description."""

    id: str
    names: tuple[str, ...]
    text: str = ""


class Retrieval:
    """Things by name; `rank` is thread-safe."""

    def __init__(self, things: Iterable[Named], reader: TextReader, table: WordTable | None) -> None:
        self._reader = reader
        self._table = table
        self._ids: list[str] = []
        rows: list[tuple[int, str]] = []
        texts: list[str] = []
        for number, thing in enumerate(things):
            self._ids.append(thing.id)
            texts.append(thing.text)
            rows += [(number, name) for name in thing.names]
        self._owner = np.array([number for number, _ in rows], np.int64)
        self._names = [_plain(reader.clean(name)) for _, name in rows]
        kinds = {_KIND: table.size} if table is not None else {}
        self._words = Index((self._entry(str(row), name, table) for row, (_, name) in enumerate(rows)), kinds)
        self._letters = Index((_letters(str(row), name) for row, name in enumerate(self._names)), {})
        self._texts = Index((self._entry(str(number), text, None) for number, text in enumerate(texts)), {})

    def rank(self, question: str, count: int) -> list[tuple[str, float]]:
        """Return the `count` nearest things with similarity, best first; ties in input order.

        About 2.5 for a thing called by its exact name, about 0.5 for an unrelated one.
        """
        reading = self._reader.demand("", question)
        plain = _plain(self._reader.clean(question))
        likeness = _share(self._words, reading.totals)
        likeness += CHARACTERS * _share(self._letters, dict.fromkeys(plain, 1.0))
        if self._table is not None:
            near, _ = self._words.alike(_KIND, self._table.vector(reading.words, self._reader.generic))
            likeness += MEANING * near
        likeness += TEXT * _share(self._texts, reading.totals)[self._owner]
        likely = np.argsort(-likeness, kind="stable")[:COMPARED]
        for row in likely:
            likeness[row] += ORDER * LCSseq.similarity(plain, self._names[row]) / max(len(plain), 1)
        best: dict[int, float] = {}
        for row in likely[np.argsort(-likeness[likely], kind="stable")]:
            best.setdefault(int(self._owner[row]), float(likeness[row]))
        return [(self._ids[number], score) for number, score in list(best.items())[:count]]

    def _entry(self, id_: str, text: str, table: WordTable | None) -> IndexEntry:
        reading = self._reader.document({"text": text})
        vectors = {_KIND: table.vector(reading.words, self._reader.generic)} if table is not None else {}
        return IndexEntry(id_, reading.totals, reading.length(), vectors)


def _letters(id_: str, name: str) -> IndexEntry:
    letters = dict.fromkeys(name, 1.0)
    return IndexEntry(id_, letters, float(len(letters)), {})


def _share(index: Index, wanted: Mapping[str, float]) -> NDArray[np.float64]:
    """Return the share of the wanted weight in each slot."""
    values, whole = index.values(wanted)
    return index.scores(values) / whole if whole else np.zeros(len(index))


def _plain(cleaned: str) -> str:
    return "".join(char for char in cleaned if char.isalnum())
