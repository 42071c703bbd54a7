"""如果我成了小巨人: what would be met that is not met now. A supposition: judged, said, and never kept.

Pure: the policy's own words and the reviewed texts, nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.answers.firm_profile import Profile
from bot.answers.overview import Overview
from config.commands import normalise
from config.policy.facts import Choice, Facts
from config.policy.model import Item, Policy
from config.texts import Texts
from matchmaking.eligibility.eligibility import Assessment, DistrictRules, assess

TITLES, FIRST = "titles", "first_award"
# Whoever has not registered is compared with the firm that most likely asks.
USUALLY_BEFORE = {"little_giant": frozenset({"srdi"}), "champion": frozenset({"srdi"})}


# So many of the items that a title would open are named at once.
MOST_OPENED = 5


@dataclass(frozen=True, slots=True)
class Said:
    """What is said at once, the items it speaks of, and what 更多 brings."""

    text: str
    items: tuple[str, ...] = ()
    more: str = ""


@dataclass(frozen=True, slots=True)
class Supposed:
    """The title that is supposed, and whether for the first time (None: not said)."""

    title: Choice
    first: bool | None


class WhatIf:
    """Judges one policy for a firm that holds one title more."""

    def __init__(self, policy: Policy, texts: Texts, overview: Overview) -> None:
        self._policy = policy
        self._texts = texts
        self._overview = overview
        self._words = {
            kind: sorted(texts(f"what_if.{kind}_words").split(), key=len, reverse=True)
            for kind in ("if", "extra", "first", "again", "become", "filler")
        }
        self._names = [
            (choice, normalise(name))
            for choice in policy.facts[TITLES].choices
            for name in (choice.label, *choice.also)
        ]

    def recognise(self, normalised: str) -> Supposed | None:
        """What these words suppose; None where they suppose nothing, or ask about something else."""
        supposes, text = self._taken("if", normalised)
        named = [pair for pair in self._names if pair[1] in text]
        if not named:
            return None
        title, name = max(named, key=lambda pair: len(pair[1]))
        extra, text = self._taken("extra", text.replace(name, "", 1))
        first, text = self._taken("first", text)
        again, text = self._taken("again", text)
        becomes, text = self._taken("become", text)
        for filler in self._words["filler"]:
            text = text.replace(filler, "")
        if any(map(str.isalnum, text)) or not (becomes or first or again) or not (supposes or extra):
            return None
        return Supposed(title, first if first != again else None)

    def answer(self, supposed: Supposed, now: datetime, profile: Profile | None, rules: DistrictRules) -> Said:
        """What would be met beside what is met now, and what would need only a little more."""
        title = supposed.title
        whose = profile.name if profile is not None else self._what_if("whose")
        facts = profile.facts if profile is not None else _usual(title.value)
        held = facts.get(TITLES)
        if isinstance(held, frozenset) and title.value in held:
            return Said(self._what_if("already", firm=whose, title=title.label))
        how = self._what_if("become" if supposed.first is None else "first" if supposed.first else "again")
        lines = [self._what_if("head", firm=whose, how=how, title=title.label)]
        if profile is None:
            base = self._what_if("base_srdi" if held else "base_none")
            lines.append(self._what_if("unregistered", base=base))
        judged = assess(self._policy, facts, now, rules)
        as_first = assess(self._policy, _with(facts, title.value, first=True), now, rules)
        then = as_first if supposed.first else assess(self._policy, _with(facts, title.value, first=False), now, rules)
        met = self._newly(judged, then, "yes")
        only_first = [item for item in self._newly(judged, as_first, "yes") if item not in met]
        if_first = only_first if supposed.first is None else []
        opened = self._newly(judged, then, "unknown")
        lines += [self._what_if("added"), *map(self._overview.line, met)] if met else []
        lines += [self._what_if("added_if_first"), *map(self._overview.line, if_first)] if if_first else []
        lines += self._overview.besides([*met, *if_first], as_first)
        if supposed.first is False and only_first:
            named = "、".join(f"{item.code} {item.title}" for item in only_first)
            lines.append(self._what_if("not_first", titles=named))
        away = self._overview.because(opened, then)
        lines += [self._what_if("opened"), *away[:MOST_OPENED]] if opened else []
        lines += [self._what_if("opened_more", count=len(away) - MOST_OPENED)] if len(away) > MOST_OPENED else []
        found = tuple(item.code for item in (*met, *if_first, *opened))
        lines += [] if found else [self._what_if("nothing")]
        return Said("\n".join(lines), found, "\n".join(away[MOST_OPENED:]))

    def _newly(self, now: Assessment, then: Assessment, verdict: str) -> Sequence[Item]:
        """The items that would come to this verdict, and stand below it now."""
        below = ("no", "unknown") if verdict == "yes" else ("no",)
        return [
            self._policy.items[code]
            for code, found in then.items.items()
            if found.verdict == verdict and now.items[code].verdict in below
        ]

    def _taken(self, kind: str, text: str) -> tuple[bool, str]:
        """Whether one of these words stands in the text, and the text without the longest of them."""
        found = next((word for word in self._words[kind] if word in text), None)
        return found is not None, text if found is None else text.replace(found, "", 1)

    def _what_if(self, key: str, **blanks: object) -> str:
        return self._texts(f"what_if.{key}", **blanks)


def _with(facts: Facts, title: str, *, first: bool) -> Facts:
    held, awards = facts.get(TITLES), facts.get(FIRST)
    titles = (held if isinstance(held, frozenset) else frozenset()) | {title}
    known = awards if isinstance(awards, frozenset) else frozenset()
    unsure = {**facts.unsure, FIRST: facts.unsure.get(FIRST, frozenset()) - {title}}
    return Facts({**facts.values, TITLES: titles, FIRST: known | {title} if first else known - {title}}, unsure)


def _usual(title: str) -> Facts:
    return Facts({"in_nanjing": True, TITLES: USUALLY_BEFORE.get(title, frozenset()), FIRST: frozenset()})
