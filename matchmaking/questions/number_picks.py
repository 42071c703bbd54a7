"""Parse choices from a short numbered list: "1 3 5", "135", "1、3", "做国标和出口", "都没有"."""

import re
from collections.abc import Iterable, Mapping, Sequence

from matchmaking.text.slips import denies, is_slip_of

NONE = 0
_TAKEN = "\x00"
_DIGITS = str.maketrans("零〇一二三四五六七八九", "00123456789")
_NUMBERS = re.compile(r"[\d、,，.;；/和与及跟加+]+")
_ITEM = re.compile(r"\d{1,2}\.\d")
_JOINTS = re.compile(r"[、,，.。;；/+和与及跟加&]+|以及|还有|另外")


def read_numbers(text: str, count: int, fillers: Sequence[str]) -> list[int] | None:
    """Return the numbers chosen, [NONE] for 0; None if the message is no list of numbers of 1 to `count`.

    `text` is normalised. "1.3" may be an item's code and is no list; "0" beside others contradicts itself.
    """
    if _ITEM.fullmatch(text):
        return None
    left = _without(text, fillers).translate(_DIGITS)
    if not _NUMBERS.fullmatch(left):
        return None
    picked = list(dict.fromkeys(int(digit) for digit in left if digit.isdigit()))
    if not picked or max(picked) > count or (NONE in picked and len(picked) > 1):
        return None
    return picked


def read_words(text: str, names: Sequence[Sequence[str]], fillers: Sequence[str]) -> list[int] | None:
    """Return the indexes of choices named in the message; None if anything else is left.

    `text` and `names` are normalised. Text saying more chooses nothing: 不出口, 出口有补贴吗.
    """
    if denies(text):
        return None
    by_name = {name: place for place, known in enumerate(names) for name in known}
    found: list[tuple[int, int]] = []
    # Names containing a conjunction (招了硕士、博士) would be split.
    text = _taken(text, [name for name in by_name if _JOINTS.search(name)], by_name, found)
    start = 0
    for part in _JOINTS.split(text):
        start = text.find(part, start)
        in_part: list[tuple[int, int]] = []
        left = _without(_taken(part, by_name, by_name, in_part).replace(_TAKEN, ""), fillers)
        if left:
            near = _nearest(_without(part.replace(_TAKEN, ""), fillers), by_name)
            if near is None:
                return None
            in_part = [(0, near)]
        found += [(start + at, place) for at, place in in_part]
    return list(dict.fromkeys(place for _, place in sorted(found))) or None


def _taken(text: str, names: Iterable[str], places: Mapping[str, int], found: list[tuple[int, int]]) -> str:
    """Remove the names found in the text, longest first; their positions go to `found`."""
    for name in sorted(names, key=len, reverse=True):
        start = text.find(name)
        if start >= 0:
            found.append((start, places[name]))
            text = text[:start] + _TAKEN * len(name) + text[start + len(name) :]
    return text


def _nearest(word: str, by_name: Mapping[str, int]) -> int | None:
    """Return the one choice a typo may have meant."""
    near = {place for name, place in by_name.items() if is_slip_of(word, name)}
    return near.pop() if len(near) == 1 else None


def _without(text: str, fillers: Sequence[str]) -> str:
    for filler in sorted(fillers, key=len, reverse=True):
        text = text.replace(filler, "")
    return text
