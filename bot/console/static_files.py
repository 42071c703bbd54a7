"""The few files that pages load from us: styles and htmx. Names carry the version, so a browser keeps them."""

from pathlib import Path

from aiohttp import web

from bot.console.context import Visit
from bot.web.forms_and_headers import file_of

FOLDER = Path(__file__).parent / "static"


async def show(visit: Visit) -> web.StreamResponse:
    """One file of the folder, by its very name."""
    return file_of(FOLDER, visit.request.match_info["name"])
