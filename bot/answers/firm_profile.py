"""A registered firm for the assessment, and remarks about its titles."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from config.policy.facts import Fact, Facts
from config.policy.model import Item
from config.texts import Texts
from matchmaking.eligibility.eligibility import Assessment, Verdict

TITLES = "titles"
CONTRADICTING: frozenset[str] = frozenset({"conflict"})
# Facts of the award's year, which the firm need not know for this question.
AWARD_YEAR = frozenset({"award_dates"})


@dataclass(frozen=True, slots=True)
class FirmProfile:
    """A registered firm's name and facts.

    `titles_source`: origin of its titles (`roster`, `self`, `unlisted`, `partly`). `own`: titles it claims that the
    roster does not show. `lapsed`: titles the roster shows as over, each with the first day without it. `aged`: facts
    stated long ago that may have changed since, each with its day.
    """

    name: str
    facts: Facts
    titles_source: str | None
    own: frozenset[str] = frozenset()
    lapsed: Mapping[str, date] = field(default_factory=dict)
    aged: Mapping[str, date] = field(default_factory=dict)


def titles_line(texts: Texts, titles: Fact, profile: FirmProfile) -> str:
    """Return the titles in words, each with its source."""
    held = profile.facts.get(TITLES)
    if not isinstance(held, frozenset):
        return texts("overview.titles_unknown")
    if not held:
        source = "roster" if profile.titles_source == "roster" else "own"
        return texts(f"overview.titles_{source}", titles=texts("overview.no_titles"))
    shown = held - profile.own
    parts = [texts("overview.titles_roster", titles=_labels(titles, shown))] if shown else []
    absent = profile.own - profile.lapsed.keys()
    parts += [texts("overview.titles_unlisted", titles=_labels(titles, absent))] if absent else []
    parts += [
        texts("overview.titles_over", titles=_labels(titles, (title,)), day=_last(profile.lapsed[title]))
        for title in sorted(profile.own & profile.lapsed.keys())
    ]
    return "；".join(parts)


def lapsed_lines(texts: Texts, titles: Fact, lapsed: Mapping[str, date]) -> list[str]:
    """Return a line for each expired title on the roster, with its last day."""
    return [
        texts("firms.lapsed", title=_labels(titles, (title,)), day=_last(day)) for title, day in sorted(lapsed.items())
    ]


def titles_of_item(texts: Texts, titles: Fact, item: Item, profile: FirmProfile) -> list[str]:
    """Return remarks beside a verdict: titles it rests on that the roster does not show, or shows as expired."""
    wanted = {str(one) for condition in item.when if condition.fact == TITLES for one in condition.wanted}
    held = profile.facts.get(TITLES)
    shown = (held if isinstance(held, frozenset) else frozenset()) - profile.own
    if wanted & shown:
        return []
    absent = wanted & (profile.own - profile.lapsed.keys())
    lines = [texts("chat.item.unlisted", titles=_labels(titles, absent))] if absent else []
    over = {title: day for title, day in profile.lapsed.items() if title in wanted}
    return lines + lapsed_lines(texts, titles, over)


def asks_receipt(verdict: Verdict) -> bool:
    """Tell whether an award's first question is if the firm received it already.

    It is for an award that is met, or open only by what the policy leaves unsaid of the award's year.
    """
    if all(reason.kind != "assumed" for reason in verdict.reasons):
        return False
    return verdict.verdict == "yes" or (verdict.verdict == "unknown" and set(verdict.missing) <= AWARD_YEAR)


def contradictions(judged: Assessment, fact: str) -> list[str]:
    """Return what was stated that contradicts itself and is to be settled by asking this fact again."""
    reasons = [reason for verdict in judged.items.values() if fact in verdict.missing for reason in verdict.reasons]
    return list(dict.fromkeys(reason.text for reason in reasons if reason.kind in CONTRADICTING))


def _labels(titles: Fact, values: Collection[str]) -> str:
    return "、".join(choice.label for choice in titles.choices if choice.value in values)


def _last(day: date) -> str:
    return (day - timedelta(days=1)).isoformat()
