"""Stands before every page: who is there, may they, and did the form come from our own page, for the first time."""

import secrets
from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import quote

from aiohttp import web
from multidict import MultiDict, MultiDictProxy

from bot.console.access import Policy
from bot.console.confirmations import CONFIRMATIONS, SURE
from bot.console.context import COOKIE, FACE, HOME, Desk, Viewer, Visit, give_cookie
from bot.console.route import Route
from bot.web.client_addresses import counted_as
from bot.web.form_bodies import ANONYMOUS, WORDS, Takes, close_files, hold_form, read_away, read_form
from bot.web.form_refill import Typed
from bot.web.forms import Forms
from bot.web.forms_and_headers import back_of, cookie_of
from config.calendar import shanghai_day
from config.errors import AppError, ConflictError, InputError, UnavailableError
from storage.engine.database import Database
from storage.engine.transactions import Tx
from storage.people import roles, sessions

ENTER = f"{HOME}/enter"
WRONG = "alert alert-warning"
NO_FORM: MultiDictProxy[Any] = MultiDictProxy(MultiDict())


class Guard:
    """Lets a request through to its page, or shows where to come in, or that there is nothing here."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._forms = Forms(desk.database, desk.cipher, desk.texts, desk.origin, HOME, FACE, WRONG)

    async def answer(self, request: web.Request, route: Route) -> web.StreamResponse:
        """The page, where the policy admits whoever asks. Raises HTTPNotFound where it does not."""
        cookie = cookie_of(request, COOKIE)
        viewer, stale = await self._desk.database.read(_who, cookie, route.policy, request.match_info)
        if not route.policy.anybody:
            if viewer is None:
                raise web.HTTPSeeOther(await self._way_in(request, cookie, route))
            if not viewer.admitted:
                return await self._former(request, cookie)
        form = NO_FORM
        if request.method == "POST":
            form = await self._form(request, cookie, route.takes, known=viewer is not None)
        if viewer is not None and stale:
            await self._desk.database.write(sessions.touch, viewer.session.id)
        fresh = "" if cookie else secrets.token_urlsafe(32)
        try:
            visit = Visit(request, self._desk, cookie or fresh, viewer, form).over(self._desk.database)
            response = await self._asked(visit, route) or await self._answered(visit, route)
        finally:
            close_files(form)
        if fresh and COOKIE not in response.cookies:
            give_cookie(response, self._desk, fresh)
        return response

    async def _asked(self, visit: Visit, route: Route) -> web.Response | None:
        """The page that asks once more, with everything that was filled in; None where nothing is to be asked."""
        asks = CONFIRMATIONS.get(route.path) if route.method == "POST" else None
        if asks is None or visit.text(SURE) == "1":
            return None
        asked = await self._desk.database.read(asks, visit.number, visit.form)
        if asked is None:
            return None
        own = {"csrf", SURE, *(("reason",) if asked.reason else ())}
        fields = [(name, value) for name, value in visit.form.items() if name not in own and isinstance(value, str)]
        back = back_of(visit.request, self._desk.origin, HOME)
        return visit.page("confirm.html", asked=asked, fields=fields, reason=visit.text("reason"), back=back)

    async def _former(self, request: web.Request, cookie: str) -> web.StreamResponse:
        """Return what was answered to this very form before: it may have taken away what it is about.

        Raises HTTPNotFound for whatever else.
        """
        if request.method == "GET":
            raise web.HTTPNotFound
        form = NO_FORM
        try:
            form = await self._form(request, cookie, WORDS, known=True)
            former = await self._forms.submissions.former(request.path, form)
        except (web.HTTPClientError, ConflictError):
            raise web.HTTPNotFound from None
        finally:
            close_files(form)
        if former is None:
            raise web.HTTPNotFound
        return former

    async def _form(self, request: web.Request, cookie: str, takes: Takes, *, known: bool) -> MultiDictProxy[Any]:
        if not known:
            takes = ANONYMOUS
            await self._pace(request)
        try:
            hold_form(request, self._desk.origin, takes)
            return await read_form(request, partial(self._desk.is_csrf, cookie), takes)
        except web.HTTPException:
            if known:
                await read_away(request)
            raise

    async def _pace(self, request: web.Request) -> None:
        await self._desk.pacer.pace(counted_as(self._desk.proxies.client_of(request)))

    async def _answered(self, visit: Visit, route: Route) -> web.StreamResponse:
        if visit.request.method == "GET" or route.repeatable:
            return await self._handled(visit, route)
        path, person_id = visit.request.path, None if route.policy.anybody else visit.me.person_id

        async def act(database: Database) -> web.StreamResponse:
            return await self._handled(visit.over(database), route)

        try:
            return await self._forms.carry_out(path, visit.form, act, person_id)
        except (ConflictError, UnavailableError) as error:
            return await self._refused(visit, route, error)

    async def _handled(self, visit: Visit, route: Route) -> web.StreamResponse:
        try:
            return await route.handler(visit)
        except (InputError, ConflictError, UnavailableError) as error:
            return await self._refused(visit, route, error)

    async def _refused(self, visit: Visit, route: Route, error: AppError) -> web.Response:
        request, page = visit.request, None
        if request.method == "POST":
            page = await self._forms.refused(request, visit.form, error, route.page)
        return page or visit.refusal(error, Typed.of(request.path, visit.form))

    async def _way_in(self, request: web.Request, cookie: str, route: Route) -> str:
        """Return where to come in, for whoever has no session (any more): the way back is kept, and what was typed."""
        if request.method == "GET":
            return _entrance(request.path_qs)
        person_id = await self._desk.database.read(sessions.expired, cookie) if cookie else None
        if person_id is None:
            return ENTER
        await self._pace(request)
        form = await self._form(request, cookie, route.takes, known=True)
        try:
            if await self._forms.keep(request, form, person_id, route.page):
                return f"{ENTER}?kept=1"
            return _entrance(self._forms.places(request, form, route.page)[0])
        finally:
            close_files(form)


def _entrance(place: str) -> str:
    return ENTER if place == HOME else f"{ENTER}?next={quote(place, safe='')}"


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
