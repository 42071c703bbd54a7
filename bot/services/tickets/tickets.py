"""A ticket's life: opened in chat; assigned, transferred, answered and closed in the console."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from config.calendar import shanghai_day
from config.errors import ConflictError, InputError, required
from config.markup import harmless
from config.texts import Texts
from config.topics import NoticeTopic
from config.workdays import Workdays
from notifications import cards
from storage.audit import audit
from storage.engine.transactions import Tx
from storage.notices import delivery, outbox
from storage.people import people, roles
from storage.people.roles import Role, RoleKind
from storage.tickets import canned_answers, tickets
from storage.tickets.tickets import Ticket, TicketLine, TicketLineKind, TicketState

LONGEST_QUESTION = 500
LONGEST_REPLY = 500
LONGEST_TITLE = 40
LONGEST_REASON = 100
MOST_WORKDAYS = 60
MOST_UNANSWERED = 20
# A message this long after the answer still belongs to the ticket; later ones open a new one.
FOLLOWS_UP = timedelta(days=7)
TOPIC = NoticeTopic.TICKET
# Roles that work on tickets; auditors only read.
WORKERS = frozenset({RoleKind.EDITOR, RoleKind.APPROVER, RoleKind.OPERATOR})


@dataclass(frozen=True, slots=True)
class TicketDesk:
    """Where a ticket can be sent: an agency's people in an area, or (agency None) those responsible for the area."""

    agency: str | None
    area: str


def current(tx: Tx, person_id: int) -> Ticket | None:
    """Return the ticket that this person's next message belongs to: open, or answered in the last days."""
    newest = next(iter(tickets.of_person(tx, person_id, 1)), None)
    if newest is None or newest.state == TicketState.CLOSED:
        return None
    answered = newest.settled if newest.state == TicketState.ANSWERED else None
    return None if answered is not None and tx.now - answered > FOLLOWS_UP else newest


def open_or_add(tx: Tx, person: people.KnownPerson, area: str, text: str, workdays: Workdays) -> tuple[Ticket, bool]:
    """Open a ticket for a question, or add it to the current one and reopen that.

    Returns the ticket and whether it is new. Raises InputError for text too long or too many messages.
    """
    text = text.strip()
    if not text or len(text) > LONGEST_QUESTION:
        raise InputError("ticket_question_wrong", most=LONGEST_QUESTION)
    standing = current(tx, person.id)
    due = workdays.after(shanghai_day(tx.now), workdays.ticket)
    if standing is None:
        ticket_id = tickets.add(tx, person.id, person.firm_id, area, due)
    else:
        ticket_id = standing.id
        if tickets.unanswered(tx, ticket_id) >= MOST_UNANSWERED:
            raise InputError("ticket_full", number=ticket_id)
        again = (
            {"due": due, "state": TicketState.OPEN.value, "settled": None} if standing.state != TicketState.OPEN else {}
        )
        tickets.change(tx, ticket_id, heard=tx.now, **again)
    tickets.add_line(tx, ticket_id, TicketLineKind.ASKED, person.id, text)
    action = "ticket.open" if standing is None else "ticket.add"
    audit.record(tx, action, f"ticket:{ticket_id}")
    return _held(tx, ticket_id), standing is None


def colleagues(tx: Tx, *of: Ticket) -> dict[int, str]:
    """Return who may be assigned any of these tickets, by name."""
    today = shanghai_day(tx.now)
    fitting = [role for role in _working(tx, today) if any(role.covers(ticket.place) for ticket in of)]
    return {role.person_id: role.name or "" for role in fitting}


def places(tx: Tx) -> list[TicketDesk]:
    """Return every place where somebody would see a ticket."""
    found: set[tuple[str, str]] = set()
    for role in _working(tx, shanghai_day(tx.now)):
        if role.kind != RoleKind.OPERATOR:
            found |= {("", role.area or ""), (role.agency or "", role.area or "")}
    return [TicketDesk(agency or None, area) for agency, area in sorted(found, key=lambda place: place[::-1])]


def assign(tx: Tx, ticket_id: int, assignee: int) -> None:
    """Assign the ticket to oneself or to a colleague with access to it."""
    ticket = _held(tx, ticket_id)
    if assignee not in colleagues(tx, ticket):
        raise InputError("ticket_not_theirs")
    tickets.change(tx, ticket_id, assignee=assignee)
    audit.record(tx, "ticket.assign", f"ticket:{ticket_id}", {"assignee": str(assignee)})


def in_words(place: TicketDesk, texts: Texts) -> str:
    """Return the place in words: an agency that names its area, or is the city's, needs no area prefix."""
    if place.agency and place.area in place.agency:
        return place.agency
    return texts("tickets.place", agency=place.agency or "", area=place.area or texts("tickets.city"))


def move(
    tx: Tx, actor_id: int, ticket_id: int, place: TicketDesk, days: int, why: str, workdays: Workdays, texts: Texts
) -> None:
    """Transfer (转办) the ticket to another agency or area, due in so many workdays; notify the person."""
    ticket = _unsettled(tx, ticket_id)
    if place not in places(tx):
        raise InputError("form_choose").at("place")
    if len(why) > LONGEST_QUESTION:
        raise InputError("form_text_long", length=len(why), most=LONGEST_QUESTION).at("why")
    if not 1 <= days <= MOST_WORKDAYS:
        raise InputError("ticket_days_wrong", most=MOST_WORKDAYS)
    due = workdays.after(shanghai_day(tx.now), days)
    tickets.change(tx, ticket_id, agency=place.agency, area=place.area, due=due, assignee=None)
    where = in_words(place, texts)
    line = tickets.add_line(
        tx, ticket_id, TicketLineKind.MOVED, actor_id, texts("tickets.moved_line", where=where, due=due, why=why)
    )
    audit.record(
        tx,
        "ticket.move",
        f"ticket:{ticket_id}",
        {"agency": place.agency or "", "area": place.area, "due": due.isoformat()},
    )
    _tell(tx, ticket, f"moved:{line}", texts("tickets.moved", number=ticket_id, where=where, due=due))


def reply(tx: Tx, actor_id: int, ticket_id: int, agency: str, text: str, texts: Texts) -> None:
    """Answer the person through the outbox, in this agency's name."""
    ticket = _unsettled(tx, ticket_id)
    if not text or len(text) > LONGEST_REPLY:
        raise InputError("ticket_reply_wrong", most=LONGEST_REPLY)
    line = tickets.add_line(tx, ticket_id, TicketLineKind.REPLY, actor_id, text)
    given = {} if ticket.assignee is not None else {"assignee": actor_id}
    tickets.change(tx, ticket_id, state=TicketState.ANSWERED.value, settled=tx.now, **given)
    audit.record(tx, "ticket.reply", f"ticket:{ticket_id}", {"text": text})
    said = texts("tickets.answered", number=ticket_id, agency=_harmless(agency), text=_harmless(text))
    _tell(tx, ticket, reply_key(line), said, text)


def close(tx: Tx, actor_id: int, ticket_id: int, texts: Texts, reason: str = "") -> None:
    """Close the ticket. A person never answered is told so, with the reason.

    Raises InputError if nothing was answered and no reason is given.
    """
    ticket = _unsettled(tx, ticket_id)
    if ticket.state == TicketState.OPEN and not 0 < len(reason) <= LONGEST_REASON:
        raise InputError("ticket_reason", most=LONGEST_REASON)
    tickets.change(tx, ticket_id, state=TicketState.CLOSED.value, settled=tx.now)
    audit.record(tx, "ticket.close", f"ticket:{ticket_id}")
    if ticket.state == TicketState.OPEN:
        line = tickets.add_line(
            tx, ticket_id, TicketLineKind.MOVED, actor_id, texts("tickets.closed_line", reason=reason)
        )
        _tell(tx, ticket, f"closed:{line}", texts("tickets.closed", number=ticket_id, reason=harmless(reason)))


def answer_and_close(tx: Tx, actor_id: int, ticket_id: int, agency: str, text: str, texts: Texts) -> None:
    """Answer the person and close the ticket."""
    reply(tx, actor_id, ticket_id, agency, text, texts)
    close(tx, actor_id, ticket_id, texts)


def reopen(tx: Tx, ticket_id: int, workdays: Workdays) -> None:
    """Reopen a closed or answered ticket."""
    ticket = _held(tx, ticket_id)
    if ticket.state == TicketState.OPEN:
        raise ConflictError("ticket_open_already")
    due = workdays.after(shanghai_day(tx.now), workdays.ticket)
    tickets.change(tx, ticket_id, state=TicketState.OPEN.value, settled=None, due=due)
    audit.record(tx, "ticket.reopen", f"ticket:{ticket_id}")


def delivery_by_line(tx: Tx, ticket: Ticket, said: Sequence[TicketLine]) -> dict[int, str]:
    """Return each reply's delivery state in the outbox, by line."""
    keys = {line.id: _whole_key(tx, ticket, reply_key(line.id)) for line in said if line.kind == TicketLineKind.REPLY}
    states = delivery.states_of(tx, list(keys.values()))
    return {line_id: states[key] for line_id, key in keys.items() if key in states}


def reply_key(line_id: int) -> str:
    """Return a reply's occasion key in the outbox, appended to the ticket number."""
    return f"reply:{line_id}"


def save_canned_answer(tx: Tx, actor_id: int, area: str | None, title: str, text: str) -> None:
    """Save a canned answer for recurring questions."""
    if not title or len(title) > LONGEST_TITLE or not text or len(text) > LONGEST_REPLY:
        raise InputError("canned_wrong", title=LONGEST_TITLE, most=LONGEST_REPLY)
    answer_id = canned_answers.add(tx, area, title, text, actor_id)
    audit.record(tx, "canned.add", f"canned:{answer_id}", {"text": text})


def drop_answer(tx: Tx, answer_id: int) -> None:
    """Remove a canned answer."""
    canned_answers.remove(tx, answer_id)
    audit.record(tx, "canned.remove", f"canned:{answer_id}")


def _working(tx: Tx, today: date) -> Iterator[Role]:
    for role in roles.all_given(tx):
        over = role.valid_until is not None and role.valid_until <= today
        if role.kind in WORKERS and role.valid_from <= today and not over:
            yield role


def _held(tx: Tx, ticket_id: int) -> Ticket:
    return required(tickets.get(tx, ticket_id), InputError("form_wrong"))


def _unsettled(tx: Tx, ticket_id: int) -> Ticket:
    ticket = _held(tx, ticket_id)
    if ticket.state == TicketState.CLOSED:
        raise ConflictError("ticket_closed")
    return ticket


def _tell(tx: Tx, ticket: Ticket, what: str, text: str, answer: str = "") -> None:
    asked = next((line.text for line in tickets.lines(tx, ticket.id) if line.kind == TicketLineKind.ASKED), "")
    card = cards.answered(asked or str(ticket.id), answer or text, tx.now)
    key, told = f"ticket:{ticket.id}:{what}", receiver(tx, ticket)
    if told is not None:
        outbox.plan(tx, key=key, person_id=told, topic=TOPIC, text=text, card=card, firm_id=ticket.firm_id)


def receiver(tx: Tx, ticket: Ticket) -> int | None:
    """Return who is notified of this ticket: the asker; for a firm's ticket one who represents it, if any."""
    speaking = [] if ticket.firm_id is None else people.of_firm(tx, ticket.firm_id)
    if not speaking or ticket.person_id in speaking:
        return ticket.person_id
    return speaking[0]


def _whole_key(tx: Tx, ticket: Ticket, what: str) -> str:
    return f"ticket:{ticket.id}:{what}:{receiver(tx, ticket)}"


def _harmless(text: str) -> str:
    return text.replace("<", "＜").replace(">", "＞").replace("[[", "［［")
