"""Detect whether a short answer is a typo of a known name: same sound, or one wrong character in a long one."""

from functools import lru_cache

from pypinyin import lazy_pinyin
from rapidfuzz.distance import Levenshtein

# Two syllables are too easily another word; with one wrong character 绿色工程 would be 绿色工厂.
SHORTEST_SOUND = 3
SHORTEST_WRITTEN = 5
_NEGATIONS = frozenset("不没沒无無非未别")


def is_slip_of(typed: str, name: str) -> bool:
    """Tell whether this text most likely meant the name. A negation never matches an affirmation."""
    if _NEGATIONS.isdisjoint(typed) != _NEGATIONS.isdisjoint(name):
        return False
    if len(name) >= SHORTEST_WRITTEN and Levenshtein.distance(typed, name, score_cutoff=1) <= 1:
        return True
    return len(name) >= SHORTEST_SOUND and len(typed) == len(name) and sound(typed) == sound(name)


def denies(text: str) -> bool:
    """Tell whether the text contains a negation."""
    return not _NEGATIONS.isdisjoint(text)


@lru_cache(maxsize=1024)
def sound(text: str) -> str:
    """Return its pinyin without tones."""
    return " ".join(lazy_pinyin(text))
