"""Builds the desk as a part of the web application, beneath /console."""

import logging
from dataclasses import replace

from aiohttp import web

from bot.console.access_log import recorded
from bot.console.context import COOKIE, HOME, Desk
from bot.console.guard import Guard
from bot.console.routes import ROUTES, Route
from bot.web.forms_and_headers import Answer, add_part, error_page

log = logging.getLogger(__name__)

_PAGES_OF_ERRORS = {403: "forbidden.html", 404: "not_found.html", 413: "too_large.html"}


def add_desk(app: web.Application, desk: Desk) -> None:
    """Serve every route of routes.py, each behind its policy."""
    guard = Guard(desk)
    routes = [(route.method, route.path, _guarded(guard, route)) for route in ROUTES]
    add_part(app, HOME, routes, lambda refusal: _dressed(desk, refusal))


def _guarded(guard: Guard, route: Route) -> Answer:
    answering = replace(route, handler=recorded(route.handler, route.recorded)) if route.recorded else route

    async def answer(request: web.Request) -> web.StreamResponse:
        return await guard.answer(request, answering)

    return answer


def _dressed(desk: Desk, answer: web.HTTPException) -> web.StreamResponse:
    """A refusal as a page that is the same for everybody: it says nothing about what is there."""
    if answer.status == 405:
        answer = web.HTTPNotFound()
    if answer.status < 400:
        response = web.Response(status=answer.status, headers={"Location": answer.headers.get("Location", HOME)})
    else:
        template = _PAGES_OF_ERRORS.get(answer.status, "not_taken.html")
        page = desk.pages.render(template, status=answer.status)
        response = error_page(answer, answer.status, page)
    for name, morsel in answer.cookies.items():
        if name == COOKIE:
            response.cookies[name] = morsel
    return response
