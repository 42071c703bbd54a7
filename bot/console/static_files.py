"""The few files that pages load from us: styles and htmx. Names carry the version, so a browser keeps them."""

from pathlib import Path

from aiohttp import web

from bot.console.visits import Visit

FOLDER = Path(__file__).parent / "static"
_TYPES = {".css": "text/css", ".js": "text/javascript"}
_KEPT = "public, max-age=86400"


async def show(visit: Visit) -> web.StreamResponse:
    """One file of the folder, by its very name."""
    name = visit.request.match_info["name"]
    path = next((path for path in FOLDER.iterdir() if path.name == name and path.suffix in _TYPES), None)
    if path is None:
        raise web.HTTPNotFound
    response = web.FileResponse(path, headers={"Cache-Control": _KEPT})
    response.content_type = _TYPES[path.suffix]
    return response
