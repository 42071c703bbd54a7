"""Allowed values per template field kind (protocol §2.4): the kind is the field's name without its number."""

import re
from collections.abc import Callable, Mapping

# A moment or a day, and a range of two joined by ~.
_DAY = r"(?:\d{4}年\d{1,2}月\d{1,2}日|\d{4}-\d{1,2}-\d{1,2})"
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2})?"
_TIME = rf"(?:{_DAY} ?)?{_CLOCK}"
_DATE = rf"{_DAY}(?: ?{_CLOCK})?"
_HAN = r"[㐀-䶿一-鿿]"
_NAME_OF_KIND = re.compile(r"([a-z_]+?)\d*")

# short_thing's limit is undocumented: assumed equal to thing's.
_PATTERNS = {
    "thing": r".{1,20}",
    "short_thing": r".{1,20}",
    "number": r"(?=.{1,32}$)[+-]?\d+(?:\.\d+)?",
    "letter": r"[A-Za-z]{1,32}",
    "symbol": r"[^\w\s]{1,5}",
    "character_string": r"[\x20-\x7e]{1,32}",
    "time": rf"{_TIME}(?: ?~ ?{_TIME})?",
    "date": rf"{_DATE}(?: ?~ ?{_DATE})?",
    "amount": r"[^\w\s]?\d{1,10}(?:\.\d+)?元?",
    "phone_number": r"[\d+\-*#() ]{1,17}",
    "car_number": r".{1,8}",
    "name": r"[A-Za-z .·'\-]{1,20}|[^\d\n]{1,10}",
    "phrase": rf"{_HAN}{{1,5}}",
}
_FITS: Mapping[str, Callable[[str], object]] = {
    kind: re.compile(pattern).fullmatch for kind, pattern in _PATTERNS.items()
}
CHOSEN = ("const", "enum")


def kind_of(field: str) -> str:
    """Return the kind of a field such as thing1; the whole name if it has no known kind."""
    found = _NAME_OF_KIND.fullmatch(field)
    return found[1] if found else field


def fits(field: str, value: str, choices: tuple[str, ...] = ()) -> bool:
    """Tell whether this field may hold this value; const and enum take one of the choices. No kind allows a
    line break.
    """
    kind = kind_of(field)
    if kind in CHOSEN:
        return value in choices
    return kind in _FITS and _FITS[kind](value) is not None
