"""Stands before every page: who is there, may they, and did the form come from our own page."""

import hmac
import secrets
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.console.policies import Policy
from bot.console.visits import COOKIE, HOME, Desk, Handler, Upload, Viewer, Visit, give_cookie
from config.calendar import shanghai_day
from config.errors import ConflictError, InputError
from storage import roles, sessions
from storage.transactions import Tx

# What a browser sends of its own accord and a form may hold in all; uploads have limits of their own.
MOST_FORM_BYTES = 64 * 1024
# An upload that is too large is read to its end, so that the browser shows our answer; beyond this it is cut off.
MOST_READ_BYTES = 300 * 1024 * 1024
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # With no-referrer a browser would send `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Guard:
    """Lets a request through to its page, or shows where to come in, or that there is nothing here."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def answer(
        self, request: web.Request, handler: Handler, policy: Policy, upload: Upload | None
    ) -> web.StreamResponse:
        """The page, where the policy admits whoever asks. Raises HTTPNotFound where it does not."""
        cookie = request.cookies.get(COOKIE, "")
        viewer, stale = await self._desk.database.read(_who, cookie, policy, request.match_info)
        if not policy.anybody:
            if viewer is None:
                raise web.HTTPSeeOther(f"{HOME}/enter")
            if not viewer.admitted:
                raise web.HTTPNotFound
        form: Mapping[str, Any] = {}
        if request.method == "POST":
            self._hold_own_form(request)
            form = await _form(request, upload)
            if not hmac.compare_digest(str(form.get("csrf", "")).encode(), self._desk.csrf(cookie).encode()):
                _close_files(form)
                raise web.HTTPForbidden
        if viewer is not None and stale:
            await self._desk.database.write(sessions.touch, viewer.session.id)
        fresh = "" if cookie else secrets.token_urlsafe(32)
        try:
            response = await self._handled(Visit(request, self._desk, cookie or fresh, viewer, form), handler)
        finally:
            _close_files(form)
        if fresh and COOKIE not in response.cookies:
            give_cookie(response, self._desk, fresh)
        return response

    async def _handled(self, visit: Visit, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(visit)
        except (InputError, ConflictError) as error:
            return visit.refusal(error, visit.request.headers.get("Referer", HOME))

    def _hold_own_form(self, request: web.Request) -> None:
        if request.headers.get("Origin") != self._desk.origin:
            raise web.HTTPForbidden


def _who(tx: Tx, cookie: str, policy: Policy, address: Mapping[str, str]) -> tuple[Viewer | None, bool]:
    """Who is behind this cookie and what opens the page for them; and whether their visit is due to be written down."""
    session = sessions.find(tx, cookie) if cookie else None
    if session is None:
        return None, False
    held = roles.held(tx, session.person_id, shanghai_day(tx.now))
    if not held:
        return None, False
    viewer = Viewer(session, held, policy.admits(tx, held, address))
    return viewer, tx.now - session.seen >= sessions.SEEN_EVERY


async def _form(request: web.Request, upload: Upload | None) -> Mapping[str, Any]:
    most = MOST_FORM_BYTES if upload is None else upload.most_bytes + MOST_FORM_BYTES
    if (request.content_length or 0) > most:
        await _read_away(request)
        raise web.HTTPRequestEntityTooLarge(max_size=most, actual_size=request.content_length or 0)
    return await request.clone(client_max_size=most).post()


def _close_files(form: Mapping[str, Any]) -> None:
    for value in form.values():
        if isinstance(value, web.FileField):
            value.file.close()


async def _read_away(request: web.Request) -> None:
    read = 0
    async for chunk in request.content.iter_any():
        read += len(chunk)
        if read > MOST_READ_BYTES:
            return
