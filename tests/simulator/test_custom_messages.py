"""Custom messages: to whom, how often, and how (protocol §4, statements 20, 21, 26)."""

from datetime import timedelta
from typing import Any

import pytest

from tests.simulator.phone import Phone
from tests.simulator.stage import Stage, said

MENU = {
    "button": [
        {"type": "click", "name": "点击", "key": "k"},
        {"type": "view", "name": "网页", "url": "http://127.0.0.1/"},
        {"type": "scancode_waitmsg", "name": "扫码", "key": "s"},
    ]
}


def later(stage: Stage, **span: float) -> None:
    stage.clock.advance(timedelta(**span))


async def quiet_follower(stage: Stage) -> Phone:
    """Return a phone that followed long ago."""
    phone = await stage.follower()
    later(stage, days=3)
    return phone


async def sendable(stage: Stage, phone: Phone) -> list[int]:
    """Return the errcodes of seven sends in a row."""
    return [await stage.send(phone.openid, f"第 {number} 条") for number in range(1, 8)]


async def test_a_message_lets_five_through_and_the_sixth_is_one_too_many(stage: Stage) -> None:
    phone = await quiet_follower(stage)
    await phone.say("你好")
    assert await sendable(stage, phone) == [0] * 5 + [45047] * 2
    assert said(await phone.transcript())[-5:] == [f"第 {number} 条" for number in range(1, 6)]


async def test_after_48_hours_nothing_goes_through(stage: Stage) -> None:
    phone = await quiet_follower(stage)
    await phone.say("你好")
    later(stage, hours=47, minutes=59)
    assert await stage.send(phone.openid) == 0
    later(stage, minutes=1)
    assert await stage.send(phone.openid) == 45015


async def test_following_gives_three_for_one_minute(stage: Stage) -> None:
    phone = await stage.follower()
    assert await sendable(stage, phone) == [0] * 3 + [45047] * 4
    newer = await stage.follower("国企·工程师")
    later(stage, seconds=61)
    assert await stage.send(newer.openid) == 45015


@pytest.mark.parametrize(("button", "expected"), [("点击", 3), ("扫码", 3), ("网页", 0)])
async def test_a_click_gives_three_for_one_minute_and_a_page_view_none(button: str, expected: int) -> None:
    async with Stage(options={"menu": MENU}) as stage:
        phone = await quiet_follower(stage)
        await phone.tap_menu(button)
        refusal = 45047 if expected else 45015
        assert await sendable(stage, phone) == [0] * expected + [refusal] * (7 - expected)
        later(stage, seconds=61)
        assert await stage.send(phone.openid) == 45015


async def test_scanning_gives_three(stage: Stage) -> None:
    phone = await quiet_follower(stage)
    await phone.scan("hall-3")
    assert await sendable(stage, phone) == [0] * 3 + [45047] * 4


async def test_a_new_message_lifts_the_count_to_five_and_does_not_add(stage: Stage) -> None:
    phone = await quiet_follower(stage)
    await phone.say("一")
    await stage.send(phone.openid)
    await phone.say("二")
    assert await sendable(stage, phone) == [0] * 5 + [45047] * 2


async def test_a_tap_on_a_menu_message_counts_as_a_click(stage: Stage) -> None:
    phone = await quiet_follower(stage)
    await phone.say("开始")
    menu = {"head_content": "满意吗", "list": [{"id": "1", "content": "满意"}], "tail_content": "谢谢"}
    asked = {"touser": phone.openid, "msgtype": "msgmenu", "msgmenu": menu}
    await stage.api("POST", "/cgi-bin/message/custom/send", asked, access_token=await stage.token())
    later(stage, hours=50)
    await phone.tap("满意")
    assert stage.posts[-1].fields["bizmsgmenuid"] == "1"
    assert await sendable(stage, phone) == [0] * 3 + [45047] * 4


async def test_who_left_is_out_of_reach_and_comes_back_as_the_same_person(stage: Stage) -> None:
    phone = await stage.follower()
    stays = await stage.follower("市工信局")
    await phone.say("你好")
    await phone.unfollow()
    token = await stage.token()
    assert await stage.send(phone.openid) == 45015
    info = await stage.api("GET", "/cgi-bin/user/info", access_token=token, openid=phone.openid)
    listed = await stage.api("GET", "/cgi-bin/user/get", access_token=await stage.token())
    assert info == {"subscribe": 0, "openid": phone.openid}
    assert listed["data"]["openid"] == [stays.openid]
    before = phone.openid
    await phone.follow()
    assert await stage.send(before) == 0
    info = await stage.api("GET", "/cgi-bin/user/info", access_token=await stage.token(), openid=before)
    assert (info["subscribe"], info["openid"]) == (1, before)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"msgtype": "text", "text": {"content": ""}}, 44004),
        ({"msgtype": "text", "text": {"content": "策" * 683}}, 45002),
        ({"msgtype": "text", "text": {"content": "策" * 682}}, 0),
        ({"msgtype": "news", "news": {"articles": [{}, {}]}}, 45008),
        ({"msgtype": "news", "news": {"articles": {}}}, 45162),
        ({"msgtype": "image", "image": {"media_id": "none"}}, 40007),
        ({"msgtype": "hologram"}, 40008),
        ({"touser": "o-nobody", "msgtype": "text", "text": {"content": "x"}}, 40003),
    ],
)
async def test_a_message_is_refused_with_its_code(stage: Stage, asked: dict[str, Any], code: int) -> None:
    phone = await stage.follower()
    token = await stage.token()
    answer = await stage.api(
        "POST", "/cgi-bin/message/custom/send", {"touser": phone.openid, **asked}, access_token=token
    )
    assert answer["errcode"] == code


async def test_whom_the_account_has_blocked_it_cannot_write_to(stage: Stage) -> None:
    phone = await stage.follower()
    stage.platform.followers.get(phone.openid).blocked = True
    assert await stage.send(phone.openid) == 43019
    stage.platform.followers.get(phone.openid).blocked = False
    assert await stage.send(phone.openid) == 0


async def test_a_body_that_is_no_object_has_its_codes(stage: Stage) -> None:
    token = await stage.token()
    for body, code in (("", 44002), ("[]", 47001), ("{", 47001)):
        answer = await stage.api("POST", "/cgi-bin/message/custom/send", body, access_token=token)
        assert answer["errcode"] == code


async def test_escaped_characters_are_shown_as_they_were_written(stage: Stage) -> None:
    phone = await stage.follower()
    body = f'{{"touser":"{phone.openid}","msgtype":"text","text":{{"content":"\\u4f60 \\\\u597d \\n"}}}}'
    await stage.api("POST", "/cgi-bin/message/custom/send", body, access_token=await stage.token())
    assert said(await phone.transcript())[-1] == "\\u4f60 \\u597d \n"


async def test_the_other_message_types_are_shown(stage: Stage) -> None:
    phone = await stage.follower()
    await phone.send_picture()
    media_id = stage.posts[-1].fields["MediaId"]
    token = await stage.token()
    article = {"title": "标题", "description": "摘要", "url": "http://127.0.0.1/", "picurl": ""}
    for kind, body in {
        "news": {"articles": [article]},
        "image": {"media_id": media_id},
        "music": {"title": "曲", "musicurl": "http://127.0.0.1/m", "thumb_media_id": media_id},
    }.items():
        asked = {"touser": phone.openid, "msgtype": kind, kind: body}
        await stage.api("POST", "/cgi-bin/message/custom/send", asked, access_token=token)
    news, image, music = (await phone.transcript())[-3:]
    assert news.cards[0]["title"] == "标题"
    assert (image.kind, image.media_id, music.text) == ("image", media_id, "曲")


async def test_a_message_by_ai_says_so(stage: Stage) -> None:
    phone = await stage.follower()
    asked = {"touser": phone.openid, "msgtype": "text", "text": {"content": "答"}, "aimsgcontext": {"is_ai_msg": 1}}
    await stage.api("POST", "/cgi-bin/message/custom/send", asked, access_token=await stage.token())
    assert said(await phone.transcript())[-2:] == ["答", "by_ai"]


async def test_an_uncertified_account_may_not_write() -> None:
    async with Stage(options={"account": {"certified": False}}) as stage:
        phone = await stage.follower()
        assert await stage.send(phone.openid) == 48001
