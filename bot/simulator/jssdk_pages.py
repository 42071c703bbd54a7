"""The 订阅通知 popup as a page of its own: the JS-SDK stub leads here, and back with the answer."""

import asyncio
import html
from string import Template

from aiohttp import web

from bot.simulator.jssdk import ConfigError
from bot.simulator.lines import PAGES
from bot.simulator.phone_pages import PLATFORM
from bot.simulator.platform import Platform

routes = web.RouteTableDef()


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
        f'<li><a href="{_answer(request, phone.openid, "accept")}">{html.escape(phone.name)}：允许</a> '
        f'<a class="no" href="{_answer(request, phone.openid, "reject")}">拒绝</a></li>'
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


def _answer(request: web.Request, openid: str, choice: str) -> str:
    here = request.rel_url.with_path("/jssdk/answer", keep_query=True)
    return html.escape(str(here.update_query(phone=openid, choice=choice)))
