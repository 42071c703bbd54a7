"""Coming in from the chat: a button behind the link; and the few files that pages load."""

import secrets
from pathlib import Path

from aiohttp import web

from bot.browsing import file_of
from bot.h5.visits import HOME, Visit, give_cookie
from bot.services import page_entry

STATIC = Path(__file__).parent / "static"


async def static(visit: Visit) -> web.StreamResponse:
    """One file of the folder, by its very name."""
    return file_of(STATIC, visit.request.match_info["name"])


async def button(visit: Visit) -> web.StreamResponse:
    """A link only shows a button: whatever looks at addresses ahead of people must not spend it."""
    return visit.page("come_in.html")


async def come_in(visit: Visit) -> web.StreamResponse:
    """Spend the link and go to the page it was given for."""
    cookie = secrets.token_urlsafe(32)
    page = await visit.ground.database.write(page_entry.come_in, visit.request.match_info["link"], cookie)
    if page is None:
        raise web.HTTPNotFound
    response = web.Response(status=303, headers={"Location": f"{HOME}/{page}"})
    give_cookie(response, visit.ground, cookie)
    return response
