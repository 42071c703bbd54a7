"""统一社会信用代码 per GB 32100-2015: 18 characters, the last one a check character."""

import unicodedata

# GB 32100-2015: digits and capitals without I, O, S, V, Z; weights are powers of 3 modulo 31.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
LENGTH = 18


def normalise(typed: str) -> str:
    """Return the code as printed: half width, capitals, without blanks and dashes."""
    return "".join(unicodedata.normalize("NFKC", typed).upper().replace("-", "").replace("—", "").split())


def check_character(body: str) -> str:
    """Return the 18th character for the first 17; raises ValueError for a character outside the standard."""
    total = sum(ALPHABET.index(character) * weight for character, weight in zip(body, WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def fault(code: str) -> str | None:
    """Return what is wrong with a normalised code: `length`, `character`, `check`; None if valid."""
    if len(code) != LENGTH:
        return "length"
    if any(character not in ALPHABET for character in code):
        return "character"
    if check_character(code[:-1]) != code[-1]:
        return "check"
    return None
