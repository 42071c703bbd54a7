"""Mount the console in the web application, under /console."""

from dataclasses import replace

from aiohttp import web

from bot.console.access_log import recorded
from bot.console.context import HOME, ConsoleContext, ConsoleRequest
from bot.console.guard import ConsoleGuard
from bot.console.routes import ROUTES
from bot.web.page_guard import add_face

_PAGES_OF_ERRORS = {403: "forbidden.html", 404: "not_found.html", 413: "too_large.html"}


def add_desk(app: web.Application, desk: ConsoleContext) -> None:
    """Register every route of routes.py, each behind its policy."""
    routes = [
        replace(route, handler=recorded(route.handler, route.recorded)) if route.recorded else route for route in ROUTES
    ]

    def error_text(status: int) -> str:
        """The same for everybody: it says nothing about what is there."""
        return desk.pages.render(_PAGES_OF_ERRORS.get(status, "not_taken.html"), status=status)

    add_face(app, ConsoleGuard(desk, ConsoleRequest), routes, HOME, error_text)
