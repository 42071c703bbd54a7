"""Ticket queue and ticket page: assign, transfer, answer, close, reopen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from aiohttp import web
from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from bot.console.acts import act, act_as_user
from bot.console.context import HOME, ConsoleRequest, see
from bot.console.tickets.canned_answers import answers_for
from bot.services.tickets import tickets as ticket_service
from bot.services.tickets.tickets import LONGEST_QUESTION, WORKERS, TicketDesk
from bot.web.form_models import FormModel, Number, at_most, whole_number
from bot.web.page_request import existing
from config.calendar import shanghai_day
from notifications.channels import is_open
from storage.chat import reply_windows
from storage.chat.reply_windows import ReplyWindow
from storage.engine.page import last_page
from storage.engine.transactions import Tx
from storage.firms import verification_marks
from storage.firms.verification_marks import FirmMarks
from storage.people import roles
from storage.tickets import canned_answers, tickets
from storage.tickets.canned_answers import CannedAnswer
from storage.tickets.tickets import Ticket, TicketLine, TicketQuery, TicketState

_STATES = {"open": TicketState.OPEN, "answered": TicketState.ANSWERED, "closed": TicketState.CLOSED, "all": None}
_EXCERPT = 60
TICKET = "/tickets/{id}"


def _place(value: object) -> object:
    agency, stroke, area = str(value).partition("|")
    if not stroke:
        raise PydanticCustomError("form_choose", "no place")
    return TicketDesk(agency or None, area)


class AssignForm(FormModel):
    """To whom a ticket is given; 0: to oneself."""

    assignee: Number = 0


class MoveForm(FormModel):
    """Where a ticket goes, in how many workdays it is due, and why."""

    place: Annotated[TicketDesk, BeforeValidator(_place)] = Field("", validate_default=True)
    days: Number = 0
    why: Annotated[str, at_most(LONGEST_QUESTION)] = ""


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of the queue as shown."""

    tickets: list[Ticket]
    total: int
    words: Mapping[int, str]
    names: Mapping[int, str]
    standing: Mapping[int, FirmMarks]
    windows: Mapping[int, ReplyWindow]
    direct: frozenset[int]
    agencies: list[str]
    places: list[TicketDesk]
    colleagues: Mapping[int, str]
    canned: list[CannedAnswer]
    wanted: TicketQuery
    today: date


@dataclass(frozen=True, slots=True)
class Opened:
    """One ticket as shown."""

    ticket: Ticket
    lines: list[TicketLine]
    names: Mapping[int, str]
    standing: FirmMarks | None
    window: ReplyWindow
    direct: bool
    reached: bool
    told: Mapping[int, str]
    colleagues: Mapping[int, str]
    places: list[TicketDesk]
    canned: list[CannedAnswer]
    draft: str
    today: date


async def listed(visit: ConsoleRequest) -> web.StreamResponse:
    """Show one page of the queue, earliest due first."""
    queue = await visit.desk.database.read(_queue, visit)
    asked = visit.request.query
    return visit.page(
        "tickets.html",
        queue=queue,
        state=asked.get("state", "open"),
        mine=asked.get("mine") == "1",
        areas=visit.areas,
        last=last_page(queue.total, tickets.PAGE),
        excerpt=_EXCERPT,
        works=any(role.kind in WORKERS for role in visit.me.admitted),
        promise=visit.desk.workdays.ticket,
    )


async def show(visit: ConsoleRequest) -> web.StreamResponse:
    """Show a ticket with all its lines."""
    opened = await visit.desk.database.read(_opened, visit, visit.number)
    return visit.page(
        "ticket.html",
        shown=opened,
        works=any(role.kind in WORKERS for role in visit.me.admitted),
        known=visit.desk.workdays.knows(opened.ticket.due),
        promise=visit.desk.workdays.ticket,
        longest=ticket_service.LONGEST_REPLY,
    )


# Answer; the person is notified in chat.
reply = act_as_user(
    ticket_service.reply, TICKET, lambda visit: (agency_of(visit), visit.text("text"), visit.desk.texts)
)
# Assign it to oneself or a colleague.
assign = act(ticket_service.assign, TICKET, lambda visit: (visit.read(AssignForm).assignee or visit.me.person_id,))
# Close the ticket.
close = act_as_user(ticket_service.close, TICKET, lambda visit: (visit.desk.texts, visit.text("reason")))
# Reopen the ticket.
reopen = act(ticket_service.reopen, TICKET, lambda visit: (visit.desk.workdays,))


async def move(visit: ConsoleRequest) -> web.StreamResponse:
    """Transfer the ticket (转办)."""
    given, desk = visit.read(MoveForm), visit.desk
    await visit.carry_out_as_user(ticket_service.move, given.place, given.days, given.why, desk.workdays, desk.texts)
    # The viewer may have no access to it any more.
    see(f"{HOME}/tickets")


def agency_of(visit: ConsoleRequest) -> str:
    """Return in which agency's name the viewer answers."""
    return next((role.agency for role in visit.me.admitted if role.agency), None) or ""


def _is_direct(window: ReplyWindow, now: datetime) -> bool:
    return is_open(window.until, window.left, now)


def _window(tx: Tx, ticket: Ticket) -> ReplyWindow:
    told = ticket_service.receiver(tx, ticket)
    return ReplyWindow(None, 0) if told is None else reply_windows.of(tx, told)


def _queue(tx: Tx, visit: ConsoleRequest) -> Queue:
    asked, today = visit.request.query, shanghai_day(tx.now)
    area, agency = asked.get("area", ""), asked.get("agency", "")
    wanted = TicketQuery(
        visit.me.admitted,
        _STATES.get(asked.get("state", "open"), TicketState.OPEN),
        "" if area == "全市" else area or None,
        agency or None,
        visit.me.person_id if asked.get("mine") == "1" else None,
        today if asked.get("state") == "late" else None,
        visit.page_number,
    )
    found, total = tickets.page(tx, wanted)
    firm_ids = {ticket.firm_id for ticket in found if ticket.firm_id is not None}
    places = ticket_service.places(tx)
    open_windows = {ticket.id: _window(tx, ticket) for ticket in found}
    return Queue(
        found,
        total,
        tickets.first_words(tx, [ticket.id for ticket in found]),
        roles.names(tx, {ticket.assignee for ticket in found if ticket.assignee is not None}),
        verification_marks.of(tx, firm_ids),
        open_windows,
        frozenset(ticket_id for ticket_id, window in open_windows.items() if _is_direct(window, tx.now)),
        sorted({place.agency for place in places if place.agency}),
        places,
        ticket_service.colleagues(tx, *found),
        answers_for(tx, visit),
        wanted,
        today,
    )


def _opened(tx: Tx, visit: ConsoleRequest, ticket_id: int) -> Opened:
    ticket = existing(tickets.get(tx, ticket_id))
    said = tickets.lines(tx, ticket_id)
    people = {line.author for line in said if line.author is not None} | {ticket.assignee or 0}
    chosen = canned_answers.get(tx, whole_number(visit.request.query.get("canned", "")))
    usable = answers_for(tx, visit)
    window = _window(tx, ticket)
    return Opened(
        ticket,
        said,
        roles.names(tx, people),
        verification_marks.of(tx, [ticket.firm_id])[ticket.firm_id] if ticket.firm_id is not None else None,
        window,
        _is_direct(window, tx.now),
        ticket_service.receiver(tx, ticket) is not None,
        ticket_service.delivery_by_line(tx, ticket, said),
        ticket_service.colleagues(tx, ticket),
        ticket_service.places(tx),
        usable,
        chosen.text if chosen is not None and chosen in usable else "",
        shanghai_day(tx.now),
    )
