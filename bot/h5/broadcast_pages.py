"""A broadcast in full on the phone, target of its card or article; and its picture."""

from aiohttp import web

from bot.h5.context import PhoneRequest
from bot.services.broadcasts import read_receipts
from bot.web.page_request import existing


async def show(visit: PhoneRequest) -> web.StreamResponse:
    """Show the whole message, or redirect to the page it is about; record that this person opened it."""
    token = visit.request.match_info["token"]
    read = existing(await visit.ground.database.read(read_receipts.read, token))
    found, person_id = read
    await visit.ground.database.write(read_receipts.note, found.id, person_id)
    if found.content.kind == "article" and not found.content.text:
        return web.Response(status=303, headers={"Location": found.content.link})
    return visit.page("told.html", content=found.content, starts=found.starts)


async def picture(visit: PhoneRequest) -> web.StreamResponse:
    """Return a sent article's picture: its name is its content hash, so it never changes."""
    name = visit.request.match_info["name"].removesuffix(".jpg")
    found = existing(await visit.ground.database.read(read_receipts.picture, name))
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return web.Response(body=found, content_type="image/jpeg", headers=headers)
