"""A question's premises checked against the policy: denials from its data, and figures it does not contain."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from config.policy.model import Denial, Item, Policy, Topic
from config.question_words import QuestionWords
from matchmaking.questions.hints import Signal
from matchmaking.questions.normalising import Wording
from matchmaking.text.amounts import Amount, amounts, in_figures

# How far before a sum the word may be that makes it the speaker's own money.
BEFORE = 6
# 到2027年还能申请吗 does not claim that it ends then.
STILL = re.compile("还能|还可以|还有|还在")


@dataclass(frozen=True, slots=True)
class Premise:
    """Why the answer starts with a no: words of the policy's data, or a different or missing figure."""

    kind: Literal["said", "figure", "no_figure", "year", "other_year", "count", "no_clause"]
    says: str = ""


class Premises:
    """One policy's denials and figures."""

    def __init__(self, policy: Policy, asking: QuestionWords, wording: Wording) -> None:
        self._policy = policy
        self._asking = asking
        self._figures = {
            code: [(a.unit, a.value) for a in amounts(in_figures(item.figure or ""), lambda _: True)]
            for code, item in policy.items.items()
        }
        self._last_year = policy.expires.year - 1

        def read(denials: tuple[Denial, ...]) -> list[tuple[list[Signal], list[str], str]]:
            return [
                (
                    [Signal.read(wording.simplified(sign), wording) for sign in denial.when],
                    [wording.plain(wording.simplified(words)) for words in denial.unless],
                    denial.says,
                )
                for denial in denials
            ]

        self._of_items = {code: read(item.denials) for code, item in policy.items.items()}
        self._of_topics = {topic.key: read(topic.denials) for topic in policy.topics}

    def figures(self, text: str) -> list[Amount]:
        """Return the figures the question attributes to the policy, not the speaker's own money."""
        found = amounts(text, lambda before: not before or before.endswith(self._asking.given))
        return [figure for figure in found if not self._own(text, figure)]

    def items_with(self, figures: Sequence[Amount]) -> tuple[str, ...]:
        """Return the items that contain one of these figures."""
        wanted = {(figure.unit, figure.value) for figure in figures}
        return tuple(code for code, named in self._figures.items() if wanted.intersection(named))

    def of_items(self, text: str, items: Sequence[Item]) -> Premise | None:
        """Return the question's false premise about these items, if any."""
        for item in items:
            said = _denied(text, self._of_items[item.code])
            if said:
                return Premise("said", said)
        claimed = [(f.unit, f.value) for f in self.figures(text) if f.unit in ("yuan", "percent")]
        named = [figure for item in items for figure in self._figures[item.code]]
        if not claimed or set(claimed).intersection(named):
            return None
        sums = [item.figure for item in items if item.amount is not None or item.per == "percent"]
        return Premise("figure", sums[0]) if len(sums) == 1 and sums[0] else Premise("no_figure") if not sums else None

    def of_topic(self, text: str, topic: Topic) -> Premise | None:
        """Return the question's false premise about this topic."""
        said = _denied(text, self._of_topics[topic.key])
        if said:
            return Premise("said", said)
        figures = self.figures(text)
        years = [int(f.value) for f in figures if f.unit == "year"] if topic.key == "validity" else []
        if any(year > self._last_year for year in years):
            return Premise("year")
        if any(year < self._last_year and f"到{year}" in text for year in years) and not STILL.search(text):
            return Premise("other_year")
        if topic.key == "size_of_document" and any(
            f.unit == "clauses" and f.value not in (len(self._policy.clauses), len(self._policy.items)) for f in figures
        ):
            return Premise("count")
        return None

    def _own(self, text: str, figure: Amount) -> bool:
        if text.startswith(self._asking.its_own, figure.end):
            return True
        before = text[max(0, figure.start - BEFORE) : figure.start]
        own = max((before.rfind(word) for word in self._asking.own_money), default=-1)
        given = max(
            (before.rfind(word) for word in self._asking.given if len(word) > 1 or word in "给奖补"), default=-1
        )
        return figure.unit == "yuan" and own > given


def _denied(text: str, denials: list[tuple[list[Signal], list[str], str]]) -> str:
    for signs, unless, says in denials:
        if any(sign.places(text) for sign in signs) and not any(word in text for word in unless):
            return says
    return ""
