"""Template messages and 订阅通知 (protocol §4, statements 21-24)."""

from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from bot.simulator.faults import Fault, FaultKind
from bot.simulator.templates import Template, fits
from tests.simulator.phone import Phone, PhoneError, Seen
from tests.simulator.stage import Stage, said

SEND = "/cgi-bin/message/template/send"
NOTICE = "demo-notice-deadline"
DATA = {"thing1": "算力券", "time2": "2026年12月1日 17:00", "thing3": "企业网上提交", "thing4": "还剩7天"}


def valued(data: dict[str, str]) -> dict[str, dict[str, str]]:
    return {name: {"value": value} for name, value in data.items()}


async def send(stage: Stage, openid: str, **changed: Any) -> dict[str, Any]:
    asked = {"touser": openid, "template_id": "demo-template-deadline", "data": valued(DATA), **changed}
    return await stage.api("POST", SEND, asked, access_token=await stage.token())


async def notify(stage: Stage, openid: str, **changed: Any) -> int:
    asked = {"touser": openid, "template_id": NOTICE, "data": valued(DATA), **changed}
    path = "/cgi-bin/message/subscribe/bizsend"
    return int((await stage.api("POST", path, asked, access_token=await stage.token()))["errcode"])


async def cards(phone: Phone) -> list[Seen]:
    return [bubble for bubble in await phone.transcript() if bubble.kind in ("template", "notice")]


async def reports(stage: Stage, seconds: float = 30) -> list[dict[str, Any]]:
    """Return the reports until so many seconds have passed."""
    stage.clock.advance(timedelta(seconds=seconds))
    await stage.platform.settled()
    found: list[dict[str, Any]] = [posted.fields for posted in stage.posts]
    return found


async def test_a_follower_sees_the_card_and_the_result_comes_later_with_its_id(stage: Stage) -> None:
    phone = await stage.follower()
    answer = await send(stage, phone.openid, url="http://127.0.0.1/w")
    assert answer["errcode"] == 0
    card = (await phone.transcript())[-1]
    assert (card.side, card.kind, card.text, card.tail) == ("theirs", "template", "申报截止提醒", "http://127.0.0.1/w")
    assert card.rows[:2] == (("申报事项", "算力券"), ("截止时间", "2026年12月1日 17:00"))
    assert stage.posts == []
    await stage.seconds.pass_to(30)
    await stage.posted(1)
    result = stage.posts[0].fields
    assert (result["Event"], result["MsgID"], result["Status"]) == (
        "TEMPLATESENDJOBFINISH",
        str(answer["msgid"]),
        "success",
    )
    assert result["FromUserName"] == phone.openid


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"touser": "o-nobody"}, 40003),
        ({"template_id": "none"}, 40037),
        ({"template_id": "x" * 65}, 40036),
        ({"template_id": NOTICE}, 40037),
        ({"url": "ftp://127.0.0.1/"}, 40039),
        ({"miniprogram": {"appid": "wx1", "pagepath": "p"}}, 40165),
        ({"data": []}, 47001),
    ],
)
async def test_a_template_message_is_refused_with_its_code(stage: Stage, changed: dict[str, Any], code: int) -> None:
    phone = await stage.follower()
    assert (await send(stage, phone.openid, **changed))["errcode"] == code
    assert await cards(phone) == []


async def test_a_wrong_or_missing_field_is_named(stage: Stage) -> None:
    phone = await stage.follower()
    for changed, told in (
        ({"thing1": "算" * 21}, "data.thing1.value invalid"),
        ({"thing4": "一行\n两行"}, "data.thing4.value invalid"),
        ({"time2": "下周一"}, "data.time2.value invalid"),
        ({"thing3": ""}, "data.thing3.value is empty"),
    ):
        answer = await send(stage, phone.openid, data=valued({**DATA, **changed}))
        assert (answer["errcode"], answer["errmsg"].startswith(f"argument invalid! {told} rid: ")) == (47003, True)


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("thing1", ["算" * 20, "a 1，😀"], ["算" * 21, "", "a\nb"]),
        ("number1", ["12.5", "1" * 32, "-3"], ["1" * 33, "十", "1,2"]),
        ("letter1", ["abC"], ["a1", "a" * 33]),
        ("symbol1", ["#!"], ["######", "a"]),
        ("character_string1", ["A-1/b"], ["编号1", "a" * 33]),
        ("time1", ["15:01", "2019年10月1日 15:01", "2019-10-01 15:01", "9:00~11:30"], ["2019年10月1日", "三点"]),
        ("date1", ["2019年10月1日", "2019-10-01 15:01", "2026-01-01~2026-01-03"], ["10月1日", "15:01"]),
        ("amount1", ["¥100", "100.5元", "1234567890"], ["12345678901", "一百元", "￥￥1"]),
        ("phone_number1", ["+86-025-8888 8888"], ["1" * 18, "电话"]),
        ("car_number1", ["苏A12345"], ["苏A12345678"]),
        ("name1", ["王" * 10, "A" * 20], ["王" * 11, "A" * 21]),
        ("phrase1", ["已通过"], ["审核已经通过", "ok"]),
        ("const1", ["甲"], ["丙"]),
        ("keyword1", [], ["x"]),
    ],
)
def test_each_kind_of_field_has_its_limits(field: str, good: list[str], bad: list[str]) -> None:
    assert [value for value in good if not fits(field, value, ("甲", "乙"))] == []
    assert [value for value in bad if fits(field, value, ("甲", "乙"))] == []


async def test_an_old_template_cuts_and_mends_instead_of_refusing(stage: Stage) -> None:
    phone = await stage.follower()
    data = {"first": "您好", "keyword1": "受理😀" + "长" * 30, "keyword2": "一\n二", "remark": "再见"}
    assert (await send(stage, phone.openid, template_id="demo-template-industry", data=valued(data)))["errcode"] == 0
    assert (await cards(phone))[0].rows == (("业务名称", "受理" + "长" * 18), ("受理状态", "一 二"))


async def test_the_same_id_within_ten_minutes_is_accepted_and_shown_once(stage: Stage) -> None:
    phone, other = await stage.follower(), await stage.follower("国企·工程师")
    first = await send(stage, phone.openid, client_msg_id="row-1")
    assert await send(stage, phone.openid, client_msg_id="row-1") == first
    assert (await send(stage, other.openid, client_msg_id="row-1"))["msgid"] != first["msgid"]
    assert len(await cards(phone)) == 1
    stage.clock.advance(timedelta(minutes=10))
    assert (await send(stage, phone.openid, client_msg_id="row-1"))["msgid"] != first["msgid"]
    assert len(await cards(phone)) == 2


async def test_a_message_that_arrived_without_an_answer_is_shown_once_when_repeated_with_its_id(stage: Stage) -> None:
    phone = await stage.follower()
    stage.platform.faults.order(Fault(FaultKind.RESET_AFTER, SEND))
    with pytest.raises(aiohttp.ClientError):
        await send(stage, phone.openid, client_msg_id="row-1")
    assert (await send(stage, phone.openid, client_msg_id="row-1"))["errcode"] == 0
    assert len(await cards(phone)) == 1


async def test_who_left_gets_43004_and_who_comes_back_is_the_same_person(stage: Stage) -> None:
    phone = await stage.follower()
    await phone.unfollow()
    assert (await send(stage, phone.openid))["errcode"] == 43004
    await phone.follow()
    assert (await send(stage, phone.openid))["errcode"] == 0


async def test_somebody_who_wants_no_messages_shows_none_and_only_the_result_says_so(stage: Stage) -> None:
    phone = await stage.follower()
    await phone.mute()
    assert (await send(stage, phone.openid))["errcode"] == 0
    assert await stage.send(phone.openid, "不该看见") == 0
    assert (await cards(phone), "不该看见" in said(await phone.transcript())) == ([], False)
    assert (await reports(stage))[0]["Status"] == "failed:user block"
    stage.platform.switches.muted_is_told = True
    assert (await send(stage, phone.openid))["errcode"] == await stage.send(phone.openid) == 48002
    await phone.mute(on=False)
    assert (await send(stage, phone.openid))["errcode"] == 0
    assert len(await cards(phone)) == 1


async def test_the_platform_may_fail_afterwards(stage: Stage) -> None:
    phone = await stage.follower()
    stage.platform.switches.templates_fail = True
    await send(stage, phone.openid)
    assert (await reports(stage))[0]["Status"] == "failed: system failed"
    assert await cards(phone) == []


async def test_a_result_may_come_late_twice_never_or_before_the_answer(stage: Stage) -> None:
    phone = await stage.follower()
    mishaps = stage.platform.results.mishaps
    mishaps.late = True
    await send(stage, phone.openid)
    assert await reports(stage, 590) == []
    assert len(await reports(stage, 10)) == 1
    mishaps.late, mishaps.doubled = False, True
    await send(stage, phone.openid)
    one, other = (await reports(stage))[1:]
    assert (one["MsgID"], int(other["CreateTime"]) - int(one["CreateTime"])) == (other["MsgID"], 1)
    mishaps.doubled, mishaps.lost = False, True
    await send(stage, phone.openid)
    assert len(await reports(stage, 3600)) == 3
    mishaps.lost, mishaps.early = False, True
    answer = await send(stage, phone.openid)
    assert stage.posts[3].fields["MsgID"] == str(answer["msgid"])


async def test_a_stopped_template_is_refused_with_the_platforms_reason(stage: Stage) -> None:
    phone = await stage.follower()
    stage.platform.templates.add(Template("abused", "template", "推广", (("内容", "thing1"),), refuses=43116))
    assert (await send(stage, phone.openid, template_id="abused"))["errcode"] == 43116


async def test_an_account_that_is_not_certified_sends_none() -> None:
    async with Stage(options={"account": {"certified": False}}) as stage:
        phone = await stage.follower()
        assert ((await send(stage, phone.openid))["errcode"], await notify(stage, phone.openid)) == (48001, 48001)


async def test_each_yes_in_the_popup_lets_one_notice_through(stage: Stage) -> None:
    phone = await stage.follower()
    assert await notify(stage, phone.openid) == 43101
    await phone.answer_popup({NOTICE: "accept"})
    await phone.answer_popup({NOTICE: "accept", "demo-notice-event": "reject"})
    popups = [posted.fields["SubscribeMsgPopupEvent"]["List"] for posted in stage.posts]
    assert popups[0] == {"TemplateId": NOTICE, "SubscribeStatusString": "accept", "PopupScene": "1"}
    assert [one["SubscribeStatusString"] for one in popups[1]] == ["accept", "reject"]
    assert [await notify(stage, phone.openid, page="http://127.0.0.1/w") for _ in range(3)] == [0, 0, 43101]
    card = (await cards(phone))[0]
    assert (card.kind, card.text, card.tail) == ("notice", "申报截止提醒", "http://127.0.0.1/w")
    sent = [one for one in await reports(stage) if one["Event"] == "subscribe_msg_sent_event"]
    assert [one["SubscribeMsgSentEvent"]["List"]["ErrorCode"] for one in sent] == ["0", "0"]


async def test_refusing_in_the_settings_takes_every_grant_back(stage: Stage) -> None:
    phone = await stage.follower()
    await phone.answer_popup({NOTICE: "accept"})
    await phone.refuse_notices(NOTICE)
    change = stage.posts[-1].fields
    assert (change["Event"], change["SubscribeMsgChangeEvent"]["List"]["SubscribeStatusString"]) == (
        "subscribe_msg_change_event",
        "reject",
    )
    assert await notify(stage, phone.openid) == 43101
    with pytest.raises(PhoneError, match="订阅通知"):
        await phone.answer_popup({"none": "accept"})


async def test_a_wrong_field_uses_up_no_grant(stage: Stage) -> None:
    phone = await stage.follower()
    await phone.answer_popup({NOTICE: "accept"})
    assert await notify(stage, phone.openid, data=valued({**DATA, "thing1": ""})) == 47003
    assert await notify(stage, phone.openid) == 0


async def test_templates_are_listed(stage: Stage) -> None:
    token = await stage.token()
    path = "/cgi-bin/template/get_all_private_template"
    listed = (await stage.api("GET", path, access_token=token))["template_list"]
    assert "申报事项：{{thing1.DATA}}" in listed[0]["content"]
    notices = (await stage.api("GET", "/wxaapi/newtmpl/gettemplate", access_token=token))["data"]
    assert NOTICE in [one["priTmplId"] for one in notices]
