"""Form input of an expired session, kept for its author and shown after the next login; never submitted by itself."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.web.form_pages import shown_again
from bot.web.form_refill import FormMessage, TypedForm
from bot.web.page_request import PageRequest
from bot.web.templates import moment
from config.errors import ConflictError
from storage.audit import audit
from storage.engine.transactions import Actor, Face, Tx
from storage.people import kept_forms


@dataclass(frozen=True, slots=True)
class Kept:
    """Kept input, the pages that may show its form, and when it was sent."""

    typed: TypedForm
    places: tuple[str, ...]
    at: datetime


def save(tx: Tx, person_id: int, face: Face, typed: TypedForm, places: Sequence[str]) -> None:
    """Save this person's input."""
    text = json.dumps({"typed": asdict(typed), "places": list(places)}, ensure_ascii=False)
    kept_forms.save(tx, person_id, face, typed.path, text)
    audit.record(tx, "keep_form", f"person:{person_id}", by=Actor.person(person_id, face))


def latest(tx: Tx, person_id: int, face: Face) -> Kept | None:
    """Return this person's last unsubmitted input."""
    found = kept_forms.latest(tx, person_id, face)
    if found is None:
        return None
    held = json.loads(found.text)
    typed = held["typed"]
    fields = tuple((name, value) for name, value in typed["fields"])
    return Kept(TypedForm(typed["path"], fields, typed["files"]), tuple(held["places"]), found.at)


def drop(tx: Tx, person_id: int, face: Face, path: str) -> None:
    """Delete the input kept for this address, if any: submitted, or no longer wanted."""
    if kept_forms.drop(tx, person_id, face, path):
        audit.record(tx, "drop_kept_form", f"person:{person_id}", by=Actor.person(person_id, face))


async def show_page(visit: PageRequest[Any, Any]) -> web.StreamResponse:
    """Return the page with its form, filled in as it was sent; where it is there no more, the words to be copied."""
    context = visit.context
    kept = await context.database.read(latest, visit.person_id, context.face)
    if kept is None:
        raise web.HTTPSeeOther(context.after_kept)
    offer = visit.render("kept.html", path_kept=kept.typed.path)
    said = FormMessage(context.texts("forms.kept", at=moment(kept.at)), context.hint_style, above=offer)
    page = await shown_again(visit.request, kept.typed, said, context.texts, kept.places)
    if page is None:
        return visit.refusal(ConflictError("form_gone"), kept.typed)
    return web.Response(text=page, content_type="text/html")


async def drop_page(visit: PageRequest[Any, Any]) -> web.StreamResponse:
    """Forget it: it is not wanted any more."""
    context = visit.context
    await context.database.write(drop, visit.person_id, context.face, visit.text("path_kept"))
    raise web.HTTPSeeOther(context.after_kept)
