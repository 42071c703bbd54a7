"""Login: a button behind the link from the chat, a code field on a PC."""

import secrets

from aiohttp import web

from bot.console.context import FACE, HOME, ConsoleRequest
from bot.services.people import login
from bot.web.form_keeping import latest
from bot.web.form_pages import is_beneath
from storage.engine.transactions import Tx
from storage.people import sessions


async def form(visit: ConsoleRequest) -> web.StreamResponse:
    """Show the code form; redirect a logged-in user."""
    if visit.viewer is not None:
        raise web.HTTPSeeOther(_next(visit) or HOME)
    return _enter_page(visit)


async def button(visit: ConsoleRequest) -> web.StreamResponse:
    """Show only a button: link previewers must not use up the link."""
    return visit.page("enter_by_link.html")


async def enter_by_code(visit: ConsoleRequest) -> web.StreamResponse:
    """Redeem a typed code."""
    return await _sign_in(visit, login.normal_code(visit.text("code")), by_code=True)


async def enter_by_link(visit: ConsoleRequest) -> web.StreamResponse:
    """Redeem the link."""
    return await _sign_in(visit, visit.request.match_info["link"], by_code=False)


async def _sign_in(visit: ConsoleRequest, secret: str, *, by_code: bool) -> web.StreamResponse:
    cookie = secrets.token_urlsafe(32)
    device = "phone" if "Mobile" in visit.request.headers.get("User-Agent", "") else "computer"
    attempt = login.LoginAttempt(secret, visit.address, cookie, device)
    try:
        if not await visit.desk.database.write(login.sign_in, attempt, by_code=by_code):
            return _enter_page(visit, 422, "wrong")
    except login.TooSoonError as error:
        return _enter_page(visit, 429, "wait", error.details["minutes"])
    if visit.viewer is not None:
        await visit.desk.database.write(login.end_session, visit.viewer.person_id, visit.viewer.session.id)
    kept = await visit.desk.database.read(_has_kept, cookie)
    where = f"{HOME}/kept" if kept else _next(visit) or HOME
    response = web.Response(status=303, headers={"Location": where})
    visit.desk.set_session_cookie(response, cookie)
    return response


def _enter_page(
    visit: ConsoleRequest, status: int = 200, refusal: str | None = None, minutes: object = 0
) -> web.Response:
    kept = visit.request.query.get("kept") == "1"
    return visit.page("enter.html", status, refusal=refusal, minutes=minutes, next=_next(visit), kept=kept)


def _next(visit: ConsoleRequest) -> str:
    """Return the page requested before login; "" for none."""
    wanted = visit.text("next") or visit.request.query.get("next", "")
    return wanted if is_beneath(wanted, HOME) else ""


def _has_kept(tx: Tx, cookie: str) -> bool:
    session = sessions.find(tx, cookie)
    return session is not None and latest(tx, session.person_id, FACE) is not None
