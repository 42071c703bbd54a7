"""Stands before every page: whoever did not come in from the chat finds nothing, and forms come from our own pages."""

import secrets
from functools import partial
from typing import Any

from aiohttp import web
from multidict import MultiDict, MultiDictProxy

from bot.h5.context import COOKIE, FACE, HOME, Gate, Ground, Policy, Visit, give_cookie
from bot.h5.route import Route
from bot.web.client_addresses import counted_as
from bot.web.form_bodies import ANONYMOUS, WORDS, close_files, hold_form, read_away, read_form
from bot.web.form_refill import Typed
from bot.web.forms import Forms
from bot.web.forms_and_headers import cookie_of
from config.errors import AppError, ConflictError, InputError, UnavailableError
from storage.engine.database import Database
from storage.people import page_sessions
from storage.people.page_sessions import Visitor

WRONG = "h5-wrong"
NO_FORM: MultiDictProxy[Any] = MultiDictProxy(MultiDict())


class _ClosedError(Exception):
    """A gate has answered."""

    def __init__(self, answer: web.StreamResponse) -> None:
        super().__init__()
        self.answer = answer


class Guard:
    """Lets a request through to its page, or shows that there is nothing here."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._forms = Forms(ground.database, ground.cipher, ground.parts.texts, ground.origin, HOME, FACE, WRONG)

    async def answer(self, request: web.Request, route: Route) -> web.StreamResponse:
        """The page, where the policy admits whoever asks. Raises HTTPNotFound where it does not."""
        ground = self._ground
        cookie = cookie_of(request, COOKIE)
        visitor = await ground.database.read(page_sessions.find, cookie) if cookie else None
        if route.policy is Policy.OWN and visitor is None:
            return await self._closed(request, cookie, route)
        form = NO_FORM
        if request.method == "POST":
            try:
                form = await self._form(request, cookie, route, visitor)
            except _ClosedError as closed:
                await read_away(request)
                return closed.answer
        if visitor is not None and visitor.stale:
            await ground.database.write(page_sessions.touch, visitor.id)
        fresh = "" if cookie else secrets.token_urlsafe(32)
        try:
            visit = Visit(request, ground, cookie or fresh, visitor, form).over(ground.database)
            response = await self._answered(visit, route)
        finally:
            close_files(form)
        if fresh and COOKIE not in response.cookies:
            give_cookie(response, ground, fresh)
        return response

    async def _form(
        self, request: web.Request, cookie: str, route: Route, visitor: Visitor | None
    ) -> MultiDictProxy[Any]:
        """The form; the route's gate looks at its sender before more of it is read than its token."""
        ground, takes = self._ground, route.takes
        if visitor is None:
            takes = ANONYMOUS
            await self._pace(request)
        visit, is_token = Visit(request, ground, cookie, visitor).over(ground.database), partial(ground.is_csrf, cookie)
        try:
            hold_form(request, ground.origin, takes)
            return await read_form(request, is_token, takes, lambda: self._admit(visit, route.gate))
        except web.HTTPException:
            if visitor is not None:
                await read_away(request)
            raise

    async def _pace(self, request: web.Request) -> None:
        await self._ground.pacer.pace(counted_as(self._ground.proxies.client_of(request)))

    async def _admit(self, visit: Visit, gate: Gate | None) -> None:
        if gate is None:
            return
        try:
            answer = await gate(visit)
        except (InputError, ConflictError) as error:
            answer = visit.refusal(error, Typed(visit.request.path, ()))
        if answer is not None:
            raise _ClosedError(answer)

    async def _answered(self, visit: Visit, route: Route) -> web.StreamResponse:
        if visit.request.method == "GET" or route.repeatable:
            return await self._handled(visit, route)
        person_id = None if route.policy is Policy.ANYBODY else visit.person_id

        async def act(database: Database) -> web.StreamResponse:
            return await self._handled(visit.over(database), route)

        try:
            return await self._forms.carry_out(visit.request.path, visit.form, act, person_id)
        except (ConflictError, UnavailableError) as error:
            return await self._refused(visit, error)

    async def _handled(self, visit: Visit, route: Route) -> web.StreamResponse:
        try:
            return await route.handler(visit)
        except (InputError, ConflictError, UnavailableError) as error:
            return await self._refused(visit, error)

    async def _refused(self, visit: Visit, error: AppError) -> web.Response:
        page = None
        if visit.request.method == "POST":
            page = await self._forms.refused(visit.request, visit.form, error)
        return page or visit.refusal(error, Typed.of(visit.request.path, visit.form))

    async def _closed(self, request: web.Request, cookie: str, route: Route) -> web.StreamResponse:
        """Show that there is nothing here; what was typed on a visit that is over is kept for its person."""
        ground, person_id = self._ground, None
        # Not what is repeatable: of a bid nothing may lie here that the house could read; it has drafts of its own.
        if request.method == "POST" and cookie and not route.repeatable:
            person_id = await ground.database.read(page_sessions.expired, cookie)
        if person_id is None:
            raise web.HTTPNotFound
        await self._pace(request)
        hold_form(request, ground.origin, WORDS)
        form = await read_form(request, partial(ground.is_csrf, cookie), WORDS)
        try:
            kept = await self._forms.keep(request, form, person_id)
        finally:
            close_files(form)
        page = ground.pages.render("nothing.html", status=404, kept=kept, care=False, path=HOME)
        return web.Response(text=page, status=404, content_type="text/html")
