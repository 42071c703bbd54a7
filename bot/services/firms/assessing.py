"""A person answers what is asked about their firm, or leaves it open."""

from storage.chat import receipts, skipped_questions
from storage.engine.transactions import Tx
from storage.people import people


def leave_open(tx: Tx, person: people.Known, question: str) -> None:
    """The person does not answer this now: the next time others are asked before it. Kept of them alone, no audit."""
    if person.firm_id is not None:
        skipped_questions.add(tx, person.id, person.firm_id, question)


def forget_answers(tx: Tx, person_id: int) -> None:
    """The person has left: what they left open is erased, what the firm was told through them stays without them."""
    skipped_questions.forget(tx, person_id)
    receipts.forget(tx, person_id)
