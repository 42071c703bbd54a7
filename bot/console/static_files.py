"""The few files that pages load from us: styles and htmx. Names carry the version, so a browser keeps them."""

from pathlib import Path

from aiohttp import web

from bot.browsing import file_of
from bot.console.visits import Visit

FOLDER = Path(__file__).parent / "static"


async def show(visit: Visit) -> web.StreamResponse:
    """One file of the folder, by its very name."""
    return file_of(FOLDER, visit.request.match_info["name"])
