"""Find the page of a submitted form, request it as a browser would, and refill it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from aiohttp import web
from yarl import URL

from bot.web.form_refill import FormMessage, TypedForm, refill
from config.texts import Texts

_INNER = web.RequestKey("inner_page", bool)


async def shown_again(
    request: web.Request, typed: TypedForm, said: FormMessage, texts: Texts, places: Iterable[str]
) -> str | None:
    """Return the first of these pages with the form, refilled; None if none has it.

    Each is requested like any page, so access is checked as usual. A page requested here that itself refills a form,
    such as the kept one, has none: it may have been sent from there.
    """
    if _INNER in request:
        return None
    for place in places:
        page = await _page_at(request, place)
        found = None if page is None else refill(page, typed, said, texts)
        if found is not None:
            return found
    return None


def places_of(request: web.Request, origin: str, home: str, declared: str) -> Iterator[str]:
    """Yield where the form that was sent may stand: the page that is declared for its address, the one that the browser
    names, and the addresses above it.
    """
    if declared:
        yield declared
    yield from local_place(request.headers.get("Referer", ""), origin, home)
    above = request.path
    while above != home:
        yield above
        above = above.rpartition("/")[0]
    yield home


def declared_place(page: str, address: Mapping[str, str], form: Mapping[str, Any]) -> str:
    """Return the page with its blanks filled from the address and the form."""
    fields = {name: quote(value, safe="") for name, value in form.items() if isinstance(value, str)}
    return page.format_map(defaultdict(str, fields | dict(address)))


def local_place(address: str, origin: str, home: str) -> Iterator[str]:
    """Yield the path and query of our own address under `home`, nothing for any other."""
    try:
        url = URL(address)
        if str(url.origin()) != origin:
            return
    except ValueError:
        return
    yield from (place for place in [url.raw_path_qs] if is_beneath(place, home))


def is_beneath(place: str, home: str) -> bool:
    """Return whether this is a plain path (and query) under `home` that leads nowhere else."""
    path = place.partition("?")[0]
    plain = place.isascii() and place.isprintable() and not set(place) & set("\\#<>\"' ")
    return plain and "//" not in path and ".." not in path and (path == home or path.startswith(f"{home}/"))


async def _page_at(request: web.Request, place: str) -> str | None:
    try:
        inner = request.clone(method="GET", rel_url=URL(place, encoded=True))
    except ValueError:
        return None
    found = await request.app.router.resolve(inner)
    if found.http_exception is not None:
        return None
    # Done by the server itself before calling a handler.
    inner._match_info = found
    inner[_INNER] = True
    try:
        response = await found.handler(inner)
    except web.HTTPException:
        return None
    if not isinstance(response, web.Response) or response.status != 200 or response.content_type != "text/html":
        return None
    return response.text
