"""From chat to a page: one link, one use, half an hour, its own cookie; everybody else gets not found."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.h5.context import COOKIE, PagePolicy
from bot.h5.routes import ROUTES, PhoneRoute
from bot.services.people.erasure import leave
from storage.chat.inbox import INBOX
from storage.engine.transactions import Tx
from storage.people.page_sessions import LINKS, VISITS
from tests.h5.conftest import Cast, Visitor

CANARY = "金丝雀"
CLOSED = [route for route in ROUTES if route.policy is PagePolicy.OWN]


def name_of(route: object) -> str:
    return f"{route.method} {route.path}" if isinstance(route, PhoneRoute) else str(route)


def address_of(route: PhoneRoute) -> str:
    return "/h5" + route.path.replace("{link}", "x" * 43).replace("{id}", "1")


async def registered(cast: Cast, openid: str, contact: str) -> Visitor:
    person = cast.person(openid)
    for words in ("注册", "云杼传感", "小型", "同意", contact, "确认"):
        await person.say(words)
    return person


async def test_a_link_opens_once_and_brings_a_cookie_for_these_pages_only(cast: Cast) -> None:
    person = cast.person("o-1")
    link = await person.link("注册")
    for _ in range(3):
        assert "是我本人" in (await person.browser.get(link)).text
    entered = await person.browser.post(link)
    assert (entered.status, entered.location) == (303, "/h5/register")
    cookie = entered.headers["Set-Cookie"]
    assert [part in cookie for part in (f"{COOKIE}=", "HttpOnly", "SameSite=Lax", "Path=/h5")] == [True] * 4
    assert (await person.browser.get("/h5/register")).status == 200
    other = cast.desk.browser()
    await other.get(link)
    assert (await other.post(link)).status == 404


async def test_a_link_ends_after_half_an_hour_and_with_the_next_one(cast: Cast) -> None:
    person = cast.person("o-1")
    old, new = await person.link("注册"), await person.link("注册")
    await person.browser.get(old)
    assert (await person.browser.post(old)).status == 404
    cast.desk.ahead(timedelta(minutes=31))
    assert (await person.browser.post(new)).status == 404


async def test_a_visit_ends_when_it_is_idle_and_when_its_person_leaves(cast: Cast) -> None:
    person = cast.person("o-1")
    await person.open("注册")
    cast.desk.ahead(timedelta(minutes=29))
    assert (await person.browser.get("/h5/register")).status == 200
    cast.desk.ahead(timedelta(minutes=29))
    assert (await person.browser.get("/h5/register")).status == 200
    await cast.desk.database.write(leave, "o-1", cast.desk.parts.texts, "unfollow")
    assert (await person.browser.get("/h5/register")).status == 404
    kept = await cast.desk.database.read(lambda tx: [*tx.execute(select(LINKS)), *tx.execute(select(VISITS))])
    assert kept == []


async def test_neither_link_nor_cookie_nor_reply_is_kept(cast: Cast) -> None:
    person = cast.person("o-1")
    link = await person.link("注册")

    def kept(tx: Tx) -> str:
        return repr([*tx.execute(select(LINKS)), *tx.execute(select(INBOX)), *tx.execute(select(VISITS))])

    assert link.rpartition("/")[2] not in await cast.desk.database.read(kept)
    assert "/h5/in/" in await person.say("注册", repeat=True)


async def test_the_desk_does_not_know_this_cookie(cast: Cast) -> None:
    person = cast.person("o-1")
    await person.open("注册")
    value = next(c.value for c in person.browser._session.cookie_jar if c.key == COOKIE)
    desk = cast.desk.browser()
    desk.wear(value)
    assert (await desk.get("/console")).status == 303


async def test_in_plain_mode_there_is_no_link(cast: Cast) -> None:
    person = cast.person("o-1")
    said = await person.say("注册", secure=False)
    assert "/h5/" not in said
    assert "企业名称" in said


async def test_a_stranger_finds_nothing(cast: Cast) -> None:
    for route in CLOSED:
        browser = cast.desk.browser()
        path = address_of(route)
        page = await (browser.get(path) if route.method == "GET" else browser.post(path, csrf="guessed"))
        nothing = await browser.get("/h5/no-such-page")
        assert (page.status, page.text) == (404, nothing.text), name_of(route)
        assert nothing.status == 404


# Reading changes nothing for the next test; sending may, so each of those starts anew.
SEEN = [route for route in CLOSED if route.method == "GET"]
SENT = [[route] for route in CLOSED if route.method == "POST"]


@pytest.mark.parametrize("routes", [SEEN, *SENT], ids=lambda routes: name_of(routes[0]))
async def test_another_firms_people_see_only_their_own(cast: Cast, routes: list[PhoneRoute]) -> None:
    await registered(cast, "o-1", f"{CANARY} 13812345678")
    other = await registered(cast, "o-2", "王女士 13900000000")
    await other.open("导出我的数据")
    mine = await other.browser.get("/h5/mine")
    assert "王女士" in mine.text
    for route in routes:
        path = address_of(route)
        page = await (other.browser.get(path) if route.method == "GET" else other.browser.post(path))
        assert CANARY not in page.text, name_of(route)
        assert "13812345678" not in page.text, name_of(route)


@pytest.mark.parametrize("fault", ["csrf", "origin"])
async def test_a_form_that_is_not_ours_is_refused(cast: Cast, fault: str) -> None:
    person = cast.person("o-1")
    await person.open("注册")
    csrf = "guessed" if fault == "csrf" else None
    origin = "https://evil.example" if fault == "origin" else None
    for route in ROUTES:
        if route.method == "POST":
            answer = await person.browser.post(address_of(route), csrf=csrf, origin=origin)
            assert answer.status == 403, name_of(route)


async def test_the_router_knows_no_address_but_these(cast: Cast) -> None:
    parts = [part for part in cast.desk.app._subapps if any("/h5" in str(r.resource) for r in part.router.routes())]
    served = {(r.method, r.resource.canonical) for part in parts for r in part.router.routes() if r.resource}
    known = {(method, path.removeprefix("/h5")) for method, path in served if method not in ("*", "HEAD")}
    assert known == {(route.method, route.path) for route in ROUTES}


async def test_every_page_has_the_headers_and_no_script_or_style_of_its_own(cast: Cast) -> None:
    person = cast.person("o-1")
    page = await person.open("注册")
    for shown in (page, await person.browser.get("/h5/mine"), await cast.desk.browser().get("/h5/none")):
        assert "default-src 'none'" in shown.headers["Content-Security-Policy"]
        assert shown.headers["Cache-Control"] == "no-store"
        assert re.search(r"<script|<style|\sstyle=|\son\w+=|https?://", shown.text) is None
    assert 'class="care"' in (await person.browser.get("/h5/mine?care=1")).text
    assert 'class="care"' in (await person.browser.get("/h5/register")).text
    for name in ("weui-2.6.26.min.css", "h5.css"):
        assert (await person.browser.get(f"/h5/static/{name}")).status == 200
    assert (await person.browser.get("/h5/static/SHA256SUMS")).status == 404
