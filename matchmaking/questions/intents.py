"""Intent of a free question: items, clauses, a topic of the document, an agency's clauses.

Numbers first (numbering.py), then names and signs (hints.py, choosing.py), then sums; anything else only points to the
nearest (nearest.py). Certainty is reported, never guessed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from config.policy.model import Policy
from config.question_words import QuestionWords
from matchmaking.questions.choosing import TELLING, Chooser
from matchmaking.questions.hints import Askable, Hints, Hit
from matchmaking.questions.nearest import Nearest
from matchmaking.questions.normalising import BREAK, LONGEST, Wording
from matchmaking.questions.premises import Premise, Premises
from matchmaking.ranking.semantic import WordTable
from matchmaking.text.numbering import clause_numbers, codes
from matchmaking.text.spelling import speller

CHOICES = 3
AT_ONCE = 2
REMEMBERED = 1024
# Beside a sum unknown to the policy nothing else may be asked.
LITTLE = 3
# A sum is recognised by its unit.
SUM = ("万", "亿", "元", "块")
_STOPS = re.compile(r"[，,。;；、？?！!\n]")


@dataclass(frozen=True, slots=True)
class Intent:
    """A question's intent. Sure: at most two `items`, `clauses`, or a `topic`; unsure: the nearest `items`.

    A `topic` beside items or clauses is asked about these. `agency`: the clauses it is responsible for. `premise`: why
    the answer starts with a no. `by_number`: named by its number. `which_more`: it asks which of the two gives more.
    Nothing at all: nothing of this policy.
    """

    items: tuple[str, ...] = ()
    clauses: tuple[int, ...] = ()
    topic: str | None = None
    agency: str | None = None
    premise: Premise | None = None
    by_number: bool = False
    which_more: bool = False
    sure: bool = False


@lru_cache(maxsize=2)
def questions_of(policy: Policy) -> "QuestionIndex":
    """Return this policy's index with the project's function words and word table; created once, as it never changes.

    The first call takes a third of a second.
    """
    return QuestionIndex(policy, QuestionWords.load(), WordTable.load())


class QuestionIndex:
    """One policy's names, signs and texts, indexed for questions."""

    def __init__(self, policy: Policy, asking: QuestionWords, table: WordTable) -> None:
        self._policy = policy
        self._asking = asking
        self._wording = Wording(asking, speller())
        self._hints = Hints(policy, self._wording)
        self._wording.add_terms(self._hints.terms())
        self._chooser = Chooser(policy, asking, self._wording)
        self._premises = Premises(policy, asking, self._wording)
        self._nearest = Nearest(policy, self._hints, asking, table)
        self._topics = {topic.key: topic for topic in policy.topics}
        # People ask the same; and a question is analysed before the write in which it is answered.
        self._read: dict[str, Intent] = {}

    def find(self, typed: str) -> Intent:
        """Return what this text asks about, in a tenth of a millisecond to one; instantly if analysed before."""
        words = typed[:LONGEST]
        found = self._read.get(words)
        if found is None:
            found = self._find(words)
            if len(self._read) >= REMEMBERED:
                # Another thread may have evicted meanwhile.
                self._read.pop(next(iter(self._read), ""), None)
            self._read[words] = found
        return found

    def _find(self, typed: str) -> Intent:
        simplified = self._wording.simplified(typed)
        numbered = self._numbered(simplified)
        if numbered is not None:
            return numbered
        text = self._wording.corrected(self._wording.plain(simplified))
        if not text:
            return Intent()
        found = self._by_words(text)
        if found is None and BREAK in text:
            # 算。力。券。
            found = self._by_words(self._wording.corrected(text.replace(BREAK, "")))
        return found or self._offered(text)

    def _numbered(self, text: str) -> Intent | None:
        items = tuple(dict.fromkeys(code for code in codes(text) if code in self._policy.items))
        if items:
            # 5.1和5.2能一起拿吗
            beside = self._chooser.secondary(self._hints.find(self._wording.plain(text)))
            if len(items) == 1:
                items += self._named_second(text, items[0])
            return Intent(items[:AT_ONCE], topic=beside, sure=True, by_number=beside is None)
        numbers = clause_numbers(text)
        clauses = tuple(number for number in numbers if 1 <= number <= len(self._policy.clauses))
        if clauses:
            return Intent(clauses=clauses[:AT_ONCE], sure=True, by_number=True)
        return Intent(topic="size_of_document", premise=Premise("no_clause"), sure=True) if numbers else None

    def _named_second(self, text: str, code: str) -> tuple[str, ...]:
        """Return another item asked about by name in a separate part: 算力券怎么申请，还有5.4呢."""
        for piece in (piece for part in self._asking.joints.split(text) for piece in _STOPS.split(part)):
            if codes(piece):
                continue
            words = self._wording.corrected(self._wording.plain(piece))
            if not (self._asking.wishes.search(words) or self._hints.exact(words)):
                # 我们是小巨人: the asker, not the question.
                continue
            found = self._by_words(words)
            if found is not None and found.sure and found.items and code not in found.items:
                return found.items[:1]
        return ()

    def _by_words(self, text: str) -> Intent | None:
        """Return what names, signs, sums or a clear similarity establish; None if they do not."""
        exact = self._hints.exact(text)
        hits = self._hints.find(text)
        outside = self._chooser.outside(text, hits)
        if outside is not None:
            return Intent(topic=outside)
        if exact is not None and exact.kind != "agency":
            return self._intent(text, [exact], hits)
        hits = self._chooser.telling(text, hits)
        strong, titled = self._chooser.strong(text, hits), self._chooser.titled(hits)
        agencies = self._chooser.agencies(hits)
        if agencies and self._asking.duties.search(text) and not any(hit.tells > TELLING for hit in strong):
            return Intent(agency=agencies[0], sure=True)
        if (
            titled
            and strong
            and strong[0].entry.kind == "topic"
            and self._is_denied(text, [hit.entry.key for hit in titled])
        ):
            # 小巨人有效期到了，复核通过还奖吗 asks about the award, not the policy's last day.
            strong = []
        if strong or titled:
            return self._intent(text, [hit.entry for hit in strong or titled], hits)
        if agencies:
            return Intent(agency=agencies[0], sure=True)
        likeliest = self._nearest.likeliest(text)
        return (
            self._summed(text)
            or (self._intent(text, [likeliest], hits) if likeliest is not None else None)
            or self._intent(text, [hit.entry for hit in self._chooser.broad(text, hits)], hits)
        )

    def _intent(self, text: str, entries: Sequence[Askable], hits: Sequence[Hit]) -> Intent | None:
        if not entries:
            return None
        first = entries[0]
        if first.kind == "topic":
            topic = self._topics[first.key]
            if topic.outside is not None:
                return Intent(topic=topic.key)
            return Intent(topic.items, topic=topic.key, premise=self._premises.of_topic(text, topic), sure=True)
        beside = self._chooser.secondary(hits)
        if first.kind == "clause":
            return Intent(clauses=(int(first.key),), topic=beside, sure=True)
        items = tuple(dict.fromkeys(entry.key for entry in entries if entry.kind == "item"))[:AT_ONCE]
        which_more = len(items) > 1 and self._asking.which_more.search(text) is not None
        return Intent(items, topic=beside, premise=self._premise(text, items), which_more=which_more, sure=True)

    def _premise(self, text: str, items: Sequence[str]) -> Premise | None:
        """Return the question's false premise about one item; with two, or a comparison, nothing is denied."""
        if len(items) > 1 or self._asking.comparing.search(text):
            return None
        return self._premises.of_items(text, [self._policy.items[items[0]]])

    def _is_denied(self, text: str, items: Sequence[str]) -> bool:
        premise = self._premises.of_items(text, [self._policy.items[code] for code in items])
        return premise is not None and premise.kind == "said"

    def _summed(self, text: str) -> Intent | None:
        """Return the items naming a bare sum, or that there is none such."""
        figures = [figure for figure in self._premises.figures(text) if figure.unit not in ("year", "clauses")]
        items = self._premises.items_with(figures)[:AT_ONCE]
        # 复核过了，一百万还给吗 asks about the award for which this is denied.
        items = tuple(code for code in items if self._is_denied(text, [code]))[:1] or items
        if items:
            return Intent(items, premise=self._premise(text, items), sure=True)
        sums = [figure for figure in figures if text[figure.start : figure.end].endswith(SUM)]
        rest = text
        for figure in reversed(figures):
            rest = rest[: figure.start] + rest[figure.end :]
        alone = len(self._asking.fillers.sub("", rest)) <= LITTLE
        return Intent(premise=Premise("no_figure"), sure=True) if sums and alone else None

    def _offered(self, text: str) -> Intent:
        """Return the likeliest items; none if something outside the policy is likelier."""
        entries = self._nearest.offered(text)
        topic = self._topics.get(entries[0].key) if entries else None
        if topic is not None and topic.outside is not None:
            return Intent(topic=topic.key)
        return Intent(tuple(dict.fromkeys(code for entry in entries for code in entry.items))[:CHOICES])
