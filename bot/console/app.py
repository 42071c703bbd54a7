"""Builds the desk as a part of the web application, beneath /console."""

import logging
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.browsing import finish
from bot.console.guard import Guard
from bot.console.routes import ROUTES, Route
from bot.console.visits import COOKIE, HOME, Desk

log = logging.getLogger(__name__)

_PAGES_OF_ERRORS = {403: "forbidden.html", 404: "not_found.html", 413: "too_large.html"}


def add_desk(app: web.Application, desk: Desk) -> None:
    """Serve every route of routes.py, each behind its policy."""
    guard = Guard(desk)

    @web.middleware
    async def dress(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        try:
            response = await handler(request)
        except web.HTTPException as answer:
            response = _dressed(desk, answer)
        finish(request, response, HOME)
        return response

    part = web.Application(middlewares=[dress])
    for route in ROUTES:
        part.router.add_route(route.method, route.path, _guarded(guard, route))
    app.add_subapp(HOME, part)


def _guarded(guard: Guard, route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def answer(request: web.Request) -> web.StreamResponse:
        return await guard.answer(request, route.handler, route.policy, route.upload)

    return answer


def _dressed(desk: Desk, answer: web.HTTPException) -> web.StreamResponse:
    """A refusal as a page that is the same for everybody: it says nothing about what is there."""
    if answer.status == 405:
        answer = web.HTTPNotFound()
    template = _PAGES_OF_ERRORS.get(answer.status)
    if template is None:
        response = web.Response(status=answer.status, headers={"Location": answer.headers.get("Location", HOME)})
    else:
        response = web.Response(text=desk.pages.render(template), status=answer.status, content_type="text/html")
    for name, morsel in answer.cookies.items():
        if name == COOKIE:
            response.cookies[name] = morsel
    return response
