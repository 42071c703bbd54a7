"""What somebody had typed when their session was over, shown again to them; nothing is done with it by itself."""

from aiohttp import web

from bot.console.context import FACE, HOME, Visit, see
from bot.web import form_keeping
from bot.web.form_pages import shown_again
from bot.web.form_refill import Said
from bot.web.templates import moment
from config.errors import ConflictError


async def show(visit: Visit) -> web.StreamResponse:
    """The page with its form, filled in as it was sent; where it is there no more, the words to be copied."""
    kept = await visit.desk.database.read(form_keeping.latest, visit.me.person_id, FACE)
    if kept is None:
        see(HOME)
    texts = visit.desk.texts
    drop = visit.render("kept.html", path_kept=kept.typed.path)
    said = Said(texts("forms.kept", at=moment(kept.at)), "alert alert-info", above=drop)
    page = await shown_again(visit.request, kept.typed, said, texts, kept.places, judged=False)
    if page is None:
        return visit.refusal(ConflictError("form_gone"), kept.typed)
    return web.Response(text=page, content_type="text/html")


async def drop(visit: Visit) -> web.StreamResponse:
    """It is not wanted any more."""
    await visit.desk.database.write(form_keeping.drop, visit.me.person_id, FACE, visit.text("path_kept"))
    see(HOME)
