"""What one may do here, and where one is in."""

from aiohttp import web

from bot.console.policies import number_in
from bot.console.visits import COOKIE, HOME, Visit, see
from bot.services import entry
from storage import firms, sessions
from storage.transactions import Tx


async def home(visit: Visit) -> web.StreamResponse:
    """One's roles, and the pages that they open."""
    return visit.page("home.html", firm_names=await visit.desk.database.read(_firm_names, visit))


async def listed(visit: Visit) -> web.StreamResponse:
    """One's own sessions, each with a button that ends it."""
    mine = await visit.desk.database.read(sessions.of_person, visit.me.person_id)
    return visit.page("sessions.html", sessions=mine, mine=visit.me.session.id)


async def end(visit: Visit) -> web.StreamResponse:
    """End one of one's own sessions."""
    session_id = number_in(visit.request.match_info)
    if not await visit.desk.database.write(entry.end_session, visit.me.person_id, session_id):
        raise web.HTTPNotFound
    see(f"{HOME}/sessions")


async def leave(visit: Visit) -> web.StreamResponse:
    """End this session and forget its cookie."""
    await visit.desk.database.write(entry.end_session, visit.me.person_id, visit.me.session.id)
    response = web.Response(status=303, headers={"Location": f"{HOME}/enter"})
    response.del_cookie(COOKIE, path=HOME)
    return response


def _firm_names(tx: Tx, visit: Visit) -> dict[int, str]:
    ids = {role.firm_id for role in visit.me.held if role.firm_id is not None}
    return {firm_id: firms.get(tx, firm_id).name for firm_id in ids}
