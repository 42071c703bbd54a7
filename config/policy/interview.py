"""How a firm is asked: one list covering most needs, and the likelihood of a yes. No verdict depends on it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

USUAL = 2


@dataclass(frozen=True, slots=True)
class InterviewChoice:
    """One choice of the list. Choosing it states `facts`; without any, its `parts` are asked next.

    `none`: what "none of these" states.
    """

    label: str
    words: tuple[str, ...]
    facts: Mapping[str, bool | str] = field(default_factory=dict)
    none: Mapping[str, bool | str] = field(default_factory=dict)
    parts: tuple["InterviewChoice", ...] = field(default=(), metadata={"key": "part"})

    @property
    def about(self) -> frozenset[str]:
        """Return every fact it can settle."""
        return frozenset(self.facts) | frozenset(self.none) | frozenset(f for part in self.parts for f in part.about)


@dataclass(frozen=True, slots=True)
class Offers:
    """The list, and the label of its 0."""

    choices: tuple[InterviewChoice, ...] = field(metadata={"key": "choice"})
    none_label: str


@dataclass(frozen=True, slots=True)
class TradeLikelihood:
    """A trade, told by words in a firm's name, and how likely its firms say yes."""

    name: str
    words: tuple[str, ...]
    likely: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Likely:
    """Likelihood of a yes per fact (3 often, 2 at times, 1 seldom): usual, by size, and by words in a name."""

    usual: Mapping[str, int]
    by_size: Mapping[str, Mapping[str, int]] = field(metadata={"key": "size"})
    by_trade: tuple[TradeLikelihood, ...] = field(metadata={"key": "trade"})

    def for_firm(self, size: str | None, name: str) -> Mapping[str, int]:
        """Return the likelihoods for this firm; missing facts are as likely as USUAL."""
        found = {**self.usual, **self.by_size.get(size or "", {})}
        trades = (trade for trade in self.by_trade if any(word in name for word in trade.words))
        return {**found, **next((trade.likely for trade in trades), {})}
