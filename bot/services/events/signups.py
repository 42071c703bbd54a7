"""A firm attends an event: signs up, names tables to meet, cancels, checks in."""

from datetime import timedelta
from enum import Enum

from bot.services.events.events import notify_firm, when
from config.errors import ConflictError, InputError
from config.texts import Texts
from storage.audit import audit
from storage.engine.field_encryption import FieldCipher
from storage.engine.transactions import Actor, Tx
from storage.events import events, meetings, signups
from storage.events.events import EventState, MatchmakingEvent
from storage.events.signups import Signup, SignupState
from storage.firms import verifications
from storage.people import people

DOORS_OPEN = timedelta(hours=1)


def check_in_scene(cipher: FieldCipher, event_id: int) -> str:
    """Return the scene of an event's check-in QR code; its last part prevents guessing it from elsewhere."""
    return f"arrive:{event_id}:{cipher.fingerprint(str(event_id), 'event.arrive')[:12]}"


class Arrival(Enum):
    """Result of a check-in scan."""

    WELCOME = "welcome"
    AGAIN = "again"
    NO_SEAT = "no_seat"
    CLOSED = "closed"


def sign_up(tx: Tx, person: people.KnownPerson, event_id: int, texts: Texts) -> tuple[MatchmakingEvent, SignupState]:
    """Give the person's firm a seat, or a place on the waiting list. Verified firms go first; asking again changes
    nothing unless the firm was verified meanwhile.

    Raises InputError for a person without a firm, ConflictError if sign-up is over, or if this person holds a place for
    another firm.
    """
    firm_id, event = _held(person), _open(tx, event_id)
    known = signups.find(tx, event_id, firm_id)
    if known is None or known.state is SignupState.CANCELLED:
        _promote_first(tx, person.id, event_id, firm_id)
        signups.put(tx, event_id, firm_id, person.id, SignupState.WAITING)
        audit.record(tx, "sign_up", f"event:{event_id}", {"firm": str(firm_id)})
    elif known.state is SignupState.IN:
        return event, known.state
    _allot(tx, event, texts, asking=firm_id)
    kept = signups.find(tx, event_id, firm_id)
    return event, SignupState.WAITING if kept is None else kept.state


def cancel(tx: Tx, person: people.KnownPerson, event_id: int, texts: Texts) -> MatchmakingEvent:
    """Cancel the firm's sign-up; its seat goes to the first on the waiting list, who is notified.

    Raises ConflictError if it had not signed up, or the event has begun.
    """
    firm_id, event = _held(person), events.get(tx, event_id)
    known = signups.find(tx, event_id, firm_id)
    if event is None or known is None or known.state is SignupState.CANCELLED:
        raise ConflictError("event_not_signed_up")
    if tx.now >= event.starts:
        raise ConflictError("event_over")
    _end(tx, person.id, event, firm_id, texts)
    return event


def release_places(tx: Tx, person_id: int, firm_id: int, texts: Texts) -> None:
    """Release places at events that have not begun, as nobody represents the firm any more."""
    for signup in signups.of_firm(tx, firm_id):
        event = events.get(tx, signup.event_id)
        if event is not None and tx.now < event.starts:
            _end(tx, person_id, event, firm_id, texts)


def save_wishes(
    tx: Tx, person: people.KnownPerson, event_id: int, letters: list[str]
) -> tuple[MatchmakingEvent, list[events.BuyerTable]]:
    """Save which tables the person's firm wants to meet, favourite first; return them with their event.

    Raises InputError for an unknown table, ConflictError for a firm not signed up.
    """
    firm_id, event = _held(person), _open(tx, event_id)
    known = signups.find(tx, event_id, firm_id)
    if known is None or known.state is SignupState.CANCELLED:
        raise ConflictError("event_not_signed_up")
    by_letter = {table.letter: table for table in events.tables(tx, event_id)}
    # "A C" and "AC" are the same wish; "AB" is one table only if the event has that many.
    named = [name for run in letters for name in ([run] if run in by_letter else run)]
    if not named or any(name not in by_letter for name in named):
        raise InputError("event_no_such_table")
    wanted = [by_letter[name] for name in dict.fromkeys(named)]
    signups.save_wishes(tx, event_id, firm_id, [table.id for table in wanted])
    audit.record(tx, "want_tables", f"event:{event_id}", {"firm": str(firm_id)})
    return event, wanted


def arrive(tx: Tx, person: people.KnownPerson, event_id: int) -> tuple[MatchmakingEvent, int, Arrival]:
    """Check in the person's firm, from an hour before the event until its end."""
    event, firm_id = events.get(tx, event_id), _held(person)
    known = signups.find(tx, event_id, firm_id)
    if event is None or (event.state is not EventState.PUBLISHED and known is None):
        # Only firms with a place may learn the fate of an unlisted event.
        raise ConflictError("event_not_signed_up")
    if event.state is not EventState.PUBLISHED or not event.starts - DOORS_OPEN <= tx.now < event.ends:
        return event, firm_id, Arrival.CLOSED
    if known is None or known.state is not SignupState.IN:
        return event, firm_id, Arrival.NO_SEAT
    if known.arrived is not None:
        return event, firm_id, Arrival.AGAIN
    signups.arrive(tx, event_id, firm_id)
    audit.record(tx, "arrive", f"event:{event_id}", {"firm": str(firm_id)})
    return event, firm_id, Arrival.WELCOME


def mine(tx: Tx, firm_id: int) -> list[tuple[MatchmakingEvent, Signup]]:
    """Return the firm's places at current and recent events, the next first."""
    found = [(events.get(tx, signup.event_id), signup) for signup in signups.of_firm(tx, firm_id)]
    running = [(event, signup) for event, signup in found if event is not None and event.state is EventState.PUBLISHED]
    return sorted(running, key=lambda both: (both[0].ends < tx.now, both[0].starts))


def _end(tx: Tx, person_id: int, event: MatchmakingEvent, firm_id: int, texts: Texts) -> None:
    signups.set_state(tx, event.id, firm_id, SignupState.CANCELLED)
    meetings.drop_of_firm(tx, event.id, firm_id)
    by = Actor.person(person_id, "wechat")
    audit.record(tx, "cancel_sign_up", f"event:{event.id}", {"firm": str(firm_id)}, by=by)
    _allot(tx, event, texts)


def _promote_first(tx: Tx, person_id: int, event_id: int, firm_id: int) -> None:
    places = [one for one in signups.by_person(tx, person_id) if one.event_id == event_id]
    if any(one.state is not SignupState.CANCELLED and one.firm_id != firm_id for one in places):
        raise ConflictError("event_one_firm")


def _allot(tx: Tx, event: MatchmakingEvent, texts: Texts, asking: int | None = None) -> None:
    """Assign seats to verified firms first, then the others, each in sign-up order; notify firms that gain or lose one,
    except the `asking` firm. Once sign-up is over nobody loses a seat.
    """
    line = signups.of_event(tx, event.id)
    proven = verifications.proven(tx, [one.firm_id for one in line])
    first = sorted(line, key=lambda one: one.firm_id not in proven)
    seated = [one for one in line if one.state is SignupState.IN]
    if not event.takes_signups(tx.now):
        first = seated + [one for one in first if one.state is SignupState.WAITING]
    # If the number of seats was reduced later, firms that have one keep it.
    chosen = {one.firm_id for one in first[: max(event.seats, len(seated))]}
    for one in line:
        state = SignupState.IN if one.firm_id in chosen else SignupState.WAITING
        if one.state is state:
            continue
        signups.set_state(tx, event.id, one.firm_id, state)
        if state is SignupState.WAITING:
            meetings.drop_of_firm(tx, event.id, one.firm_id)
        if one.firm_id == asking:
            continue
        key = "promoted" if state is SignupState.IN else "displaced"
        text = texts(f"events.{key}", title=event.title, when=when(event.starts), place=event.place, number=event.id)
        notify_firm(tx, one.firm_id, f"event:{event.id}:{key}:{tx.now.isoformat()}", text)


def _open(tx: Tx, event_id: int) -> MatchmakingEvent:
    event = events.get(tx, event_id)
    if event is None or not event.takes_signups(tx.now):
        raise ConflictError("event_closed")
    return event


def _held(person: people.KnownPerson) -> int:
    if person.firm_id is None:
        raise InputError("not_registered")
    return person.firm_id
