"""如果我成了小巨人: what would additionally be met. A hypothesis: assessed and answered, never saved.

Pure: only the policy's own words and the reviewed texts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.answers.firm_profile import FirmProfile
from bot.answers.overview import Overview
from config.commands import normalise
from config.policy.facts import FactChoice, Facts
from config.policy.model import Item, Policy
from config.texts import Texts
from matchmaking.eligibility.eligibility import Assessment, DistrictRules, assess, waits_for_year

TITLES, FIRST = "titles", "first_award"
# An unregistered asker is compared with the most likely firm.
USUALLY_BEFORE = {"little_giant": frozenset({"srdi"}), "champion": frozenset({"srdi"})}


# How many newly opened items to name at once.
MOST_OPENED = 5


@dataclass(frozen=True, slots=True)
class WhatIfAnswer:
    """What is said at once, its items, and what 更多 returns."""

    text: str
    items: tuple[str, ...] = ()
    more: str = ""


@dataclass(frozen=True, slots=True)
class SupposedTitle:
    """The assumed title, and whether a first award (None: unstated)."""

    title: FactChoice
    first: bool | None


class WhatIf:
    """Assesses one policy for a firm with one more title."""

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

    def recognise(self, normalised: str) -> SupposedTitle | None:
        """Parse the hypothesis; None if there is none, or it asks something else."""
        supposes, text = self._without_word("if", normalised)
        named = [pair for pair in self._names if pair[1] in text]
        if not named:
            return None
        title, name = max(named, key=lambda pair: len(pair[1]))
        extra, text = self._without_word("extra", text.replace(name, "", 1))
        first, text = self._without_word("first", text)
        again, text = self._without_word("again", text)
        becomes, text = self._without_word("become", text)
        for filler in self._words["filler"]:
            text = text.replace(filler, "")
        if any(map(str.isalnum, text)) or not (becomes or first or again) or not (supposes or extra):
            return None
        return SupposedTitle(title, first if first != again else None)

    def answer(
        self, supposed: SupposedTitle, now: datetime, profile: FirmProfile | None, rules: DistrictRules
    ) -> WhatIfAnswer:
        """Return what would be met beyond the present, and what would lack only a little."""
        title = supposed.title
        whose = profile.name if profile is not None else self._what_if("whose")
        facts = profile.facts if profile is not None else _usual(title.value)
        held = facts.get(TITLES)
        if isinstance(held, frozenset) and title.value in held:
            return WhatIfAnswer(self._what_if("already", firm=whose, title=title.label))
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
        only_first = [*only_first, *self._overview.waiting_for_year(as_first)]
        opened = [item for item in self._newly(judged, then, "unknown") if not waits_for_year(then.items[item.code])]
        lines += [self._what_if("added"), *map(self._overview.line, met)] if met else []
        lines += [self._what_if("added_if_first"), *map(self._overview.line, if_first)] if if_first else []
        by_year = [item for item in self._overview.waiting_for_year(as_first) if supposed.first is not False]
        by_year = [item for item in by_year if not waits_for_year(judged.items[item.code])]
        lines += self._overview.year_lines(by_year)
        lines += self._overview.besides([*met, *if_first], as_first)
        if supposed.first is False and only_first:
            named = "、".join(f"{item.code} {item.title}" for item in only_first)
            lines.append(self._what_if("not_first", titles=named))
        away = self._overview.because(opened, then)
        lines += [self._what_if("opened"), *away[:MOST_OPENED]] if opened else []
        lines += [self._what_if("opened_more", count=len(away) - MOST_OPENED)] if len(away) > MOST_OPENED else []
        found = tuple(item.code for item in (*met, *if_first, *by_year, *opened))
        lines += [] if found else [self._what_if("nothing")]
        return WhatIfAnswer("\n".join(lines), found, "\n".join(away[MOST_OPENED:]))

    def _newly(self, now: Assessment, then: Assessment, verdict: str) -> Sequence[Item]:
        """Return the items that would newly reach this verdict."""
        below = ("no", "unknown") if verdict == "yes" else ("no",)
        return [
            self._policy.items[code]
            for code, found in then.items.items()
            if found.verdict == verdict and now.items[code].verdict in below
        ]

    def _without_word(self, kind: str, text: str) -> tuple[bool, str]:
        """Return whether one of these words is in the text, and the text without the longest found."""
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
