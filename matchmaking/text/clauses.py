"""A short statement taken apart into clauses of known words."""

from collections.abc import Mapping
from typing import TypeVar

STOPS = "，,。;；！!、…~:："

T = TypeVar("T")


def known_clauses(text: str, words: Mapping[str, T], longest: int) -> list[list[T]] | None:
    """Return what the words of a text mean, clause by clause, the longest word first; None where any is unknown."""
    clauses: list[list[T]] = [[]]
    place = 0
    while place < len(text):
        for length in range(min(longest, len(text) - place), 0, -1):
            word = words.get(text[place : place + length])
            if word is not None:
                clauses[-1].append(word)
                place += length
                break
        else:
            if text[place] not in STOPS:
                return None
            clauses.append([])
            place += 1
    return clauses
