"""Home page: one's tasks, roles and sessions."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from aiohttp import web

from bot.console.context import COOKIE, FACE, HOME, ConsoleRequest, see
from bot.services.people import login
from bot.services.people import roles as role_service
from bot.services.tickets.tickets import WORKERS
from config.calendar import shanghai_day
from storage.engine.transactions import Tx
from storage.firms import firms, licence_reviews
from storage.firms.licence_reviews import LicenceReviewState
from storage.people import kept_forms, sessions
from storage.people.roles import Role, RoleKind
from storage.tickets import tickets
from storage.tickets.tickets import TicketQuery


@dataclass(frozen=True, slots=True)
class PendingWork:
    """How many tasks wait on the page at this address."""

    what: str
    where: str
    count: int


async def home(visit: ConsoleRequest) -> web.StreamResponse:
    """Show one's tasks and roles."""
    firm_names, waiting, stand_ins, today = await visit.desk.database.read(_shown, visit)
    last = today + timedelta(days=visit.desk.standing_in.longest_days)
    return visit.page("home.html", firm_names=firm_names, waiting=waiting, stand_ins=stand_ins, today=today, last=last)


async def listed(visit: ConsoleRequest) -> web.StreamResponse:
    """Show one's own sessions, each with a button to end it."""
    mine = await visit.desk.database.read(sessions.of_person, visit.me.person_id)
    return visit.page("sessions.html", sessions=mine, mine=visit.me.session.id)


async def end(visit: ConsoleRequest) -> web.StreamResponse:
    """End one of one's own sessions."""
    session_id = visit.number
    if not await visit.desk.database.write(login.end_session, visit.me.person_id, session_id):
        raise web.HTTPNotFound
    see(f"{HOME}/sessions")


async def leave(visit: ConsoleRequest) -> web.StreamResponse:
    """End this session and delete its cookie."""
    await visit.desk.database.write(login.end_session, visit.me.person_id, visit.me.session.id)
    response = web.Response(status=303, headers={"Location": f"{HOME}/enter"})
    response.del_cookie(COOKIE, path=HOME)
    return response


def _shown(tx: Tx, visit: ConsoleRequest) -> tuple[dict[int, str], list[PendingWork], list[tuple[Role, Role]], date]:
    return *_home(tx, visit), role_service.awaiting(tx, visit.me.person_id), shanghai_day(tx.now)


def _home(tx: Tx, visit: ConsoleRequest) -> tuple[dict[int, str], list[PendingWork]]:
    held = visit.me.held
    ids = {role.firm_id for role in held if role.firm_id is not None}
    names = {firm_id: firms.get(tx, firm_id).name for firm_id in ids}
    kept = PendingWork("登录到期时没交成的表", f"{HOME}/kept", kept_forms.count(tx, visit.me.person_id, FACE))
    workers = tuple(role for role in held if role.kind in WORKERS)
    if not workers:
        return names, [kept] if kept.count else []
    everything = TicketQuery(workers)
    mine, late = replace(everything, assignee=visit.me.person_id), replace(everything, late_on=shanghai_day(tx.now))
    found = [
        kept,
        PendingWork("超期的工单", f"{HOME}/tickets?state=late", tickets.page(tx, late)[1]),
        PendingWork("分派给我的工单", f"{HOME}/tickets?mine=1", tickets.page(tx, mine)[1]),
        PendingWork("待答复的工单", f"{HOME}/tickets", tickets.page(tx, everything)[1]),
    ]
    areas = {role.area for role in held if role.kind in (RoleKind.EDITOR, RoleKind.APPROVER)}
    if areas:
        reach = None if None in areas else frozenset(area for area in areas if area is not None)
        licences = licence_reviews.queue(tx, (LicenceReviewState.WAITING,), reach, 1)[1]
        found.append(PendingWork("待核验的营业执照", f"{HOME}/proofs", licences))
    return names, [one for one in found if one.count]
