"""What every page for a browser stands on, at the desk and in the chat's pages: headers, forms of our own, files."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from aiohttp import web

# What a browser sends of its own accord and a form may hold in all; uploads have limits of their own.
MOST_FORM_BYTES = 64 * 1024
# An upload that is too large is read to its end, so that the browser shows our answer; beyond this it is cut off.
MOST_READ_BYTES = 300 * 1024 * 1024
POLICY = "Content-Security-Policy"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # With no-referrer a browser would send `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_TYPES = {".css": "text/css", ".js": "text/javascript"}
_YEAR = 365 * 24 * 3600
CARE = "srdi_care"
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def own_form(request: web.Request, origin: str, is_token: Callable[[str], bool], most: int) -> Mapping[str, Any]:
    """The fields of a form that one of our own pages sent, with a token of ours. Raises HTTPForbidden for any other."""
    if request.headers.get("Origin") != origin:
        raise web.HTTPForbidden
    if (request.content_length or 0) > most:
        await _read_away(request)
        raise web.HTTPRequestEntityTooLarge(max_size=most, actual_size=request.content_length or 0)
    form = await request.clone(client_max_size=most).post()
    if not is_token(str(form.get("csrf", ""))):
        close_files(form)
        raise web.HTTPForbidden
    return form


def close_files(form: Mapping[str, Any]) -> None:
    """Let go of the files that came with a form."""
    for value in form.values():
        if isinstance(value, web.FileField):
            value.file.close()


def cares(request: web.Request) -> bool:
    """Whether this browser wants large text."""
    return request.query.get("care", request.cookies.get(CARE)) == "1"


def policy(scripts: str = "", styles: str = "") -> str:
    """What a page may load: our own files alone, but for scripts from this place and styles with this hash."""
    own = f"default-src 'none'; script-src 'self' {scripts}; style-src 'self' {styles}; img-src 'self' data:; "
    own += "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    return own.replace(" ;", ";")


def finish(request: web.Request, response: web.StreamResponse, home: str) -> None:
    """The headers of every page, and the wish for large text kept for the next one."""
    response.headers.update(HEADERS)
    # A page that needs more has said so itself.
    response.headers.setdefault(POLICY, policy())
    response.headers.setdefault("Cache-Control", "no-store")
    if request.query.get("care") in ("0", "1"):
        response.set_cookie(CARE, request.query["care"], path=home, max_age=_YEAR, samesite="Lax")


def add_part(
    app: web.Application,
    home: str,
    routes: Iterable[tuple[str, str, Answer]],
    dressed: Callable[[web.HTTPException], web.StreamResponse],
) -> None:
    """Serve these (method, path, answer) beneath `home`; `dressed` makes a page of a refusal."""

    @web.middleware
    async def dress(request: web.Request, handler: Answer) -> web.StreamResponse:
        try:
            response = await handler(request)
        except web.HTTPException as answer:
            response = dressed(answer)
        finish(request, response, home)
        return response

    part = web.Application(middlewares=[dress])
    for method, path, answer in routes:
        part.router.add_route(method, path, answer)
    app.add_subapp(home, part)


def file_of(folder: Path, name: str) -> web.FileResponse:
    """A file that pages load from us, by its very name. Raises HTTPNotFound."""
    path = next((path for path in folder.iterdir() if path.name == name and path.suffix in _TYPES), None)
    if path is None:
        raise web.HTTPNotFound
    # Names carry the version, so a browser may keep them.
    response = web.FileResponse(path, headers={"Cache-Control": "public, max-age=86400"})
    response.content_type = _TYPES[path.suffix]
    return response


async def _read_away(request: web.Request) -> None:
    read = 0
    async for chunk in request.content.iter_any():
        read += len(chunk)
        if read > MOST_READ_BYTES:
            return
