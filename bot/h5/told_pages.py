"""What an official wrote to many, whole, on a phone: where a card leads."""

from aiohttp import web

from bot.h5.visits import Visit
from bot.services import broadcast_reading


async def show(visit: Visit) -> web.StreamResponse:
    """The whole message; that this person opened it is kept."""
    token = visit.request.match_info["token"]
    read = await visit.ground.database.read(broadcast_reading.read, token)
    if read is None:
        raise web.HTTPNotFound
    found, person_id = read
    await visit.ground.database.write(broadcast_reading.note, found.id, person_id)
    return visit.page("told.html", content=found.content, starts=found.starts)
