"""Static files of the pages: styles and htmx. Names carry the version, so browsers cache them."""

from pathlib import Path

from aiohttp import web

from bot.console.context import ConsoleRequest
from bot.web.forms_and_headers import file_of

FOLDER = Path(__file__).parent / "static"


async def show(visit: ConsoleRequest) -> web.StreamResponse:
    """Return a file of the folder, by exact name."""
    return file_of(FOLDER, visit.request.match_info["name"])
