"""The button that allows one notice appears only where it works, and only there may a foreign script load."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.services.demo import show_cards
from bot.web.forms_and_headers import policy
from config.settings import Settings
from storage.notices import card_templates
from tests.console.stage import Page
from tests.h5.conftest import Cast, Visitor

WECHAT = "Mozilla/5.0 (Linux; Android 15) MicroMessenger/8.0.60"
TAG = '<wx-open-subscribe template="demo-notice-deadline">'


class Platform:
    """Returns a token, and a ticket if it has one."""

    def __init__(self) -> None:
        self.ticket: dict[str, object] = {"errcode": 0, "errmsg": "ok", "ticket": "the-ticket", "expires_in": 7200}

    async def answer(self, request: web.Request) -> web.Response:
        token = {"access_token": "a", "expires_in": 7200}
        return web.json_response(token if request.path.endswith("token") else self.ticket)


@pytest.fixture
async def platform() -> AsyncIterator[tuple[Platform, str]]:
    playing, app = Platform(), web.Application()
    app.router.add_route("*", "/{path:.*}", playing.answer)
    async with TestServer(app) as server:
        yield playing, str(server.make_url("")).rstrip("/")


@pytest.fixture
def desk_settings(desk_settings: Settings, platform: tuple[Platform, str]) -> Settings:
    return desk_settings.model_copy(update={"wechat_api_base": platform[1]})


@pytest.fixture
async def visitor(cast: Cast) -> Visitor:
    """Return a person on the calendar page of an account with notices."""
    await cast.desk.database.write(show_cards)
    person = cast.person("o-1")
    await person.open("加入日历")
    return person


async def calendar(visitor: Visitor, agent: str = WECHAT) -> Page:
    return await visitor.browser.get("/h5/calendar", **{"User-Agent": agent})


async def test_in_wechat_each_kind_of_notice_with_a_template_has_its_button(visitor: Visitor) -> None:
    page = await calendar(visitor)
    assert page.text.count("<wx-open-subscribe") == 3
    assert TAG in page.text
    assert "截止前提醒我一次" in page.text
    assert "the-ticket" not in page.text, "the ticket stays with us"
    allowed = page.headers["Content-Security-Policy"]
    assert "script-src 'self' https://res.wx.qq.com;" in allowed
    assert "unsafe" not in allowed
    other = await visitor.browser.get("/h5/mine", **{"User-Agent": WECHAT})
    assert other.headers["Content-Security-Policy"] == policy()


async def test_elsewhere_there_is_no_button_and_no_foreign_script(visitor: Visitor) -> None:
    page = await calendar(visitor, "Mozilla/5.0 Chrome/140")
    assert (page.status, "wx-open" in page.text, "<script" in page.text) == (200, False, False)
    assert page.headers["Content-Security-Policy"] == policy()


async def test_without_a_template_there_is_no_button(visitor: Visitor) -> None:
    for purpose in ("event", "result"):
        await visitor.desk.database.write(card_templates.remove, purpose, "notice")
    assert (await calendar(visitor)).text.count("<wx-open-subscribe") == 1
    await visitor.desk.database.write(card_templates.stop, "demo-notice-deadline", "40037")
    assert "wx-open" not in (await calendar(visitor)).text


async def test_without_a_ticket_the_page_is_there_all_the_same(
    visitor: Visitor, platform: tuple[Platform, str]
) -> None:
    platform[0].ticket = {"errcode": 48001, "errmsg": "api unauthorized"}
    page = await calendar(visitor)
    assert (page.status, "wx-open" in page.text) == (200, False)
