"""The server API over HTTP, faults first (protocol §2), and the pages for OAuth consent and the 订阅通知 popup."""

import asyncio
import html
import json
from string import Template

from aiohttp import BodyPartReader, web

from bot.simulator.calls import ApiError, Call, Record, Upload, new_rid
from bot.simulator.faults import STALL, FaultKind
from bot.simulator.jssdk import ConfigError
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


@routes.get("/jssdk/subscribe")
async def popup(request: web.Request) -> web.StreamResponse:
    """Show the popup with a page's templates; asks which phone it is. Reports an unsigned page."""
    platform = request.app[PLATFORM]
    page = Template((PAGES / "popup.html").read_text(encoding="utf-8"))
    title = html.escape(platform.account.title)
    try:
        platform.jssdk.check(request.query)
    except ConfigError as error:
        why = html.escape(str(error))
        text = page.substitute(title=title, notices="", phones="", back="#", state="refused", why=why)
        return web.Response(text=text, content_type="text/html")
    known = {one.id: one.title for one in platform.templates.of("notice")}
    names = [known[one] for one in _templates(request) if one in known]
    phones = [
        f'<li><a href="{_choice_link(request, phone.openid, "accept")}">{html.escape(phone.name)}：允许</a> '
        f'<a class="no" href="{_choice_link(request, phone.openid, "reject")}">拒绝</a></li>'
        for phone in platform.followers
        if phone.follows and not phone.in_crowd
    ]
    text = page.substitute(
        title=title,
        notices="".join(f"<li>{html.escape(name)}</li>" for name in names),
        phones="".join(phones),
        back=html.escape(request.query["url"]),
        state="asks" if names else "refused",
        why="" if names else "subscribe:fail, invalid template",
    )
    return web.Response(text=text, content_type="text/html")


@routes.get("/jssdk/answer")
async def answer(request: web.Request) -> web.StreamResponse:
    """Record one phone's choice, notify the account, and return to the page."""
    platform = request.app[PLATFORM]
    try:
        platform.jssdk.check(request.query)
    except ConfigError as error:
        raise web.HTTPBadRequest(text=str(error)) from error
    await _chosen(platform, request.query.get("phone", ""), _templates(request), request.query.get("choice", ""))
    raise web.HTTPFound(request.query["url"])


async def _chosen(platform: Platform, openid: str, templates: list[str], choice: str) -> None:
    deliveries = platform.send(platform.handset(openid).answer_popup(dict.fromkeys(templates, choice)))
    # So that the person sees the effect on return.
    await asyncio.gather(*(asyncio.shield(delivery) for delivery in deliveries))


def _templates(request: web.Request) -> list[str]:
    return [one for one in request.query.get("template", "").split(",") if one]


def _choice_link(request: web.Request, openid: str, choice: str) -> str:
    here = request.rel_url.with_path("/jssdk/answer", keep_query=True)
    return html.escape(str(here.update_query(phone=openid, choice=choice)))
