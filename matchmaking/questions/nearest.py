"""Nearest match for a question that names nothing."""

from functools import lru_cache

from config.policy.model import Policy
from config.question_words import QuestionWords
from matchmaking.questions.hints import Askable, Hints
from matchmaking.questions.normalising import BREAK
from matchmaking.questions.retrieval import Named, Retrieval
from matchmaking.ranking.semantic import WordTable
from matchmaking.text.tokens import TextReader

RANKED = 6
# Retrieval similarity, and the gap to the second; fitted on the odd rows of tests/questions/cases.tsv.
SURE = 1.4
AHEAD = 0.25
WORTH_OFFERING = 0.8
REMEMBERED = 512


class Nearest:
    """Retrieval over everything that can be asked about, ignoring words common to all questions."""

    def __init__(self, policy: Policy, hints: Hints, asking: QuestionWords, table: WordTable) -> None:
        self._entries = hints.entries
        self._asking = asking
        self._retrieval = Retrieval(
            [
                *(Named(f"item {i.code}", (i.title, *i.asks), i.quote + i.for_whom) for i in policy.items.values()),
                *(Named(f"clause {c.number}", (c.title, *c.asks)) for c in policy.clauses),
                *(Named(f"topic {t.key}", (t.title, *t.asks), t.answer) for t in policy.topics),
            ],
            TextReader(),
            table,
        )
        # A question is looked up twice, for the likeliest and for what to offer; and people ask the same.
        self._ranked = lru_cache(maxsize=REMEMBERED)(self._rank)

    def likeliest(self, text: str) -> Askable | None:
        """Return the entry far ahead of all others; None if there is none."""
        ranked = self._ranked(text)
        ahead = ranked[0][1] - (ranked[1][1] if len(ranked) > 1 else 0) if ranked else 0
        return ranked[0][0] if ahead >= AHEAD and ranked[0][1] >= SURE else None

    def offered(self, text: str) -> list[Askable]:
        """Return the entries worth offering, likeliest first."""
        return [entry for entry, _ in self._ranked(text)]

    def _rank(self, text: str) -> tuple[tuple[Askable, float], ...]:
        asked = self._asking.general.sub(" ", self._asking.fillers.sub(" ", text)).replace(BREAK, " ")
        ranked = self._retrieval.rank(asked, RANKED) if asked.strip() else []
        return tuple((self._entries[id_], likeness) for id_, likeness in ranked if likeness >= WORTH_OFFERING)
