"""Builds the chat's pages as a part of the web application, beneath /h5."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web

from bot.browsing import finish
from bot.h5.guard import Guard
from bot.h5.routes import ROUTES, Route
from bot.h5.visits import HOME, Ground

TEMPLATES = Path(__file__).parent / "templates"


def add_pages(app: web.Application, ground: Ground) -> None:
    """Serve every route of routes.py, each behind its policy."""
    guard = Guard(ground)

    @web.middleware
    async def dress(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        try:
            response = await handler(request)
        except web.HTTPException as answer:
            response = _dressed(ground, answer)
        finish(request, response, HOME)
        return response

    part = web.Application(middlewares=[dress])
    for route in ROUTES:
        part.router.add_route(route.method, route.path, _guarded(guard, route))
    app.add_subapp(HOME, part)


def _guarded(guard: Guard, route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def answer(request: web.Request) -> web.StreamResponse:
        return await guard.answer(request, route.handler, route.policy)

    return answer


def _dressed(ground: Ground, answer: web.HTTPException) -> web.StreamResponse:
    """A refusal as a page that is the same for everybody: it says nothing about what is there."""
    if answer.status == 303:
        return web.Response(status=303, headers={"Location": answer.headers["Location"]})
    status = answer.status if answer.status in (403, 413) else 404
    page = ground.pages.render("nothing.html", status=status, care=False, path=HOME)
    return web.Response(text=page, status=status, content_type="text/html")
