"""Login without a password: one link or one code, five minutes, one use, redeemed only by a button."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from bot.chat.inbound import Inbound
from bot.chat.people.login import LoginLinks
from bot.chat.router import Router
from bot.console.context import COOKIE
from bot.live.matcher import LiveMatcher
from bot.services.people import roles
from bot.services.people.erasure import leave
from bot.wechat.messages import Text
from storage.chat.inbox import INBOX
from storage.engine.transactions import Tx
from storage.people.roles import RoleGrant, RoleKind
from tests.console.stage import Browser, DeskStage

OFFICIAL = "o-official"
EDITOR = RoleGrant(RoleKind.EDITOR, "某人", date.min, agency="市工信局")
LINK, CODE = "L" * 43, "ABCD2345"


class Chat:
    """The chat, with links and codes known to the test."""

    def __init__(self, desk: DeskStage, door: LoginLinks | None = None) -> None:
        self._door = door or LoginLinks(desk.base, link=lambda: LINK, code=lambda: CODE)
        self._inbound = Inbound(desk.database, Router(desk.parts, self._door), LiveMatcher(), desk.parts.texts.error)
        self._number = 0

    async def say(self, words: str, *, secure: bool = True, repeat: bool = False) -> str:
        self._number += not repeat
        push = Text(account="gh", openid=OFFICIAL, created=1, key=str(self._number), secure=secure, content=words)
        return await self._inbound(push) or ""


@pytest.fixture
async def chat(desk: DeskStage) -> Chat:
    await desk.person(OFFICIAL, EDITOR)
    return Chat(desk)


async def use_code(browser: Browser, code: str) -> int:
    await browser.get("/console/enter")
    return (await browser.post("/console/enter", code=code)).status


async def test_the_reply_says_who_asks_and_warns(chat: Chat, desk: DeskStage) -> None:
    said = await chat.say("登录")
    assert "市工信局（编辑）" in said
    assert "不要转发" in said
    assert f"{desk.base}/console/in/{LINK}" in said
    assert "ABCD-2345" in said


async def test_opening_the_link_shows_a_button_and_spends_nothing(chat: Chat, desk: DeskStage) -> None:
    await chat.say("登录")
    browser = desk.browser()
    for _ in range(3):
        assert (await browser.get(f"/console/in/{LINK}")).status == 200
    before = browser.cookie
    entered = await browser.post(f"/console/in/{LINK}")
    assert (entered.status, entered.location) == (303, "/console")
    assert browser.cookie != before
    cookie = entered.headers["Set-Cookie"]
    assert f"{COOKIE}=" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    home = await browser.get("/console")
    assert (home.status, "市工信局" in home.text) == (200, True)


async def test_a_code_typed_with_dash_blanks_and_small_letters_is_the_code(chat: Chat, desk: DeskStage) -> None:
    await chat.say("登录")
    assert await use_code(desk.browser(), " abcd-2345 ") == 303


async def test_each_works_once_and_the_other_is_spent_with_it(chat: Chat, desk: DeskStage) -> None:
    await chat.say("登录")
    assert await use_code(desk.browser(), CODE) == 303
    assert await use_code(desk.browser(), CODE) == 422
    second = desk.browser()
    await second.get(f"/console/in/{LINK}")
    assert (await second.post(f"/console/in/{LINK}")).status == 422


@pytest.mark.parametrize(("seconds", "status"), [(290, 303), (300, 422)])
async def test_five_minutes_and_not_longer(chat: Chat, desk: DeskStage, seconds: int, status: int) -> None:
    await chat.say("登录")
    desk.ahead(timedelta(seconds=seconds))
    assert await use_code(desk.browser(), CODE) == status


async def test_five_wrong_codes_make_the_address_wait_and_not_the_link(chat: Chat, desk: DeskStage) -> None:
    await chat.say("登录")
    browser = desk.browser()
    assert [await use_code(browser, f"WRNG{n:04}") for n in range(6)] == [422] * 5 + [429]
    assert await use_code(browser, CODE) == 429
    await browser.get(f"/console/in/{LINK}")
    assert (await browser.post(f"/console/in/{LINK}")).status == 303


@pytest.mark.parametrize(("wrong", "minutes"), [(5, 1), (10, 5)])
async def test_after_the_pause_the_next_code_is_looked_at(
    chat: Chat, desk: DeskStage, wrong: int, minutes: int
) -> None:
    browser = desk.browser()
    for number in range(wrong):
        if number >= 5:
            desk.ahead(timedelta(minutes=1))
        assert await use_code(browser, f"WRNG{number:04}") == 422
    desk.ahead(timedelta(minutes=minutes, seconds=-10))
    await chat.say("登录")
    assert await use_code(browser, CODE) == 429
    assert "请等 1 分钟" in (await browser.post("/console/enter", code=CODE)).text
    desk.ahead(timedelta(seconds=10))
    assert await use_code(browser, CODE) == 303


async def post_code(browser: Browser, code: str, address: str) -> int:
    """Type a code from this address, forwarded by a local proxy."""
    page = await browser.get("/console/enter")
    headers = {"Origin": browser.base, "X-Forwarded-For": address}
    url, data = f"{browser.base}/console/enter", {"csrf": page.csrf, "code": code}
    async with browser._session.post(url, data=data, headers=headers, allow_redirects=False) as response:
        return response.status


async def test_however_many_guess_elsewhere_a_right_code_is_taken(chat: Chat, desk: DeskStage) -> None:
    browser = desk.browser()
    for number in range(60):
        assert await post_code(browser, f"WRNG{number:04}", f"203.0.113.{number}") == 422
    # After one wrong guess one waits while so many others guess.
    assert await post_code(browser, "WRNG9999", "203.0.113.1") == 429
    await chat.say("登录")
    assert await post_code(browser, CODE, "198.51.100.7") == 303


async def test_a_64_of_ipv6_is_one_address_and_the_next_another(chat: Chat, desk: DeskStage) -> None:
    browser = desk.browser()
    statuses = [await post_code(browser, f"WRNG{n:04}", f"2001:db8:0:1::{n:x}") for n in range(6)]
    assert statuses == [422] * 5 + [429]
    await chat.say("登录")
    assert await post_code(browser, CODE, "2001:db8:0:2::1") == 303


async def test_wrong_codes_of_one_kind_slow_down_no_other_kind(chat: Chat, desk: DeskStage) -> None:
    code, browser = "WXYZ2345", desk.browser()
    offered = replace(EDITOR, kind=RoleKind.APPROVER)
    await desk.database.write(lambda tx: roles.invite(tx, offered, code))
    for number in range(60):
        await post_code(browser, f"WRNG{number:04}", f"203.0.113.{number}")
    for number in range(6):
        said = await chat.say(f"回执 WRNG{number:04}")
    assert "请等1分钟" in said
    said = await chat.say(f"邀请 {code}")
    assert "已接受邀请" in said


async def test_a_right_invitation_is_never_called_wrong_for_the_wrong_ones_before(chat: Chat, desk: DeskStage) -> None:
    code = "WXYZ2345"
    offered = replace(EDITOR, kind=RoleKind.APPROVER)
    await desk.database.write(lambda tx: roles.invite(tx, offered, code))
    for number in range(5):
        assert "邀请码不对" in await chat.say(f"邀请 WRNG{number:04}")
    said = await chat.say(f"邀请 {code}")
    assert "没有核对" in said
    assert "不对、" not in said
    desk.ahead(timedelta(minutes=1))
    assert "已接受邀请" in await chat.say(f"邀请 {code}")


async def test_a_repeat_of_the_message_gets_a_fresh_link_and_none_is_stored(desk: DeskStage) -> None:
    await desk.person(OFFICIAL, EDITOR)
    links = iter(["A" * 43, "B" * 43])
    codes = iter(["AAAA2222", "BBBB3333"])
    chat = Chat(desk, LoginLinks(desk.base, link=lambda: next(links), code=lambda: next(codes)))
    assert "A" * 43 in await chat.say("登录")
    assert "B" * 43 in await chat.say("登录", repeat=True)
    assert await use_code(desk.browser(), "AAAA2222") == 422
    assert await use_code(desk.browser(), "BBBB3333") == 303

    def secrets_at_rest(tx: Tx) -> list[str]:
        tables = ("inbox", "login_code", "session", "audit", "role_invitation", "reply_overflow")
        kept = "".join(repr(row) for table in tables for row in tx.execute(text(f"SELECT * FROM {table}")))
        replies = tx.execute(select(INBOX.c.reply, INBOX.c.key)).all()
        opened = [tx.cipher.open(row.reply, f"inbox.reply:{row.key}") for row in replies]
        assert len(opened) == 1
        return [secret for secret in ("B" * 43, "BBBB") if secret in kept or secret in "".join(opened)]

    assert await desk.database.read(secrets_at_rest) == []


async def test_somebody_without_a_role_gets_no_link(desk: DeskStage) -> None:
    said = await Chat(desk).say("登录")
    assert "还没有可以登录的身份" in said
    assert LINK not in said


@pytest.mark.parametrize("typed", ["我要发榜", "怎么发榜？", "群发", "今天有什么要办的"])
async def test_who_works_by_browser_is_told_where_and_others_ask_about_the_policy(desk: DeskStage, typed: str) -> None:
    chat = Chat(desk)
    assert "登录" not in await chat.say(typed)
    await desk.person(OFFICIAL, EDITOR)
    said = await chat.say(typed)
    assert "发榜、评审、核验、工单、群发和待办都在网页里办" in said
    assert "市工信局" in said
    assert LINK not in said


async def test_in_plain_mode_nobody_is_let_in(chat: Chat) -> None:
    said = await chat.say("登录", secure=False)
    assert "明文模式" in said
    assert LINK not in said
    assert "明文模式" in await chat.say("邀请 ABCD-2345", secure=False)


async def test_a_role_that_has_ended_opens_nothing_and_ends_the_visit(desk: DeskStage) -> None:
    day = date(2999, 1, 1)
    person_id = await desk.person(OFFICIAL, RoleGrant(RoleKind.EDITOR, "某人", date.min, day, agency="市工信局"))
    browser = await desk.inside(person_id)
    assert (await browser.get("/console")).status == 200

    def end(tx: Tx) -> None:
        tx.execute(text("UPDATE role SET valid_until = '2020-01-01'"))

    await desk.database.write(end)
    assert (await browser.get("/console")).location == "/console/enter"
    assert "还没有可以登录的身份" in await Chat(desk).say("登录")


async def test_idle_for_thirty_minutes_and_one_is_out(desk: DeskStage) -> None:
    browser = await desk.official(RoleKind.EDITOR)
    for _ in range(3):
        desk.ahead(timedelta(minutes=29))
        assert (await browser.get("/console")).status == 200
    desk.ahead(timedelta(minutes=30))
    assert (await browser.get("/console")).location == "/console/enter"


async def test_after_twelve_hours_one_comes_in_anew(desk: DeskStage) -> None:
    browser = await desk.official(RoleKind.EDITOR)
    for _ in range(24):
        desk.ahead(timedelta(minutes=29))
        assert (await browser.get("/console")).status == 200
    desk.ahead(timedelta(minutes=29))
    assert (await browser.get("/console")).location == "/console/enter"


async def test_ones_sessions_are_listed_and_ended(desk: DeskStage) -> None:
    person_id = await desk.person(OFFICIAL, EDITOR)
    here, there = await desk.inside(person_id), await desk.inside(person_id)
    listed = (await here.get("/console/sessions")).text
    assert listed.count("/end") == 2
    other = listed.split("/console/sessions/")[1].split("/")[0]
    ended = await here.post(f"/console/sessions/{other}/end")
    assert ended.status == 303
    assert sorted([(await here.get("/console")).status, (await there.get("/console")).status]) == [200, 303]


async def test_leaving_ends_the_session_and_not_only_the_cookie(desk: DeskStage) -> None:
    browser = await desk.official(RoleKind.EDITOR)
    cookie = browser.cookie
    await browser.get("/console")
    assert (await browser.post("/console/leave")).location == "/console/enter"
    browser.wear(cookie)
    assert (await browser.get("/console")).location == "/console/enter"


async def test_unfollowing_ends_roles_and_sessions(chat: Chat, desk: DeskStage) -> None:
    await chat.say("登录")
    browser = desk.browser()
    await use_code(browser, CODE)
    await desk.database.write(leave, OFFICIAL, desk.parts.texts, "unfollow")
    assert (await browser.get("/console")).location == "/console/enter"
    assert "还没有可以登录的身份" in await chat.say("登录")
