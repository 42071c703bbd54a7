"""A person has everything about themselves erased, and goes on following: the next message meets a stranger."""

from collections.abc import Callable

from bot.services import following
from storage import audit, firms, people, proofs
from storage.transactions import Tx

# What a person holds for their firm (a ticket, a bid) goes over to another contact before they are erased: each noun
# that can be held adds one function (tx, person, firm) here.
HAND_OVER: tuple[Callable[[Tx, int, int], None], ...] = ()


def leaves_alone(tx: Tx, person: people.Known) -> bool:
    """Whether nobody else speaks for this person's firm, and nothing holds its registration in place."""
    firm_id = person.firm_id
    if firm_id is None or proofs.of_firm(tx, firm_id) is not None:
        return False
    return set(people.of_firm(tx, firm_id)) <= {person.id}


def erase(tx: Tx, openid: str) -> None:
    """Erase this person; with the last one of an unproven firm, what it told of itself goes too: its name stays."""
    known = people.find(tx, openid)
    if known is None:
        return
    actor = f"person:{known.id}"
    if known.firm_id is not None:
        for hand_over in HAND_OVER:
            hand_over(tx, known.id, known.firm_id)
        if leaves_alone(tx, known):
            firms.forget_word(tx, known.firm_id)
            audit.record(tx, actor=actor, action="erase_word", subject=f"firm:{known.firm_id}", source="wechat")
    audit.record(tx, actor=actor, action="erase", subject=actor, source="wechat")
    following.unfollow(tx, openid)
