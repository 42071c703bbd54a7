"""Form input of an expired session, shown again to its author; nothing is submitted automatically."""

from typing import Any

from aiohttp import web

from bot.web import form_keeping
from bot.web.form_pages import shown_again
from bot.web.form_refill import FormMessage
from bot.web.page_request import PageRequest
from bot.web.templates import moment
from config.errors import ConflictError


async def show(visit: PageRequest[Any, Any]) -> web.StreamResponse:
    """Return the page with its form, filled in as it was sent; where it is there no more, the words to be copied."""
    context = visit.context
    kept = await context.database.read(form_keeping.latest, visit.person_id, context.face)
    if kept is None:
        raise web.HTTPSeeOther(context.after_kept)
    drop = visit.render("kept.html", path_kept=kept.typed.path)
    said = FormMessage(context.texts("forms.kept", at=moment(kept.at)), context.hint_style, above=drop)
    page = await shown_again(visit.request, kept.typed, said, context.texts, kept.places)
    if page is None:
        return visit.refusal(ConflictError("form_gone"), kept.typed)
    return web.Response(text=page, content_type="text/html")


async def drop(visit: PageRequest[Any, Any]) -> web.StreamResponse:
    """Forget it: it is not wanted any more."""
    context = visit.context
    await context.database.write(form_keeping.drop, visit.person_id, context.face, visit.text("path_kept"))
    raise web.HTTPSeeOther(context.after_kept)
