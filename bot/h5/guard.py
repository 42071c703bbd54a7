"""Stands before every page: whoever did not come in from the chat finds nothing, and forms come from our own pages."""

import secrets
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from aiohttp import web
from multidict import MultiDict, MultiDictProxy

from bot.browsing import cookie_of
from bot.client_addresses import counted_as
from bot.form_bodies import ANONYMOUS, Takes, close_files, hold_form, read_away, read_form
from bot.h5.visits import COOKIE, Gate, Ground, Handler, Policy, Visit, give_cookie
from config.errors import ConflictError, InputError
from storage import page_visits

T = TypeVar("T")
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

    async def answer(
        self, request: web.Request, handler: Handler, policy: Policy, takes: Takes, gate: Gate | None
    ) -> web.StreamResponse:
        """The page, where the policy admits whoever asks. Raises HTTPNotFound where it does not.

        `gate` looks at the sender of a form before more of it is read than its token; what it returns is the answer.
        """
        ground = self._ground
        cookie = cookie_of(request, COOKIE)
        visitor = await ground.database.read(page_visits.find, cookie) if cookie else None
        if policy is Policy.OWN and visitor is None:
            raise web.HTTPNotFound
        form = NO_FORM
        if request.method == "POST":
            if visitor is None:
                takes = ANONYMOUS
                await ground.pacer.pace(counted_as(ground.proxies.client_of(request)))
            try:
                hold_form(request, ground.origin, takes)
                visit = Visit(request, ground, cookie, visitor)
                form = await read_form(request, ground.csrf(cookie), takes, lambda: self._admit(visit, gate))
            except _ClosedError as closed:
                await read_away(request)
                return closed.answer
            except web.HTTPException:
                if visitor is not None:
                    await read_away(request)
                raise
        if visitor is not None and visitor.stale:
            await ground.database.write(page_visits.touch, visitor.id)
        fresh = "" if cookie else secrets.token_urlsafe(32)
        try:
            response = await self._handled(Visit(request, ground, cookie or fresh, visitor, form), handler)
        finally:
            close_files(form)
        if fresh and COOKIE not in response.cookies:
            give_cookie(response, ground, fresh)
        return response

    async def _admit(self, visit: Visit, gate: Gate | None) -> None:
        answer = None if gate is None else await self._handled(visit, gate)
        if answer is not None:
            raise _ClosedError(answer)

    async def _handled(self, visit: Visit, handler: Callable[[Visit], Awaitable[T]]) -> T | web.Response:
        try:
            return await handler(visit)
        except (InputError, ConflictError) as error:
            return visit.page("refused.html", 422, sentence=self._ground.parts.texts.error(error))
