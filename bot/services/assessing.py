"""A person answers what is asked about their firm, or leaves it open."""

from storage import people, put_off, receipts
from storage.transactions import Tx


def leave_open(tx: Tx, person: people.Known, question: str) -> None:
    """The person does not answer this now: the next time others are asked before it. Kept of them alone, no audit."""
    if person.firm_id is not None:
        put_off.add(tx, person.id, person.firm_id, question)


def forget_answers(tx: Tx, person_id: int) -> None:
    """The person has left: what they left open is erased, what the firm was told through them stays without them."""
    put_off.forget(tx, person_id)
    receipts.forget(tx, person_id)
