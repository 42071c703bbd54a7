"""Officials hold an event: announce it, set its buyers' tables, publish it, call it off."""

from dataclasses import dataclass
from datetime import datetime

from config.calendar import SHANGHAI
from config.errors import ConflictError, InputError
from config.texts import Texts
from config.topics import NoticeTopic
from notifications import cards
from storage.audit import audit
from storage.engine.transactions import Tx
from storage.events import events, signups
from storage.events.events import Event, State
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
    """A buyer's table as it was entered."""

    buyer: str
    need: str
    at_once: int
    firm_id: int | None = None


def announce(tx: Tx, actor_id: int, event: Event) -> int:
    """Enter an event as a draft; returns its id. Raises InputError where its fields make no sense."""
    hold_sense(event)
    event_id = events.add(tx, event)
    audit.record(tx, "announce_event", f"event:{event_id}")
    return event_id


def change(tx: Tx, actor_id: int, event_id: int, event: Event, texts: Texts) -> None:
    """Change an event; where it is published, everybody with a seat or in the line hears of a new time or place."""
    before = _existing(tx, event_id)
    hold_sense(event)
    if before.state is State.CANCELLED:
        raise ConflictError("event_over")
    if before.state is State.PUBLISHED and before.slots != event.slots:
        # Meetings are planned by the number of their slot.
        raise InputError("event_slots_fixed")
    events.change(tx, event_id, event)
    audit.record(tx, "change_event", f"event:{event_id}")
    moved = (before.starts, before.ends, before.place) != (event.starts, event.ends, event.place)
    if before.state is State.PUBLISHED and moved:
        text = texts("events.moved", title=event.title, when=when(event.starts), place=event.place)
        tell_all(tx, event_id, f"event:{event_id}:moved:{tx.now.isoformat()}", text)


def publish(tx: Tx, actor_id: int, event_id: int) -> None:
    """Firms see the event from now on. Raises ConflictError where it has no table or was published before."""
    if not events.tables(tx, event_id):
        raise ConflictError("event_no_table")
    if not events.move(tx, event_id, State.DRAFT, State.PUBLISHED):
        raise ConflictError("event_over")
    audit.record(tx, "publish_event", f"event:{event_id}")


def cancel(tx: Tx, actor_id: int, event_id: int, reason: str, texts: Texts) -> None:
    """Call the event off; everybody with a seat or in the line hears why."""
    event = _existing(tx, event_id)
    if not reason:
        raise InputError("form_empty").at("reason")
    if not events.move(tx, event_id, event.state, State.CANCELLED) or event.state is State.CANCELLED:
        raise ConflictError("event_over")
    audit.record(tx, "cancel_event", f"event:{event_id}")
    text = texts("events.cancelled", title=event.title, reason=reason)
    tell_all(tx, event_id, f"event:{event_id}:cancelled", text)


def add_table(tx: Tx, actor_id: int, event_id: int, table: TableCommand) -> int:
    """Set a buyer's table; returns its id. Raises InputError for empty words, ConflictError where there is no room."""
    if not table.buyer or not table.need or not 1 <= table.at_once <= MOST_AT_ONCE:
        raise InputError("form_empty").at("need" if table.buyer else "buyer")
    event = _existing(tx, event_id)
    if event.state is State.CANCELLED or len(events.tables(tx, event_id)) >= MOST_TABLES:
        raise ConflictError("event_over")
    table_id = events.add_table(
        tx, event_id, firm_id=table.firm_id, buyer=table.buyer, need=table.need, at_once=table.at_once
    )
    audit.record(tx, "add_event_table", f"event:{event_id}")
    return table_id


def add_own_table(tx: Tx, actor_id: int, event_id: int, firm_id: int, need: str) -> bool:
    """Set a table of this firm's own at an event to come; False where there is none. Raises as `add_table` does."""
    event = events.get(tx, event_id)
    if event is None or event.state is not State.PUBLISHED or event.starts <= tx.now:
        return False
    add_table(tx, actor_id, event_id, TableCommand(firms.get(tx, firm_id).name, need, 1, firm_id))
    return True


def remove_table(tx: Tx, actor_id: int, event_id: int, table_id: int) -> None:
    """Take a table off an event that firms have not seen yet."""
    if _existing(tx, event_id).state is not State.DRAFT or not events.remove_table(tx, event_id, table_id):
        raise ConflictError("event_published")
    audit.record(tx, "remove_event_table", f"event:{event_id}")


def hold_sense(event: Event) -> None:
    """Raises InputError `event_times` or `event_fields` where the fields contradict each other."""
    if not event.title or not event.place or event.kind not in KINDS:
        raise InputError("event_fields")
    if not 1 <= event.seats <= MOST_SEATS or not 1 <= event.quota <= 10 or not 1 <= len(event.slots) <= MOST_SLOTS:
        raise InputError("event_fields")
    in_order = event.signup_from < event.signup_until <= event.starts < event.ends
    slots_inside = all(event.starts <= slot < event.ends for slot in event.slots)
    if not in_order or not slots_inside or list(event.slots) != sorted(set(event.slots)):
        raise InputError("event_times")


def tell_all(tx: Tx, event_id: int, occasion: str, text: str) -> None:
    """Everybody of the firms that have a seat or wait for one is to be told this."""
    for signup in signups.of_event(tx, event_id):
        tell_firm(tx, signup.firm_id, occasion, text)


def tell_firm(tx: Tx, firm_id: int, occasion: str, text: str) -> None:
    """Everybody who speaks for this firm is to be told this, once an occasion."""
    card = cards.news(text, tx.now)
    for person_id in people.of_firm(tx, firm_id):
        outbox.plan(
            tx, key=occasion, person_id=person_id, topic=NoticeTopic.EVENT, text=text, card=card, firm_id=firm_id
        )


def when(moment: datetime) -> str:
    """A moment as it is told: 11月20日 14:00."""
    local = moment.astimezone(SHANGHAI)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def _existing(tx: Tx, event_id: int) -> Event:
    event = events.get(tx, event_id)
    if event is None:
        raise ConflictError("event_over")
    return event
