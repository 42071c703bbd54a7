"""The simulator's web application: the phones page, and the platform's own addresses."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.simulator import api_pages, phone_pages
from bot.simulator.account import is_loopback
from bot.simulator.lines import PAGES, RefusedError
from bot.simulator.platform import Platform

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' http://127.0.0.1:* http://localhost:*; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def make_app(platform: Platform) -> web.Application:
    """Return the application for a started platform. It answers only local callers; the owner closes it."""
    app = web.Application(middlewares=[_only_here, _refusals], client_max_size=12 * 1024**2)
    app[phone_pages.PLATFORM] = platform
    app.add_routes(phone_pages.routes)
    app.add_routes(api_pages.routes)
    app.router.add_static("/pages/", PAGES)
    app.on_response_prepare.append(_protect)
    app.on_shutdown.append(_say_goodbye)
    return app


@web.middleware
async def _only_here(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse remote callers, and pages of other origins that would control the phones."""
    host = request.url.host or ""
    if not is_loopback(request.remote or "") or not is_loopback(host):
        raise web.HTTPForbidden(text="loopback only")
    origin = request.headers.get("Origin")
    if request.method != "GET" and origin and origin != f"{request.scheme}://{request.host}":
        raise web.HTTPForbidden(text="another origin")
    return await handler(request)


@web.middleware
async def _refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except RefusedError as error:
        return web.json_response({"error": error.key, "sentence": str(error)}, status=409)


async def _say_goodbye(app: web.Application) -> None:
    # An open page holds its event stream: without this the server would wait for it.
    app[phone_pages.PLATFORM].feed.end()


async def _protect(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(_HEADERS)
    response.headers.setdefault("Cache-Control", "no-cache")
