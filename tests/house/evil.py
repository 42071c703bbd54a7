"""Texts that make a pattern or text reader slow: derived from a pattern's own parts, and general ones."""

import random
from collections.abc import Iterator
from importlib import import_module
from itertools import product
from typing import Any

# `re` uses these to parse patterns; no public API exposes a pattern's structure.
_parser: Any = import_module("re._parser")
_PROBES = "1 a一万年号,.-:：()（<[{\"'\\/@=_公A\n\t。！、+%\u3000#*~x,0.9z日元\x01"
_REPEATS = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")
_MANY = 8
_VARIANTS = 5
_TAILS = ("", "\x01", "1 x", " ")
_MOST = 40
_UNEVENLY = (0.58, 0.82, 1.0)
GENERAL = (
    "1",
    " ",
    "a",
    "一",
    ",",
    "万",
    "元",
    "日",
    "\n",
    "\u3000",
    "<",
    "[",
    "(",
    "-",
    "1 ",
    "1,",
    "1.",
    "1万",
    "a ",
    "一 ",
)


def general(length: int) -> list[str]:
    """Return runs and mixes of this length, each alone and with an ending that breaks a match."""
    runs = [(unit * length)[:length] for unit in GENERAL]
    return runs + [run[:-1] + "\x01" for run in runs]


def against(pattern: str, flags: int, length: int) -> list[str]:
    """Return texts of about this length that give the pattern the most to try."""
    tree = _parser.parse(pattern, flags)
    found: dict[str, None] = {}
    for before, body in _repeats(tree, [""]):
        for start, unit, tail in product(before[:2], body, _TAILS):
            found[start + (unit * length)[:length] + tail] = None
            found[((start + unit) * length)[:length] + tail] = None
    letters = [sign for sign in _examples(tree) for sign in sign] or ["1"]
    for number in range(12):
        chance = random.Random(number)
        few = chance.sample([*letters, *_PROBES[:8]], 3)
        found["".join(chance.choices(few, cum_weights=_UNEVENLY, k=length))] = None
    found.update(dict.fromkeys(general(length)))
    every = list(found)
    return every[:: len(every) // _MOST + 1] if len(every) > _MOST else every


def _repeats(tree: Any, before: list[str]) -> Iterator[tuple[list[str], list[str]]]:
    """Yield, for each repeatable part, what precedes it and examples of the part."""
    for operation, given in tree:
        name = str(operation)
        if name in _REPEATS:
            _, most, body = given
            if int(most) > _MANY:
                yield before, _examples(body)
            yield from _repeats(body, before)
        else:
            for inner in _inner(name, given):
                yield from _repeats(inner, before)
        before = [
            one + other for one, other in zip(before * _VARIANTS, _example(name, given) * _VARIANTS, strict=False)
        ]
        before = list(dict.fromkeys(before))[:_VARIANTS]


def _inner(name: str, given: Any) -> list[Any]:
    if name == "SUBPATTERN":
        return [given[3]]
    if name in ("ATOMIC_GROUP",):
        return [given]
    if name == "BRANCH":
        return list(given[1])
    if name in ("ASSERT", "ASSERT_NOT"):
        return [given[1]]
    return []


def _examples(tree: Any) -> list[str]:
    """Return a few short texts that the tree matches, ignoring lookarounds."""
    every = [""]
    for operation, given in tree:
        mine = _example(str(operation), given)
        size = min(_VARIANTS, max(len(every), len(mine)))
        every = [every[at % len(every)] + mine[at % len(mine)] for at in range(size)]
    return [one for one in every if one] or ["1"]


def _example(name: str, given: Any) -> list[str]:
    if name == "LITERAL":
        return [chr(given)]
    if name in ("IN", "NOT_LITERAL", "ANY"):
        signs = [sign for sign in _PROBES if _takes(name, given, ord(sign))]
        first = [chr(value) for operation, value in given if str(operation) == "LITERAL"][:2] if name == "IN" else []
        return list(dict.fromkeys([*signs[:_VARIANTS], *first])) or ["1"]
    if name in _REPEATS:
        least, _, body = given
        return [one * max(1, min(int(least), _MANY)) for one in _examples(body)]
    if name == "BRANCH":
        return [_examples(one)[0] for one in given[1]][:_VARIANTS]
    inner = _inner(name, given) if name in ("SUBPATTERN", "ATOMIC_GROUP") else []
    return _examples(inner[0]) if inner else [""]


def _takes(name: str, given: Any, sign: int) -> bool:
    if name == "ANY":
        return True
    if name == "NOT_LITERAL":
        return sign != int(given)
    negated = bool(given) and str(given[0][0]) == "NEGATE"
    return negated != any(_holds(str(operation), value, sign) for operation, value in given)


def _holds(operation: str, value: Any, sign: int) -> bool:
    if operation == "LITERAL":
        return sign == int(value)
    if operation == "RANGE":
        return int(value[0]) <= sign <= int(value[1])
    if operation != "CATEGORY":
        return False
    letter = chr(sign)
    kinds = {"DIGIT": letter.isdecimal(), "SPACE": letter.isspace(), "WORD": letter.isalnum() or letter == "_"}
    category = str(value).removeprefix("CATEGORY_")
    return not kinds[category.removeprefix("NOT_")] if category.startswith("NOT_") else kinds[category]
