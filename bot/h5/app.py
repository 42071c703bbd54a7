"""Builds the chat's pages as a part of the web application, beneath /h5."""

from pathlib import Path

from aiohttp import web

from bot.h5.context import HOME, Ground
from bot.h5.guard import Guard
from bot.h5.routes import ROUTES, Route
from bot.web.forms_and_headers import Answer, add_part, error_page

TEMPLATES = Path(__file__).parent / "templates"


def add_pages(app: web.Application, ground: Ground) -> None:
    """Serve every route of routes.py, each behind its policy."""
    guard = Guard(ground)
    routes = [(route.method, route.path, _guarded(guard, route)) for route in ROUTES]
    add_part(app, HOME, routes, lambda refusal: _dressed(ground, refusal))


def _guarded(guard: Guard, route: Route) -> Answer:
    async def answer(request: web.Request) -> web.StreamResponse:
        return await guard.answer(request, route)

    return answer


def _dressed(ground: Ground, answer: web.HTTPException) -> web.StreamResponse:
    """A refusal as a page that is the same for everybody: it says nothing about what is there."""
    if answer.status == 303:
        return web.Response(status=303, headers={"Location": answer.headers["Location"]})
    status = 404 if answer.status == 405 else answer.status
    page = ground.pages.render("nothing.html", status=status, kept=False, care=False, path=HOME)
    return error_page(answer, status, page)
