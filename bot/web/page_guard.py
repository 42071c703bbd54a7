"""Stands before every page of a face: who is there, may they, and did the form come from our own page, once.

The order is the same for all: the session, the policy, then the form's origin, kind and size, its token, the route's
gate, and only then the rest of the body.
"""

import secrets
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, Literal, TypeVar

from aiohttp import web
from multidict import MultiDictProxy

from bot.web.client_addresses import counted_as
from bot.web.form_bodies import ANONYMOUS, WORDS, Takes, anybody, check_head, close_files, read_away, read_form
from bot.web.form_refill import TypedForm
from bot.web.forms import Forms
from bot.web.forms_and_headers import add_part, cookie_of, error_page
from bot.web.page_request import NO_FORM, ContextT, Gate, Handler, PolicyT, RequestT, UserT
from config.errors import AppError, ConflictError, InputError, UnavailableError
from storage.engine.database import Database

Method = Literal["GET", "POST"]


@dataclass(frozen=True, slots=True)
class PageRoute(Generic[RequestT, PolicyT]):
    """One address: how it is asked for, who answers, behind which policy. `path` begins below the face's home.

    `takes`: what its form may hold. `page`: where the form for a POST stands, if neither at its own address nor above
    it; fields of the form may stand in it. `repeatable`: sent twice it may run twice, as it changes nothing or sees to
    that itself. `gate`, where there is one, answers whoever may not send the form, before the form is read.
    """

    method: Method
    path: str
    handler: Handler[RequestT]
    policy: PolicyT
    takes: Takes = WORDS
    page: str = ""
    repeatable: bool = False
    gate: Gate[RequestT] | None = field(default=None, kw_only=True)


RouteT = TypeVar("RouteT", bound=PageRoute[Any, Any])


class _ClosedError(Exception):
    """Carries a gate's answer."""

    def __init__(self, answer: web.StreamResponse) -> None:
        super().__init__()
        self.answer = answer


class PageGuard(ABC, Generic[ContextT, UserT, RequestT, RouteT]):
    """Lets a request through to its page. A face adds who its users are, and what the others are answered."""

    def __init__(self, context: ContextT, request_type: Callable[..., RequestT]) -> None:
        self._context = context
        self._request_type = request_type
        self._forms = Forms(context)

    @abstractmethod
    async def find_user(self, cookie: str, route: RouteT, request: web.Request) -> UserT | None:
        """Return who is behind this cookie; None where nobody is."""

    @abstractmethod
    def admits(self, user: UserT) -> bool:
        """Return whether the page opens for whoever has come in."""

    @abstractmethod
    async def turned_away(
        self, request: web.Request, cookie: str, user: UserT | None, route: RouteT
    ) -> web.StreamResponse:
        """Answer whoever the page does not open for."""

    @abstractmethod
    async def note_seen(self, user: UserT) -> None:
        """Write down that this session is in use."""

    async def confirmation(self, visit: RequestT, route: RouteT) -> web.Response | None:
        """Return the page that asks once more before the form is carried out; None where nothing is to be asked."""
        return None

    async def answer(self, request: web.Request, route: RouteT) -> web.StreamResponse:
        """Return the page, where the policy admits whoever asks. Raises HTTPException where it does not."""
        cookie = cookie_of(request, self._context.cookie_name)
        user = await self.find_user(cookie, route, request)
        if not route.policy.anybody and (user is None or not self.admits(user)):
            return await self.turned_away(request, cookie, user, route)
        form = NO_FORM
        if request.method == "POST":
            try:
                form = await self._form(request, cookie, route, user)
            except _ClosedError as closed:
                await read_away(request)
                return closed.answer
        fresh = "" if cookie else secrets.token_urlsafe(32)
        try:
            if user is not None and user.stale:
                await self.note_seen(user)
            visit = self._request_type(request, self._context, cookie or fresh, user, form).over(self._context.database)
            response = await self.confirmation(visit, route) or await self._answered(visit, route)
        finally:
            close_files(form)
        if fresh and self._context.cookie_name not in response.cookies:
            self._context.set_session_cookie(response, fresh)
        return response

    async def read_known(self, request: web.Request, cookie: str, takes: Takes) -> MultiDictProxy[Any]:
        """Return the form of whoever has, or lately had, a session; what is refused is read to its end."""
        return await self._read(request, cookie, takes, known=True)

    async def keep_typed(self, request: web.Request, cookie: str, person_id: int, route: RouteT) -> tuple[bool, str]:
        """Keep what was typed for whose session is over; return whether something was, and where its form stands."""
        await self._pace(request)
        form = await self.read_known(request, cookie, route.takes)
        try:
            kept = await self._forms.keep(request, form, person_id, route.page)
            return kept, self._forms.places(request, form, route.page)[0]
        finally:
            close_files(form)

    async def _form(self, request: web.Request, cookie: str, route: RouteT, user: UserT | None) -> MultiDictProxy[Any]:
        if user is None:
            await self._pace(request)
            return await self._read(request, cookie, ANONYMOUS, known=False)
        visit = self._request_type(request, self._context, cookie, user).over(self._context.database)
        return await self._read(request, cookie, route.takes, partial(self._admit, visit, route.gate), known=True)

    async def _read(
        self,
        request: web.Request,
        cookie: str,
        takes: Takes,
        admit: Callable[[], Any] = anybody,
        *,
        known: bool,
    ) -> MultiDictProxy[Any]:
        try:
            check_head(request, self._context.origin, takes)
            return await read_form(request, partial(self._context.is_csrf, cookie), takes, admit)
        except web.HTTPException:
            if known:
                await read_away(request)
            raise

    async def _pace(self, request: web.Request) -> None:
        await self._context.pacer.pace(counted_as(self._context.proxies.client_of(request)))

    async def _admit(self, visit: RequestT, gate: Gate[RequestT] | None) -> None:
        if gate is None:
            return
        try:
            answer = await gate(visit)
        except (InputError, ConflictError) as error:
            answer = visit.refusal(error, TypedForm(visit.request.path, ()))
        if answer is not None:
            raise _ClosedError(answer)

    async def _answered(self, visit: RequestT, route: RouteT) -> web.StreamResponse:
        if visit.request.method == "GET" or route.repeatable:
            return await self._handled(visit, route)
        person_id = None if route.policy.anybody else visit.person_id

        async def act(database: Database) -> web.StreamResponse:
            return await self._handled(visit.over(database), route)

        try:
            return await self._forms.carry_out(visit.request.path, visit.form, act, person_id)
        except (ConflictError, UnavailableError) as error:
            return await self._refused(visit, route, error)

    async def _handled(self, visit: RequestT, route: RouteT) -> web.StreamResponse:
        try:
            return await route.handler(visit)
        except (InputError, ConflictError, UnavailableError) as error:
            return await self._refused(visit, route, error)

    async def _refused(self, visit: RequestT, route: RouteT, error: AppError) -> web.Response:
        page = None
        if visit.request.method == "POST":
            page = await self._forms.refused(visit.request, visit.form, error, route.page)
        return page or visit.refusal(error, TypedForm.of(visit.request.path, visit.form))


def add_face(
    app: web.Application,
    guard: PageGuard[ContextT, UserT, RequestT, RouteT],
    routes: Iterable[RouteT],
    home: str,
    error_text: Callable[[int], str],
) -> None:
    """Serve these routes beneath `home`, each behind its policy; `error_text` makes the page of a refusal."""

    def dressed(answer: web.HTTPException) -> web.StreamResponse:
        if answer.status < 400:
            response = web.Response(status=answer.status, headers={"Location": answer.headers.get("Location", home)})
        else:
            # Which methods an address takes is nobody's business.
            status = 404 if answer.status == 405 else answer.status
            response = error_page(answer, status, error_text(status))
        response.cookies.update(answer.cookies)
        return response

    guarded = [(route.method, route.path, partial(guard.answer, route=route)) for route in routes]
    add_part(app, home, guarded, dressed)
