"""Mask personal identifiers in typed text: numbers to call or identify people by, mail addresses."""

import re
import unicodedata

MASK = "＊＊＊"

_SPOKEN = "[〇零一二三四五六七八九幺]"
_PATTERNS = [
    re.compile(pattern)
    for pattern in (
        r"[A-Za-z0-9_.+-]{1,64}+@[A-Za-z0-9-]{1,63}+(?:\.[A-Za-z0-9-]{1,63}+){1,8}",
        # Identity papers (15 or 18, the last perhaps X), credit codes: long runs of digits and capitals.
        r"(?<![0-9A-Za-z])(?=(?:[A-Za-z]*[0-9]){6})[0-9A-Za-z]{15,20}(?![0-9A-Za-z])",
        # Telephones and bank cards, with blanks and dashes.
        r"(?<![0-9.])(?:\+?86[ -]?)?[0-9](?:[ -]?[0-9]){6,19}(?![0-9]*[万亿元])",
        _SPOKEN + "{7,}",
    )
]


def masked(typed: str) -> str:
    """Return the text with every such number masked; sums of money with unit stay."""
    text = unicodedata.normalize("NFKC", typed)
    for pattern in _PATTERNS:
        text = pattern.sub(MASK, text)
    return text
