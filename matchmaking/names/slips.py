"""Whether one firm name may be another one mistyped, shortened or spelled by sound. Pure."""

from collections.abc import Sequence

from rapidfuzz.distance import OSA

from matchmaking.text.spelling import SplitName

# Below this length one changed character makes another word.
_ONE_SLIP, _TWO_SLIPS = 3, 6
_ONE_SLIP_WHOLE = 6
_SHORTEST_HEAD = 2


def may_mean(typed: SplitName, known: SplitName) -> bool:
    """Tell whether `typed` may be `known` misspelled: what distinguishes the two is no more than a slip.

    Two firms of one trade share most of their names: only what stands between the shared parts counts.
    """
    if typed.places and known.places and set(typed.places).isdisjoint(known.places):
        return False
    if typed.stem == known.stem or _begins(known.syllables, typed.syllables):
        return True
    if _within(typed.stem, known.stem, 1, _ONE_SLIP) or _within(typed.whole, known.whole, 1, _ONE_SLIP_WHOLE):
        return True
    if typed.stem.isascii():
        return _within(typed.syllables, known.syllables, 1, _ONE_SLIP)
    return any(_two_slips(one, other) for one, other in ((typed.syllables, known.syllables), (typed.stem, known.stem)))


def _begins(whole: Sequence[str], part: Sequence[str]) -> bool:
    return len(part) >= _SHORTEST_HEAD and whole[: len(part)] == part


def _within(one: Sequence[str], other: Sequence[str], most: int, shortest: int) -> bool:
    if min(len(one), len(other)) < shortest:
        return False
    return OSA.distance(one, other, score_cutoff=most) <= most


def _two_slips(one: Sequence[str], other: Sequence[str]) -> bool:
    """Tell whether two slips make one the other; two characters side by side replaced are another name."""
    if not _within(one, other, 2, _TWO_SLIPS):
        return False
    first, last = 0, 0
    shorter = min(len(one), len(other))
    while first < shorter and one[first] == other[first]:
        first += 1
    while last < shorter - first and one[-1 - last] == other[-1 - last]:
        last += 1
    parts = [some[first : len(some) - last] for some in (one, other)]
    return max(map(len, parts)) > 2 or not all(parts) or OSA.distance(*parts) <= 1
