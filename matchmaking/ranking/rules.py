"""Rules beside the score, never part of it: required titles, places, ties, refusals."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class InvitationRule(StrEnum):
    """Why a firm may not be invited, or not without review."""

    TITLE = "title"
    DISTRICT = "district"
    OWN = "own"
    LINKED = "linked"
    DECLINED = "declined"


# Without a required title a bid is invalid; all others are shown for people to decide.
HARD = frozenset({InvitationRule.TITLE})


@dataclass(frozen=True)
class RuleFacts:
    """What the rules check of a firm; None: unknown, which never counts against it."""

    titles: frozenset[str] | None = None
    district: str | None = None


@dataclass(frozen=True)
class InvitationConditions:
    """A challenge's conditions beside its text: any one of `titles`, one of `districts`; and firms tied to its
    poster.
    """

    titles: frozenset[str] = frozenset()
    districts: frozenset[str] = frozenset()
    poster: str = ""
    linked: frozenset[str] = frozenset()
    declined: frozenset[str] = frozenset()


def remarks(firm: str, facts: RuleFacts, conditions: InvitationConditions) -> tuple[InvitationRule, ...]:
    """Return the rules against this firm, the hard one first."""
    against = {
        InvitationRule.TITLE: bool(conditions.titles)
        and facts.titles is not None
        and not conditions.titles & facts.titles,
        InvitationRule.DISTRICT: bool(conditions.districts)
        and facts.district is not None
        and facts.district not in conditions.districts,
        InvitationRule.OWN: bool(conditions.poster) and firm == conditions.poster,
        InvitationRule.LINKED: firm in conditions.linked,
        InvitationRule.DECLINED: firm in conditions.declined,
    }
    return tuple(rule for rule, speaks in against.items() if speaks)


def excludes(rules: Iterable[InvitationRule]) -> bool:
    """Tell whether these include a hard rule."""
    return not HARD.isdisjoint(rules)


def times_first(rankings: Iterable[Sequence[str]]) -> list[tuple[str, int]]:
    """Return how often each firm headed a list, most often first, so that officials see any bias."""
    counts: dict[str, int] = {}
    for ids in rankings:
        if ids:
            counts[ids[0]] = counts.get(ids[0], 0) + 1
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
