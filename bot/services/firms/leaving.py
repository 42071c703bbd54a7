"""What a person holds for a firm is handed over to its other people when they leave, however they leave."""

from collections.abc import Callable

from bot.services.events import signups
from config.calendar import shanghai_day
from config.markup import harmless
from config.texts import Texts
from config.topics import NoticeTopic
from storage.audit import audit
from storage.challenges import bids
from storage.engine.transactions import Actor, Tx
from storage.events import signups as stored_signups
from storage.firms import verifications
from storage.notices import outbox, outbox_heirs
from storage.people import people
from storage.reminders import reminders
from storage.tickets import tickets


def successor_of(tx: Tx, person_id: int, firm_id: int) -> int | None:
    """Return who takes over from this person: the administrator, else the longest-known other person."""
    first = verifications.administrator(tx, firm_id, shanghai_day(tx.now))
    others = [other for other in (first, *people.of_firm(tx, firm_id)) if other not in (None, person_id)]
    return others[0] if others else None


def hand_over(tx: Tx, person_id: int, firm_id: int, texts: Texts, *, for_good: bool = False) -> None:
    """Hand over what this person holds for the firm. With nobody left it stays the firm's own and event places are
    released. `for_good`: they leave the account too; a verified firm then keeps its places.
    """
    heir = successor_of(tx, person_id, firm_id)
    if heir is not None:
        for hand in HAND_OVER:
            hand(tx, person_id, firm_id, heir, texts)
    elif not (for_good and verifications.of_firm(tx, firm_id) is not None):
        signups.release_places(tx, person_id, firm_id, texts)
    outbox_heirs.pass_on(tx, person_id, firm_id, heir)
    reminders.leave_firm(tx, person_id, firm_id)


def _tickets(tx: Tx, person_id: int, firm_id: int, heir: int, texts: Texts) -> None:
    for ticket_id in tickets.transfer(tx, person_id, firm_id, heir):
        text, key = texts("tickets.handed_over", number=ticket_id), f"ticket:{ticket_id}:handed_over"
        outbox.plan(tx, key=key, person_id=heir, topic=NoticeTopic.TICKET, text=text, firm_id=firm_id)
        audit.record(tx, "ticket.hand_over", f"ticket:{ticket_id}", by=Actor.person(person_id, "wechat"))


def _bids(tx: Tx, person_id: int, firm_id: int, heir: int, texts: Texts) -> None:
    for bid_id, title in bids.transfer(tx, person_id, firm_id, heir):
        text, key = texts("challenges.handed_over", title=harmless(title)), f"bid:{bid_id}:handed_over"
        outbox.plan(tx, key=key, person_id=heir, topic=NoticeTopic.BID, text=text, firm_id=firm_id)
        audit.record(tx, "bid.hand_over", f"bid:{bid_id}", by=Actor.person(person_id, "wechat"))


def _places(tx: Tx, person_id: int, firm_id: int, heir: int, texts: Texts) -> None:
    # The firm still attends, so nobody needs a notice.
    stored_signups.transfer(tx, person_id, firm_id, heir)


# Each kind of thing held for a firm has its line here (tx, person, firm, heir, texts).
HAND_OVER: tuple[Callable[[Tx, int, int, int, Texts], None], ...] = (_tickets, _bids, _places)
