"""How a firm is asked: one list that settles most needs, and how likely a yes is. No verdict depends on it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

USUAL = 2


@dataclass(frozen=True, slots=True)
class Offer:
    """One choice of the list. Picking it says `facts`; where it has none, its `parts` are still to be asked.

    `none`: what it says that none of the list holds.
    """

    label: str
    words: tuple[str, ...]
    facts: Mapping[str, bool | str] = field(default_factory=dict)
    none: Mapping[str, bool | str] = field(default_factory=dict)
    parts: tuple["Offer", ...] = field(default=(), metadata={"key": "part"})

    @property
    def about(self) -> frozenset[str]:
        """Every fact that it can settle."""
        return frozenset(self.facts) | frozenset(self.none) | frozenset(f for part in self.parts for f in part.about)


@dataclass(frozen=True, slots=True)
class Offers:
    """The list, and how its 0 is named."""

    choices: tuple[Offer, ...] = field(metadata={"key": "choice"})
    none_label: str


@dataclass(frozen=True, slots=True)
class TradeLikelihood:
    """A trade, told by words in a firm's name, and how likely its firms say yes."""

    name: str
    words: tuple[str, ...]
    likely: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Likely:
    """How likely a yes to each fact is (3 often, 2 at times, 1 seldom): usually, by size, and by words in a name."""

    usual: Mapping[str, int]
    by_size: Mapping[str, Mapping[str, int]] = field(metadata={"key": "size"})
    by_trade: tuple[TradeLikelihood, ...] = field(metadata={"key": "trade"})

    def for_firm(self, size: str | None, name: str) -> Mapping[str, int]:
        """How likely this firm says yes; what is not in it is as likely as USUAL."""
        found = {**self.usual, **self.by_size.get(size or "", {})}
        trades = (trade for trade in self.by_trade if any(word in name for word in trade.words))
        return {**found, **next((trade.likely for trade in trades), {})}
