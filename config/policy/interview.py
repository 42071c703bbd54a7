"""How a firm is asked: one list that settles most needs, and how likely a yes is. No verdict depends on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from config.errors import UnavailableError
from config.policy.facts import Fact, Value

USUAL = 2


@dataclass(frozen=True, slots=True)
class Offer:
    """One choice of the list. Picking it says `facts`; where it has none, its `parts` are still to be asked.

    `none`: what it says that none of the list holds.
    """

    label: str
    words: tuple[str, ...]
    facts: Mapping[str, Value]
    none: Mapping[str, Value]
    parts: tuple["Offer", ...]

    @property
    def about(self) -> frozenset[str]:
        """Every fact that it can settle."""
        return frozenset(self.facts) | frozenset(self.none) | frozenset(f for part in self.parts for f in part.about)


@dataclass(frozen=True, slots=True)
class Offers:
    """The list, and how its 0 is named."""

    choices: tuple[Offer, ...]
    none_label: str


@dataclass(frozen=True, slots=True)
class Likely:
    """How likely a yes to each fact is (3 often, 2 at times, 1 seldom): usually, by size, and by words in a name."""

    usual: Mapping[str, int]
    by_size: Mapping[str, Mapping[str, int]]
    by_trade: tuple[tuple[tuple[str, ...], Mapping[str, int]], ...]

    def for_firm(self, size: str | None, name: str) -> Mapping[str, int]:
        """How likely this firm says yes; what is not in it is as likely as USUAL."""
        found = {**self.usual, **self.by_size.get(size or "", {})}
        for words, likely in self.by_trade:
            if any(word in name for word in words):
                return {**found, **likely}
        return found


def offers(table: Mapping[str, Any], facts: Mapping[str, Fact]) -> Offers:
    """The list as its file tells it. Raises UnavailableError where a fact or a value is on no list."""
    return Offers(tuple(_offer(choice, facts) for choice in table["choice"]), table["none_label"])


def likelihoods(table: Mapping[str, Any], facts: Mapping[str, Fact]) -> Likely:
    """The likelihoods as their file tells them. Raises UnavailableError for a fact that is on no list."""
    return Likely(
        _ranks(table["usual"], facts),
        MappingProxyType({size: _ranks(ranks, facts) for size, ranks in table["size"].items()}),
        tuple((tuple(trade["words"]), _ranks(trade["likely"], facts)) for trade in table["trade"]),
    )


def _offer(table: Mapping[str, Any], facts: Mapping[str, Fact]) -> Offer:
    return Offer(
        label=table["label"],
        words=tuple(table["words"]),
        facts=_values(table.get("facts", {}), facts),
        none=_values(table.get("none", {}), facts),
        parts=tuple(_offer(part, facts) for part in table.get("part", ())),
    )


def _values(table: Mapping[str, Value], facts: Mapping[str, Fact]) -> Mapping[str, Value]:
    for name, value in table.items():
        if name not in facts or not facts[name].allows(value):
            raise UnavailableError("policy_word", what=f"{name} = {value}")
    return MappingProxyType(dict(table))


def _ranks(table: Mapping[str, int], facts: Mapping[str, Fact]) -> Mapping[str, int]:
    for name in table:
        if name not in facts:
            raise UnavailableError("policy_word", what=name)
    return MappingProxyType(dict(table))
