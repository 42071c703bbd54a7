"""Cache of agencies' published replies: each read compares one version row and reloads changes."""

from collections.abc import Collection
from dataclasses import dataclass

from bot.live.read_first import ReadNeededError
from bot.live.versioned_cache import VersionedCache
from matchmaking.questions.similar_questions import PublishedAnswer, SimilarQuestions
from storage.engine.transactions import Tx
from storage.policy import agency_questions, unanswered_questions
from storage.policy.agency_questions import AgencyQuestionState, Matter

# Wordings kept per question; others are similar anyway.
MOST_PHRASES = 50


@dataclass(frozen=True, slots=True)
class _Edition:
    answers: SimilarQuestions
    matters: dict[int, Matter]


class AgencyAnswers:
    """Published replies in memory, in step with the database."""

    def __init__(self) -> None:
        self._edition = VersionedCache(agency_questions.VERSION, _read, _Edition(SimilarQuestions([]), {}))

    def find(self, tx: Tx, typed: str, about: str) -> Matter | None:
        """The published reply to this very question. Raises ReadNeededError where `load` must come first."""
        edition = self._current(tx)
        found = edition.answers.find(typed, about)
        return None if found is None else edition.matters[found]

    def lines_for(self, tx: Tx, items: Collection[str]) -> list[Matter]:
        """What officials have published to stand beside every answer about these items. Raises ReadNeededError."""
        edition = self._current(tx)
        wanted = {agency_questions.BESIDE + code for code in items}
        return [matter for matter in edition.matters.values() if matter.about in wanted]

    def _current(self, tx: Tx) -> _Edition:
        edition = self._edition.held(tx)
        if edition is None:
            raise ReadNeededError
        return edition

    def load(self, tx: Tx) -> None:
        """Load what is published now."""
        self._edition.current(tx)


def _read(tx: Tx, _since: int, _held: _Edition) -> _Edition:
    published = {matter.id: matter for matter in agency_questions.in_state(tx, AgencyQuestionState.PUBLISHED)}
    answers = SimilarQuestions(
        PublishedAnswer(matter.id, matter.about, phrases(tx, matter)) for matter in published.values()
    )
    return _Edition(answers, published)


def phrases(tx: Tx, matter: Matter) -> tuple[str, ...]:
    """Return this question's wordings: the officials', and the askers'."""
    asked = [question.text for question in unanswered_questions.of_matter(tx, matter.id)]
    return tuple(dict.fromkeys((matter.title, *asked)))[:MOST_PHRASES]
