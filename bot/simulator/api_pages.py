"""The server API over HTTP: faults first, then the answer as JSON text or file (protocol §2)."""

import html
import json
from string import Template

from aiohttp import BodyPartReader, web

from bot.simulator.calls import ApiError, Call, Record, Upload, new_rid
from bot.simulator.faults import STALL, FaultKind
from bot.simulator.lines import PAGES
from bot.simulator.media import Medium
from bot.simulator.oauth import AuthorizeError
from bot.simulator.phone_pages import PLATFORM
from bot.simulator.platform import Platform

_MAX_UPLOAD = 11 * 1024**2

routes = web.RouteTableDef()


@routes.route("*", "/cgi-bin/{path:.+}")
@routes.route("*", "/sns/{path:.+}")
@routes.route("*", "/wxaapi/{path:.+}")
async def api(request: web.Request) -> web.StreamResponse:
    """Handle one API call, with any fault ordered for it."""
    platform = request.app[PLATFORM]
    if request.path == "/cgi-bin/showqrcode":
        return _qr_picture(request, platform)
    call = await _read(request)
    ordered = platform.faults.strike(call.path, call.openid)
    fault = ordered.kind if ordered else None
    if fault is FaultKind.RESET_BEFORE:
        return _reset(request)
    if fault is FaultKind.BAD_GATEWAY:
        return web.Response(
            status=502, text="<html><body><h1>502 Bad Gateway</h1></body></html>", content_type="text/html"
        )
    if fault is FaultKind.STALL:
        await platform.sleep(STALL)
    platform.results.catch_up()
    refused = ordered.code if ordered and fault in (FaultKind.BUSY, FaultKind.REFUSED) else 0
    answer = _answer(platform, call, refused)
    await platform.results.before_answer()
    if fault is FaultKind.RESET_AFTER:
        return _reset(request)
    if isinstance(answer, Medium):
        headers = {"Content-Type": answer.content_type, "Content-Disposition": "attachment"}
        return web.Response(body=answer.content, headers=headers)
    text = {FaultKind.EMPTY: "", FaultKind.TRUNCATED: answer[: len(answer) // 2]}.get(fault or FaultKind.BUSY, answer)
    return web.Response(text=text, content_type=platform.switches.json_content_type)


def _answer(platform: Platform, call: Call, refused: int) -> Medium | str:
    """Return the answer, logged under a rid that every error carries."""
    rid, now = new_rid(), platform.clock.now()
    answer: Medium | str
    try:
        found = platform.api.refuse(refused) if refused else platform.api.answer(call)
        answer = found if isinstance(found, Medium) else json.dumps(found, ensure_ascii=False)
    except ApiError as error:
        refusal = {"errcode": error.errcode, "errmsg": f"{error.meaning} rid: {rid}", **error.also}
        answer = json.dumps(refusal, ensure_ascii=False)
    shown = f"({answer.content_type}, {len(answer.content)} bytes)" if isinstance(answer, Medium) else answer
    platform.called(Record(rid, now, call, shown, int((platform.clock.now() - now).total_seconds() * 1000)))
    return answer


async def _read(request: web.Request) -> Call:
    file, text = None, ""
    if request.content_type.startswith("multipart/"):
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader) and part.name == "media":
                file = Upload(part.filename or "", await _content(part))
    else:
        text = (await request.read()).decode("utf-8", "replace")
    return Call(request.method, request.path, dict(request.query), text, request.remote or "", file)


async def _content(part: BodyPartReader) -> bytes:
    content = bytearray()
    while len(content) <= _MAX_UPLOAD and (chunk := await part.read_chunk()):
        content += chunk
    return bytes(content)


def _reset(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _qr_picture(request: web.Request, platform: Platform) -> web.StreamResponse:
    if platform.codes.by_ticket(request.query.get("ticket", "")) is None:
        raise web.HTTPNotFound
    return web.FileResponse(PAGES / "qrcode.jpg", headers={"Content-Type": "image/jpg"})


@routes.get("/connect/oauth2/authorize")
async def authorize(request: web.Request) -> web.StreamResponse:
    """Show the OAuth consent page; asks which phone it is."""
    platform = request.app[PLATFORM]
    template = Template((PAGES / "authorize.html").read_text(encoding="utf-8"))
    try:
        platform.oauth.check_request(request.query)
    except AuthorizeError as error:
        refused = template.substitute(title=html.escape(platform.account.title), phones="", state=f"error-{error.code}")
        return web.Response(text=refused, content_type="text/html")
    phone = request.query.get("phone", "")
    if platform.followers.find(phone) and request.query["scope"] == "snsapi_base":
        # Opened from inside a chat, this scope needs no consent.
        raise web.HTTPFound(platform.oauth.allow(request.query, phone))
    here = request.rel_url.with_path("/connect/oauth2/allow", keep_query=True)
    links = [
        f'<li><a href="{html.escape(str(here.update_query(phone=one.openid)))}">{html.escape(one.name)}</a></li>'
        for one in platform.followers
        if phone in ("", one.openid)
    ]
    page = template.substitute(
        title=html.escape(platform.account.title), phones="".join(links), state=html.escape(request.query["scope"])
    )
    return web.Response(text=page, content_type="text/html")


@routes.get("/connect/oauth2/allow")
async def allow(request: web.Request) -> web.StreamResponse:
    """Redirect the consenting phone with a code."""
    platform = request.app[PLATFORM]
    try:
        address = platform.oauth.allow(request.query, request.query.get("phone", ""))
    except AuthorizeError as error:
        raise web.HTTPBadRequest(text=str(error.code)) from error
    raise web.HTTPFound(address)
