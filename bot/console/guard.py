"""Stands before every page: who is there, may they, and did the form come from our own page."""

import secrets
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.browsing import MOST_FORM_BYTES, close_files, own_form
from bot.console.confirmations import SURE, Asks
from bot.console.policies import Policy
from bot.console.visits import COOKIE, HOME, Desk, Handler, Upload, Viewer, Visit, give_cookie
from config.calendar import shanghai_day
from config.errors import ConflictError, InputError, UnavailableError
from storage import roles, sessions
from storage.transactions import Tx


class Guard:
    """Lets a request through to its page, or shows where to come in, or that there is nothing here."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def answer(
        self,
        request: web.Request,
        handler: Handler,
        policy: Policy,
        upload: Upload | None,
        asks: Asks | None = None,
    ) -> web.StreamResponse:
        """The page, where the policy admits whoever asks. Raises HTTPNotFound where it does not.

        `asks`: what is to be confirmed before it is done.
        """
        cookie = request.cookies.get(COOKIE, "")
        viewer, stale = await self._desk.database.read(_who, cookie, policy, request.match_info)
        if not policy.anybody:
            if viewer is None:
                raise web.HTTPSeeOther(f"{HOME}/enter")
            if not viewer.admitted:
                raise web.HTTPNotFound
        form: Mapping[str, Any] = {}
        if request.method == "POST":
            most = MOST_FORM_BYTES + (0 if upload is None else upload.most_bytes)
            form = await own_form(request, self._desk.origin, self._desk.csrf(cookie), most)
        if viewer is not None and stale:
            await self._desk.database.write(sessions.touch, viewer.session.id)
        fresh = "" if cookie else secrets.token_urlsafe(32)
        try:
            visit = Visit(request, self._desk, cookie or fresh, viewer, form)
            asked = None if asks is None else await self._asked(visit, asks)
            response = await self._handled(visit, handler) if asked is None else asked
        finally:
            close_files(form)
        if fresh and COOKIE not in response.cookies:
            give_cookie(response, self._desk, fresh)
        return response

    async def _asked(self, visit: Visit, asks: Asks) -> web.Response | None:
        """The page that asks once more, with everything that was filled in; None where nothing is to be asked."""
        if visit.text(SURE) == "1":
            return None
        asked = await self._desk.database.read(asks, visit.number, visit.form)
        if asked is None:
            return None
        own = {"csrf", SURE, *(("reason",) if asked.reason else ())}
        fields = [(name, value) for name, value in visit.form.items() if name not in own and isinstance(value, str)]
        back = visit.request.headers.get("Referer", HOME)
        return visit.page("confirm.html", asked=asked, fields=fields, reason=visit.text("reason"), back=back)

    async def _handled(self, visit: Visit, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(visit)
        except (InputError, ConflictError, UnavailableError) as error:
            return visit.refusal(error, visit.request.headers.get("Referer", HOME))


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
