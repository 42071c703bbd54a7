"""Stands before every page: whoever did not come in from the chat finds nothing, and forms come from our own pages."""

import secrets
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.browsing import MOST_FORM_BYTES, close_files, own_form
from bot.h5.visits import COOKIE, Ground, Handler, Policy, Visit, give_cookie
from config.errors import ConflictError, InputError
from storage import page_visits


class Guard:
    """Lets a request through to its page, or shows that there is nothing here."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    async def answer(
        self, request: web.Request, handler: Handler, policy: Policy, most_bytes: int = 0
    ) -> web.StreamResponse:
        """The page, where the policy admits whoever asks. Raises HTTPNotFound where it does not."""
        ground = self._ground
        cookie = request.cookies.get(COOKIE, "")
        visitor = await ground.database.read(page_visits.find, cookie) if cookie else None
        if policy is Policy.OWN and visitor is None:
            raise web.HTTPNotFound
        form: Mapping[str, Any] = {}
        if request.method == "POST":
            form = await own_form(request, ground.origin, ground.csrf(cookie), MOST_FORM_BYTES + most_bytes)
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

    async def _handled(self, visit: Visit, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(visit)
        except (InputError, ConflictError) as error:
            return visit.page("refused.html", 422, sentence=self._ground.parts.texts.error(error))
