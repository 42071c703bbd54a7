"""Token positions in a text, and the phrases they form. One bit per character: a demand is queried 30 times."""

import re
from collections.abc import Iterable

_JOINED = re.compile("1+")
_SINGLE = re.compile("1")


class Phrases:
    """One text; earlier searches are cached."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._found: dict[str, tuple[int, int]] = {}

    def of(self, tokens: Iterable[str]) -> list[str]:
        """Return the tokens found in the text, overlapping ones as one phrase; longest first, each once."""
        joined, single = 0, 0
        for token in tokens:
            joints, alone = self._found.get(token) or self._find(token)
            joined |= joints
            single |= alone
        single &= ~(joined | joined << 1)
        spans = [(run.start(), run.end() + 1) for run in _JOINED.finditer(_bits(joined))]
        spans += [(one.start(), one.end()) for one in _SINGLE.finditer(_bits(single))]
        phrases = dict.fromkeys(self.text[start:end] for start, end in spans)
        return sorted(phrases, key=lambda phrase: (-len(phrase), phrase))

    def _find(self, token: str) -> tuple[int, int]:
        """Return bits for the joints between the token's characters at each occurrence; or for its only character."""
        bits, one = 0, (1 << max(len(token) - 1, 1)) - 1
        at = self.text.find(token)
        while at >= 0:
            bits |= one << at
            at = self.text.find(token, at + 1)
        found = self._found[token] = (0, bits) if len(token) == 1 else (bits, 0)
        return found


def _bits(number: int) -> str:
    """Format as 0 and 1, the first character's bit first."""
    return f"{number:b}"[::-1]
