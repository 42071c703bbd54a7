"""Mount the chat's pages in the web application, under /h5."""

from pathlib import Path

from aiohttp import web

from bot.h5.context import HOME, PhoneContext, PhoneRequest
from bot.h5.guard import PhoneGuard
from bot.h5.routes import ROUTES
from bot.web.page_guard import add_face

TEMPLATES = Path(__file__).parent / "templates"


def add_pages(app: web.Application, ground: PhoneContext) -> None:
    """Register every route of routes.py, each behind its policy."""

    def error_text(status: int) -> str:
        """The same for everybody: it says nothing about what is there."""
        return ground.pages.render("nothing.html", status=status, kept=False, care=False, path=HOME)

    add_face(app, PhoneGuard(ground, PhoneRequest), ROUTES, HOME, error_text)
