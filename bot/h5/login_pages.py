"""Entry from the chat: a button behind the link; and static files."""

import secrets
from pathlib import Path

from aiohttp import web

from bot.h5.context import FACE, HOME, PhoneRequest
from bot.services.people import login
from bot.web.form_keeping import latest
from bot.web.forms_and_headers import static_files
from bot.web.page_request import existing
from storage.engine.transactions import Tx
from storage.people import page_sessions

STATIC = Path(__file__).parent / "static"
static = static_files(STATIC)


async def button(visit: PhoneRequest) -> web.StreamResponse:
    """Show only a button: link previewers must not use up the link."""
    return visit.page("come_in.html")


async def sign_in(visit: PhoneRequest) -> web.StreamResponse:
    """Redeem the link and redirect to its page."""
    cookie = secrets.token_urlsafe(32)
    page = existing(await visit.ground.database.write(login.open_page, visit.request.match_info["link"], cookie))
    if await visit.ground.database.read(_has_kept, cookie):
        page = "kept"
    response = web.Response(status=303, headers={"Location": f"{HOME}/{page}"})
    visit.ground.set_session_cookie(response, cookie)
    return response


def _has_kept(tx: Tx, cookie: str) -> bool:
    visitor = page_sessions.find(tx, cookie)
    return visitor is not None and latest(tx, visitor.person_id, FACE) is not None
