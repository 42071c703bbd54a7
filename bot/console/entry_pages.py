"""Coming in: a button behind the link from the chat, a field for the code on a PC."""

import secrets

from aiohttp import web

from bot.console.visits import HOME, Visit, give_cookie
from bot.services import entry


async def form(visit: Visit) -> web.StreamResponse:
    """Where a code is typed; who is in already goes on."""
    if visit.viewer is not None:
        raise web.HTTPSeeOther(HOME)
    return visit.page("enter.html", refusal=None, minutes=0)


async def button(visit: Visit) -> web.StreamResponse:
    """A link only shows a button: whatever looks at addresses ahead of people must not spend it."""
    return visit.page("enter_by_link.html")


async def enter_by_code(visit: Visit) -> web.StreamResponse:
    """Spend a typed code."""
    return await _come_in(visit, entry.normal_code(visit.text("code")), by_code=True)


async def enter_by_link(visit: Visit) -> web.StreamResponse:
    """Spend the link."""
    return await _come_in(visit, visit.request.match_info["link"], by_code=False)


async def _come_in(visit: Visit, secret: str, *, by_code: bool) -> web.StreamResponse:
    cookie = secrets.token_urlsafe(32)
    device = "phone" if "Mobile" in visit.request.headers.get("User-Agent", "") else "computer"
    attempt = entry.Attempt(secret, visit.address, cookie, device)
    try:
        if not await visit.desk.database.write(entry.come_in, attempt, by_code=by_code):
            return visit.page("enter.html", 422, refusal="wrong", minutes=0)
    except entry.TooSoonError as error:
        return visit.page("enter.html", 429, refusal="wait", minutes=error.details["minutes"])
    if visit.viewer is not None:
        await visit.desk.database.write(entry.end_session, visit.viewer.person_id, visit.viewer.session.id)
    response = web.Response(status=303, headers={"Location": HOME})
    give_cookie(response, visit.desk, cookie)
    return response
