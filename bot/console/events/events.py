"""宁工品推 and 百场万企 in the console: announce, add tables, publish, plan meetings, see results."""

import asyncio
from datetime import timedelta
from typing import Annotated

import segno
from aiohttp import web
from pydantic import Field

from bot.console.acts import act
from bot.console.context import HOME, ConsoleRequest, see
from bot.services.events import events as event_service
from bot.services.events import meetings as meeting_service
from bot.services.events.events import KINDS, TableCommand
from bot.services.events.signups import check_in_scene
from bot.web.form_models import Choice, FormModel, Moment, at_most, whole
from bot.web.templates import moment
from config.errors import UnavailableError
from matchmaking.pairing import pair
from storage.engine.transactions import Tx
from storage.events import events, meetings
from storage.events import signups as stored_signups
from storage.events.events import BuyerTable, EventState, MatchmakingEvent
from storage.events.meetings import EventMeeting, MeetingTotals
from storage.events.signups import Signup
from storage.firms import offerings, verification_marks
from storage.firms.verification_marks import FirmMarks

MOST_LISTED = 100
EVENT = "/events/{id}"
Shown = tuple[list[BuyerTable], list[Signup], list[EventMeeting], MeetingTotals, dict[int, FirmMarks]]


class NeedForm(FormModel):
    """What a buyer looks for."""

    need: Annotated[str, at_most(1000)]


class TableForm(NeedForm):
    """A buyer's table."""

    buyer: Annotated[str, at_most(60)]
    at_once: Annotated[int, whole(1, event_service.MOST_AT_ONCE)] = 1


class EventForm(FormModel):
    """An event; the meetings follow one another from its beginning, each so many minutes long."""

    kind: Choice
    title: Annotated[str, at_most(60)]
    theme: Annotated[str, at_most(400)] = ""
    place: Annotated[str, at_most(100)]
    area: Choice = Field("", validate_default=True)
    starts: Moment
    ends: Moment
    signup_from: Moment
    signup_until: Moment
    slots: Annotated[int, whole(1, event_service.MOST_SLOTS)]
    minutes: Annotated[int, whole(1, 240)]
    seats: Annotated[int, whole(1, event_service.MOST_SEATS)]
    quota: Annotated[int, whole(1, 10)]
    desks: Annotated[str, at_most(200)] = ""


async def listed(visit: ConsoleRequest) -> web.StreamResponse:
    """Show the events one covers, and the form of a new one."""
    found = await visit.desk.database.read(events.latest, visit.me.areas(), MOST_LISTED)
    return visit.page("events.html", events=found, form=_choices(visit))


async def announce(visit: ConsoleRequest) -> web.StreamResponse:
    """Create an event as a draft."""
    event_id = await visit.desk.database.write(event_service.announce, _event(visit))
    see(f"{HOME}/events/{event_id}")


async def show(visit: ConsoleRequest) -> web.StreamResponse:
    """Show an event: tables, sign-ups, meetings, results."""
    event = await visit.named(events.get)
    tables, signups, planned, tally, standing = await visit.desk.database.read(_shown, event.id)
    return visit.page(
        "event.html",
        event=event,
        tables=tables,
        signups=signups,
        planned=planned,
        tally=tally,
        standing=standing,
        letters={table.id: table.letter for table in tables},
        form=_choices(visit),
        waiting=[one for one in signups if one.state is stored_signups.SignupState.WAITING],
    )


async def change(visit: ConsoleRequest) -> web.StreamResponse:
    """Change an event; firms are notified of a new time or place."""
    before = await visit.named(events.get)
    await visit.carry_out(event_service.change, _event(visit, before), visit.desk.texts)
    see(f"{HOME}/events/{visit.number}")


# Publish the event to firms.
publish = act(event_service.publish, EVENT)
# Cancel it, with a reason sent to everybody.
cancel = act(event_service.cancel, EVENT, lambda visit: (visit.text("reason", 100), visit.desk.texts))
# Remove a table from a draft.
remove_table = act(event_service.remove_table, EVENT, lambda visit: (visit.id_of("table"),))
# Mark a firm absent and free its meetings.
mark_absent = act(meeting_service.mark_absent, EVENT, lambda visit: (visit.id_of("firm"),))


async def add_table(visit: ConsoleRequest) -> web.StreamResponse:
    """Add a buyer's table."""
    given = visit.read(TableForm)
    await visit.carry_out(event_service.add_table, TableCommand(given.buyer, given.need, given.at_once))
    see(f"{HOME}/events/{visit.number}")


async def schedule(visit: ConsoleRequest) -> web.StreamResponse:
    """Plan the meetings, or replan around announced ones; each firm gets its own."""
    gathering, offered = await visit.desk.database.read(_gathered, visit.number)
    plan = await asyncio.to_thread(meeting_service.plan_of, gathering, offered)
    planned = meeting_service.packed(plan, await asyncio.to_thread(pair, plan))
    await visit.carry_out(meeting_service.save, planned, gathering, visit.desk.texts)
    see(f"{HOME}/events/{visit.number}#meetings")


async def check_in_code(visit: ConsoleRequest) -> web.StreamResponse:
    """Show the check-in QR code for the entrance."""
    event = await visit.named(events.get)
    told = await visit.desk.code_for(check_in_scene(visit.desk.cipher, event.id))
    if told.value is None:
        if told.missed is None:
            raise UnavailableError("qr_asked")
        raise UnavailableError("qr_silent", since=moment(told.missed))
    address: str = told.value
    # Drawn here, so that the page loads nothing from elsewhere.
    picture = await asyncio.to_thread(lambda: segno.make(address, error="m").png_data_uri(scale=8, border=2))
    return visit.page("event_door.html", event=event, picture=picture)


async def of_buyers(visit: ConsoleRequest) -> web.StreamResponse:
    """Show an SOE the coming events with its own tables."""
    found = await visit.desk.database.read(_for_buyers, visit)
    return visit.page("buyer_events.html", events=found)


async def add_own_table(visit: ConsoleRequest) -> web.StreamResponse:
    """Add an SOE's own need to a published event."""
    firm_id = next(role.firm_id for role in visit.me.admitted if role.firm_id is not None)
    if not await visit.carry_out(event_service.add_own_table, firm_id, visit.read(NeedForm).need):
        raise web.HTTPNotFound
    see(f"{HOME}/buyer-events")


def _choices(visit: ConsoleRequest) -> dict[str, object]:
    """Return the choices an event form offers."""
    areas = _own_areas(visit)
    return {"kinds": KINDS, "areas": [area for area in areas if area], "whole_city": "" in areas}


def _own_areas(visit: ConsoleRequest) -> list[str]:
    """The areas for which the viewer may hold an event; "": the whole city."""
    reached = visit.me.areas()
    return [area for area in ("", *visit.desk.areas) if reached is None or area in reached]


def _shown(tx: Tx, event_id: int) -> Shown:
    signups, planned = stored_signups.of_event(tx, event_id), meetings.of_event(tx, event_id)
    standing = verification_marks.of(tx, {*(one.firm_id for one in signups), *(one.firm_id for one in planned)})
    return events.tables(tx, event_id), signups, planned, meetings.tally(tx, event_id), standing


def _gathered(tx: Tx, event_id: int) -> tuple[meeting_service.Gathering, dict[int, dict[str, str]]]:
    gathering = meeting_service.pairing_input(tx, event_id)
    offered = {one.firm_id: offerings.of(tx, one.firm_id) for one in gathering.signups}
    return gathering, {
        one.firm_id: {"name": one.firm, **{field: said.text for field, said in offered[one.firm_id].items()}}
        for one in gathering.signups
    }


def _for_buyers(tx: Tx, visit: ConsoleRequest) -> list[tuple[MatchmakingEvent, list[BuyerTable]]]:
    mine = {role.firm_id for role in visit.me.admitted}
    return [
        (event, [table for table in events.tables(tx, event.id) if table.firm_id in mine])
        for event in events.coming(tx, MOST_LISTED)
    ]


def _event(visit: ConsoleRequest, before: MatchmakingEvent | None = None) -> MatchmakingEvent:
    """Parse the form as an event; a published one keeps its slots, which are referred to by number."""
    form = visit.read(EventForm, kind=KINDS, area=_own_areas(visit))
    slots = tuple(form.starts + timedelta(minutes=form.minutes * number) for number in range(form.slots))
    return MatchmakingEvent(
        form.kind,
        form.title,
        form.theme,
        form.place,
        form.area or None,
        form.starts,
        form.ends,
        form.signup_from,
        form.signup_until,
        form.seats,
        form.quota,
        form.desks,
        before.slots if before is not None and before.state is EventState.PUBLISHED else slots,
    )
