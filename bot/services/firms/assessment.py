"""A person answers a question about their firm, or skips it."""

from storage.chat import skipped_questions
from storage.engine.transactions import Tx
from storage.people import people


def leave_open(tx: Tx, person: people.KnownPerson, question: str) -> None:
    """Skip this question: others are asked first next time. Stored for this person only, without audit."""
    if person.firm_id is not None:
        skipped_questions.add(tx, person.id, person.firm_id, question)
