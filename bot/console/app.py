"""Mount the console in the web application, under /console."""

from dataclasses import replace

from aiohttp import web

from bot.console.context import HOME, ConsoleContext, ConsoleRequest
from bot.console.guard import ConsoleGuard
from bot.console.route import Handler
from bot.console.routes import ROUTES
from bot.web.page_guard import add_face
from storage.audit.audit import record

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


def recorded(handler: Handler, action: str) -> Handler:
    """Wrap the handler: its response is sent only after the act is audited.

    The subject comes from the address: "ticket:12" for /tickets/12, "roster" for /roster/export.
    """

    async def answer(visit: ConsoleRequest) -> web.StreamResponse:
        response = await handler(visit)
        if response.status == 200:
            number = visit.number
            noun = action.partition(".")[0]
            subject = f"{noun}:{number}" if number else noun
            await visit.desk.database.write(record, action, subject)
        return response

    return answer
