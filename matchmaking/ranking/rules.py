"""What stands beside a score and never inside it: titles that are required, places, ties, refusals."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Rule(StrEnum):
    """Why a firm may not, or should not without a look, be invited."""

    TITLE = "title"
    DISTRICT = "district"
    OWN = "own"
    LINKED = "linked"
    DECLINED = "declined"


# Without a required title a bid cannot stand; all others are shown and left to people.
HARD = frozenset({Rule.TITLE})


@dataclass(frozen=True)
class Facts:
    """What the rules look at in a firm; None: not known, which never counts against it."""

    titles: frozenset[str] | None = None
    district: str | None = None


@dataclass(frozen=True)
class Conditions:
    """What a challenge asks beside its text: any one of `titles`, one of `districts`; and who is tied to its poster."""

    titles: frozenset[str] = frozenset()
    districts: frozenset[str] = frozenset()
    poster: str = ""
    linked: frozenset[str] = frozenset()
    declined: frozenset[str] = frozenset()


def remarks(firm: str, facts: Facts, conditions: Conditions) -> tuple[Rule, ...]:
    """The rules that speak against this firm, the hard one first."""
    against = {
        Rule.TITLE: bool(conditions.titles) and facts.titles is not None and not conditions.titles & facts.titles,
        Rule.DISTRICT: bool(conditions.districts)
        and facts.district is not None
        and facts.district not in conditions.districts,
        Rule.OWN: bool(conditions.poster) and firm == conditions.poster,
        Rule.LINKED: firm in conditions.linked,
        Rule.DECLINED: firm in conditions.declined,
    }
    return tuple(rule for rule, speaks in against.items() if speaks)


def keeps_out(rules: Iterable[Rule]) -> bool:
    """Whether a hard one is among these rules."""
    return not HARD.isdisjoint(rules)


def times_first(rankings: Iterable[Sequence[str]]) -> list[tuple[str, int]]:
    """How often each firm headed a list, most often first: for officials to see whether lists favour anybody."""
    counts: dict[str, int] = {}
    for ids in rankings:
        if ids:
            counts[ids[0]] = counts.get(ids[0], 0) + 1
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
