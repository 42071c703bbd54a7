"""The phone in tests and on the page: gestures, links, menus, refusals."""

import asyncio

import pytest
from aiohttp import web

from bot.simulator.account import Account
from bot.simulator.lines import RefusedError
from bot.simulator.platform import Platform
from tests.simulator.phone import Phone, PhoneError
from tests.simulator.stage import SECRET, TOKEN, Posted, Stage, reply, said, text

MENU = {
    "button": [
        {"name": "政策", "sub_button": [{"type": "click", "name": "我能享受什么", "key": "what"}]},
        {"type": "view", "name": "网页", "url": "http://127.0.0.1/h5"},
    ]
}


async def test_following_greets_and_the_same_phone_keeps_its_openid(stage: Stage) -> None:
    async def greet(posted: Posted) -> web.StreamResponse:
        return reply(posted, text("欢迎")) if posted.fields["Event"] == "subscribe" else web.Response(text="success")

    stage.answer = greet
    phone = Phone(stage.url, stage.session, "企业·财务")
    assert said(await phone.follow()) == ["欢迎"]
    assert await phone.unfollow() == []
    assert said(await phone.follow()) == ["欢迎"]
    assert [posted.fields["Event"] for posted in stage.posts] == ["subscribe", "unsubscribe", "subscribe"]
    assert {posted.fields["FromUserName"] for posted in stage.posts} == {phone.openid}


async def test_a_reply_link_sends_its_content_with_its_id(stage: Stage) -> None:
    phone = await stage.follower()

    async def offer(posted: Posted) -> web.StreamResponse:
        link = '<a href="weixin://bizmsgmenu?msgmenucontent=登记企业&msgmenuid=reg">登记</a>'
        return reply(posted, text(f"可以{link}，也可以再等等"))

    stage.answer = offer
    bubble = (await phone.say("你好"))[0]
    assert bubble.plain == "可以登记，也可以再等等"
    for name in ("登记", "reg"):
        await phone.tap(name)
        assert stage.posts[-1].fields["Content"] == "登记企业"
        assert stage.posts[-1].fields["bizmsgmenuid"] == "reg"
    with pytest.raises(PhoneError, match="取消"):
        await phone.tap("取消")


async def test_a_menu_row_clicks_a_page_views_and_a_column_only_opens() -> None:
    async with Stage(options={"menu": MENU}) as stage:
        phone = await stage.follower()
        for name in ("政策", "我能享受什么", "网页"):
            await phone.tap_menu(name)
        seen = [(posted.fields["Event"], posted.fields["EventKey"]) for posted in stage.posts]
        assert seen == [("CLICK", "what"), ("VIEW", "http://127.0.0.1/h5")]


async def test_who_does_not_follow_cannot_write(stage: Stage) -> None:
    stranger = Phone(stage.url, stage.session, "路人")
    with pytest.raises(PhoneError, match="还没有关注"):
        await stranger.say("你好")
    assert stage.posts == []


def test_a_real_app_id_and_an_address_outside_are_refused() -> None:
    with pytest.raises(RefusedError, match="wxdemo"):
        Account("wx0123456789abcdef", SECRET, TOKEN, "http://127.0.0.1/wechat")
    for address in (
        "http://203.0.113.5/wechat",
        "http://example.org/",
        "http://127.0.0.1.example.org/",
        "ftp://localhost/",
    ):
        with pytest.raises(RefusedError, match="回调地址"):
            Account("wxdemo1", SECRET, TOKEN, address)


async def test_another_page_in_the_browser_cannot_drive_the_phones(stage: Stage) -> None:
    for headers in ({"Origin": "http://example.org"}, {"Host": "example.org"}):
        async with stage.session.post(stage.url + "/phones", json={"name": "x"}, headers=headers) as response:
            assert response.status == 403


async def test_the_console_check_takes_the_echo_byte_for_byte(stage: Stage) -> None:
    await stage.platform.check_callback()
    stage.echo = lambda echostr: echostr + "\n"
    with pytest.raises(RefusedError, match="echostr"):
        await stage.platform.check_callback()


async def test_the_console_refuses_a_callback_with_another_token(stage: Stage) -> None:
    stage.account.token = "another-token"
    with pytest.raises(RefusedError, match="Token 验证失败"):
        await stage.platform.check_callback()
    stage.account.set_callback("http://127.0.0.1:1/wechat")
    with pytest.raises(RefusedError, match="无法访问"):
        await stage.platform.check_callback()


async def test_what_arrives_between_gestures_is_seen_once(stage: Stage) -> None:
    phone = await stage.follower()
    waiting = asyncio.create_task(phone.arrivals(within=10))
    await stage.send(phone.openid, "提醒")
    assert said(await waiting) == ["提醒"]
    assert await phone.arrivals(within=0) == []


async def test_phones_to_begin_with_are_there_and_names_are_not_given_twice() -> None:
    account = Account("wxdemo1", SECRET, TOKEN, "http://127.0.0.1/wechat")
    platform = Platform(account, phones=["企业·财务"])
    with pytest.raises(RefusedError, match="企业·财务"):
        platform.followers.add(" 企业·财务 ")
