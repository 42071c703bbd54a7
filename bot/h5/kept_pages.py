"""What somebody had typed when their visit was over, shown again to them; nothing is done with it by itself."""

from aiohttp import web

from bot.h5.context import FACE, HOME, Visit
from bot.web import form_keeping
from bot.web.form_pages import shown_again
from bot.web.form_refill import Said
from bot.web.templates import moment
from config.errors import ConflictError

MINE = f"{HOME}/mine"


async def show(visit: Visit) -> web.StreamResponse:
    """The page with its form, filled in as it was sent; where it is there no more, the words to be copied."""
    kept = await visit.ground.database.read(form_keeping.latest, visit.person_id, FACE)
    if kept is None:
        raise web.HTTPSeeOther(MINE)
    texts = visit.ground.parts.texts
    drop = visit.render("kept.html", path_kept=kept.typed.path)
    said = Said(texts("forms.kept", at=moment(kept.at)), "h5-hint", above=drop)
    page = await shown_again(visit.request, kept.typed, said, texts, kept.places, judged=False)
    if page is None:
        return visit.refusal(ConflictError("form_gone"), kept.typed)
    return web.Response(text=page, content_type="text/html")


async def drop(visit: Visit) -> web.StreamResponse:
    """It is not wanted any more."""
    await visit.ground.database.write(form_keeping.drop, visit.person_id, FACE, visit.text("path_kept"))
    raise web.HTTPSeeOther(MINE)
