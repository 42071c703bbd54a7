"""Basis of all browser pages, console and phone: headers, form origin, static files."""

import logging
import traceback
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any

from aiohttp import web

from config.errors import UnavailableError
from notifications.text_splitting import printable

log = logging.getLogger(__name__)

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


def cookie_of(request: web.Request, name: str) -> str:
    """Return this cookie's value; "" if absent or not ours."""
    value = request.cookies.get(name, "")
    return value if value.isascii() and value.isprintable() else ""


def back_of(request: web.Request, origin: str, home: str) -> str:
    """Return our page that this request came from, `home` if unknown."""
    referer = request.headers.get("Referer", "")
    return referer if referer.isascii() and referer.isprintable() and referer.startswith(f"{origin}/") else home


def cares(request: web.Request) -> bool:
    """Tell whether this browser wants large text."""
    return request.query.get("care", cookie_of(request, CARE)) == "1"


def policy(scripts: str = "", styles: str = "") -> str:
    """Return the content security policy: only our own files, plus scripts from this origin and styles with
    this hash.
    """
    own = f"default-src 'none'; script-src 'self' {scripts}; style-src 'self' {styles}; img-src 'self' data:; "
    own += "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    return own.replace(" ;", ";")


def finish(request: web.Request, response: web.StreamResponse, home: str) -> None:
    """Set the headers of every page, and keep the large-text choice."""
    response.headers.update(HEADERS)
    # A page that needs more has set its own.
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
    """Mount these (method, path, answer) under `home`; `dressed` renders a refusal."""

    @web.middleware
    async def dress(request: web.Request, handler: Answer) -> web.StreamResponse:
        try:
            response = await handler(_readable(request))
        except web.HTTPException as answer:
            response = dressed(answer)
        except UnavailableError as error:
            log.warning("%s is not answered: %s", _route(request), error.code, extra={"action": "page_unavailable"})
            response = dressed(web.HTTPServiceUnavailable())
        except Exception as error:
            if request.transport is None:
                # The client disconnected; the server handles it.
                raise
            _report(request, error)
            response = dressed(web.HTTPInternalServerError())
        finish(request, response, home)
        return response

    part = web.Application(middlewares=[dress])
    for method, path, answer in routes:
        part.router.add_route(method, path, answer)
    app.add_subapp(home, part)


def _readable(request: web.Request) -> web.Request:
    """Return the request with a printable query. Raises HTTPNotFound if the path is not printable."""
    if printable(request.path) != request.path:
        raise web.HTTPNotFound
    cleaned = [(printable(name), printable(value)) for name, value in request.query.items()]
    if cleaned == list(request.query.items()):
        return request
    return request.clone(rel_url=request.rel_url.with_query(cleaned))


def _route(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return f"{request.method} {resource.canonical if resource is not None else '?'}"


def _report(request: web.Request, error: Exception) -> None:
    # An exception's message may quote input; log only its type and locations.
    places = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)[-6:]]
    log.error(
        "%s failed: %s in %s",
        _route(request),
        type(error).__name__,
        " > ".join(places),
        extra={"action": "page_failed"},
    )


def error_page(answer: web.HTTPException, status: int, page: str) -> web.Response:
    """Return a refusal's page, keeping Retry-After if present."""
    kept = {name: answer.headers[name] for name in ("Retry-After",) if name in answer.headers}
    return web.Response(text=page, status=status, content_type="text/html", headers=kept)


def static_files(folder: Path) -> Callable[[Any], Awaitable[web.StreamResponse]]:
    """Return the page that serves this folder's files, each by its exact name."""

    async def show(visit: Any) -> web.StreamResponse:
        return _file_of(folder, visit.request.match_info["name"])

    return show


def _file_of(folder: Path, name: str) -> web.FileResponse:
    """Return a static file by exact name. Raises HTTPNotFound."""
    path = next((path for path in folder.iterdir() if path.name == name and path.suffix in _TYPES), None)
    if path is None:
        raise web.HTTPNotFound
    # Names carry the version, so browsers may cache them.
    response = web.FileResponse(path, headers={"Cache-Control": "public, max-age=86400"})
    response.content_type = _TYPES[path.suffix]
    return response
