"""Officials hold an event: announce it, add buyers' tables, publish it, cancel it."""

from dataclasses import dataclass
from datetime import datetime

from config.calendar import SHANGHAI
from config.errors import ConflictError, InputError, required
from config.texts import Texts
from config.topics import NoticeTopic
from notifications import cards
from storage.audit import audit
from storage.engine.transactions import Tx
from storage.events import events, signups
from storage.events.events import EventState, MatchmakingEvent
from storage.firms import firms
from storage.notices import outbox
from storage.people import people

KINDS = ("ninggong", "baichang")
MOST_TABLES = 100
MOST_SLOTS = 24
MOST_SEATS = 500
MOST_AT_ONCE = 10


@dataclass(frozen=True, slots=True)
class TableCommand:
    """A buyer's table as entered."""

    buyer: str
    need: str
    at_once: int
    firm_id: int | None = None


def announce(tx: Tx, event: MatchmakingEvent) -> int:
    """Create an event as a draft; return its id. Raises InputError if its fields are inconsistent."""
    validate(event)
    event_id = events.add(tx, event)
    audit.record(tx, "announce_event", f"event:{event_id}")
    return event_id


def change(tx: Tx, event_id: int, event: MatchmakingEvent, texts: Texts) -> None:
    """Change an event; if published, notify seated and waiting firms of a new time or place."""
    before = _existing(tx, event_id)
    validate(event)
    if before.state is EventState.CANCELLED:
        raise ConflictError("event_over")
    if before.state is EventState.PUBLISHED and before.slots != event.slots:
        # Meetings refer to slot numbers.
        raise InputError("event_slots_fixed")
    events.change(tx, event_id, event)
    audit.record(tx, "change_event", f"event:{event_id}")
    moved = (before.starts, before.ends, before.place) != (event.starts, event.ends, event.place)
    if before.state is EventState.PUBLISHED and moved:
        text = texts("events.moved", title=event.title, when=when(event.starts), place=event.place)
        notify_all(tx, event_id, f"event:{event_id}:moved:{tx.now.isoformat()}", text)


def publish(tx: Tx, event_id: int) -> None:
    """Publish the event to firms. Raises ConflictError if it has no table or was published before."""
    if not events.tables(tx, event_id):
        raise ConflictError("event_no_table")
    if not events.move(tx, event_id, EventState.DRAFT, EventState.PUBLISHED):
        raise ConflictError("event_over")
    audit.record(tx, "publish_event", f"event:{event_id}")


def cancel(tx: Tx, event_id: int, reason: str, texts: Texts) -> None:
    """Cancel the event and notify seated and waiting firms with the reason."""
    event = _existing(tx, event_id)
    if not reason:
        raise InputError("form_empty").at("reason")
    if not events.move(tx, event_id, event.state, EventState.CANCELLED) or event.state is EventState.CANCELLED:
        raise ConflictError("event_over")
    audit.record(tx, "cancel_event", f"event:{event_id}")
    text = texts("events.cancelled", title=event.title, reason=reason)
    notify_all(tx, event_id, f"event:{event_id}:cancelled", text)


def add_table(tx: Tx, event_id: int, table: TableCommand) -> int:
    """Add a buyer's table; return its id. Raises InputError for empty text, ConflictError if there is no room."""
    if not table.buyer or not table.need or not 1 <= table.at_once <= MOST_AT_ONCE:
        raise InputError("form_empty").at("need" if table.buyer else "buyer")
    event = _existing(tx, event_id)
    if event.state is EventState.CANCELLED or len(events.tables(tx, event_id)) >= MOST_TABLES:
        raise ConflictError("event_over")
    table_id = events.add_table(
        tx, event_id, firm_id=table.firm_id, buyer=table.buyer, need=table.need, at_once=table.at_once
    )
    audit.record(tx, "add_event_table", f"event:{event_id}")
    return table_id


def add_own_table(tx: Tx, event_id: int, firm_id: int, need: str) -> bool:
    """Set a table of this firm's own at an event to come; False where there is none. Raises as `add_table` does."""
    event = events.get(tx, event_id)
    if event is None or event.state is not EventState.PUBLISHED or event.starts <= tx.now:
        return False
    add_table(tx, event_id, TableCommand(firms.get(tx, firm_id).name, need, 1, firm_id))
    return True


def remove_table(tx: Tx, event_id: int, table_id: int) -> None:
    """Remove a table from an unpublished event."""
    if _existing(tx, event_id).state is not EventState.DRAFT or not events.remove_table(tx, event_id, table_id):
        raise ConflictError("event_published")
    audit.record(tx, "remove_event_table", f"event:{event_id}")


def validate(event: MatchmakingEvent) -> None:
    """Raise InputError `event_times` or `event_fields` if the fields contradict each other."""
    if not event.title or not event.place or event.kind not in KINDS:
        raise InputError("event_fields")
    if not 1 <= event.seats <= MOST_SEATS or not 1 <= event.quota <= 10 or not 1 <= len(event.slots) <= MOST_SLOTS:
        raise InputError("event_fields")
    in_order = event.signup_from < event.signup_until <= event.starts < event.ends
    slots_inside = all(event.starts <= slot < event.ends for slot in event.slots)
    if not in_order or not slots_inside or list(event.slots) != sorted(set(event.slots)):
        raise InputError("event_times")


def notify_all(tx: Tx, event_id: int, occasion: str, text: str) -> None:
    """Notify everybody in firms that have a seat or are waiting."""
    for signup in signups.of_event(tx, event_id):
        notify_firm(tx, signup.firm_id, occasion, text)


def notify_firm(tx: Tx, firm_id: int, occasion: str, text: str) -> None:
    """Notify everybody who represents this firm, once per occasion."""
    card = cards.news(text, tx.now)
    for person_id in people.of_firm(tx, firm_id):
        outbox.plan(
            tx, key=occasion, person_id=person_id, topic=NoticeTopic.EVENT, text=text, card=card, firm_id=firm_id
        )


def when(moment: datetime) -> str:
    """Format a moment: 11月20日 14:00."""
    local = moment.astimezone(SHANGHAI)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def _existing(tx: Tx, event_id: int) -> MatchmakingEvent:
    return required(events.get(tx, event_id), ConflictError("event_over"))
