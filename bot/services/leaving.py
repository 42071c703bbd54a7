"""A person has everything about themselves erased, and goes on following: the next message meets a stranger."""

from collections.abc import Callable

from bot.dialogs.links import harmless
from bot.services import following
from config.calendar import shanghai_day
from config.texts import Texts
from storage import audit, bids, firms, outbox, people, proofs, tickets, zones
from storage.transactions import Tx


def _hand_over_tickets(tx: Tx, person_id: int, firm_id: int, heir: int, texts: Texts) -> None:
    for ticket_id in tickets.hand_over(tx, person_id, firm_id, heir):
        told = texts("tickets.handed_over", number=ticket_id)
        outbox.plan(tx, key=f"ticket:{ticket_id}:handed_over", person_id=heir, topic="ticket", text=told)
        actor, subject = f"person:{person_id}", f"ticket:{ticket_id}"
        audit.record(tx, actor=actor, action="ticket.hand_over", subject=subject, source="wechat")


def _hand_over_bids(tx: Tx, person_id: int, firm_id: int, heir: int, texts: Texts) -> None:
    for bid_id, title in bids.hand_over(tx, person_id, firm_id, heir):
        told = texts("challenges.handed_over", title=harmless(title))
        outbox.plan(tx, key=f"bid:{bid_id}:handed_over", person_id=heir, topic=outbox.TO_BIDDERS, text=told)
        actor, subject = f"person:{person_id}", f"bid:{bid_id}"
        audit.record(tx, actor=actor, action="bid.hand_over", subject=subject, source="wechat")


# What a person holds for their firm goes over to another of its people (tx, person, firm, heir) before they are
# erased. Each noun that can be held so has its line here.
HAND_OVER: tuple[Callable[[Tx, int, int, int, Texts], None], ...] = (_hand_over_tickets, _hand_over_bids)


def leaves_alone(tx: Tx, person: people.Known) -> bool:
    """Whether nobody else speaks for this person's firm, and nothing holds its registration in place."""
    firm_id = person.firm_id
    return firm_id is not None and _heir(tx, person.id, firm_id) is None and proofs.of_firm(tx, firm_id) is None


def erase(tx: Tx, openid: str, texts: Texts) -> None:
    """Erase this person. What is under way for their firm goes over to its administrator, else to its first other
    person; with the last one of an unproven firm, what it told of itself is erased too: its name stays.
    """
    known = people.find(tx, openid)
    if known is None:
        return
    actor = f"person:{known.id}"
    if known.firm_id is not None:
        heir = _heir(tx, known.id, known.firm_id)
        if heir is not None:
            for hand_over in HAND_OVER:
                hand_over(tx, known.id, known.firm_id, heir, texts)
        if leaves_alone(tx, known):
            firms.forget_word(tx, known.firm_id)
            zones.forget_word(tx, known.firm_id)
            audit.record(tx, actor=actor, action="erase_word", subject=f"firm:{known.firm_id}", source="wechat")
    audit.record(tx, actor=actor, action="erase", subject=actor, source="wechat")
    following.unfollow(tx, openid)


def _heir(tx: Tx, person_id: int, firm_id: int) -> int | None:
    first = proofs.administrator(tx, firm_id, shanghai_day(tx.now))
    others = [other for other in (first, *people.of_firm(tx, firm_id)) if other not in (None, person_id)]
    return others[0] if others else None
