"""Mass messages: jobs, counts, months and repeats (protocol §4, statement 25)."""

from datetime import timedelta
from typing import Any

import pytest
from aiohttp import FormData

from bot.simulator.faults import Fault, FaultKind
from tests.simulator.phone import Phone
from tests.simulator.stage import Stage, said

SEND = "/cgi-bin/message/mass/send"


async def mass(stage: Stage, name: str, **asked: Any) -> dict[str, Any]:
    return await stage.api("POST", f"/cgi-bin/message/mass/{name}", asked, access_token=await stage.token())


async def send(stage: Stage, openids: object, words: str = "通知", **more: Any) -> dict[str, Any]:
    return await mass(stage, "send", touser=openids, msgtype="text", text={"content": words}, **more)


async def two_phones(stage: Stage) -> list[Phone]:
    phones = [await stage.follower("企业·财务"), await stage.follower("国企·工程师")]
    stage.posts.clear()
    return phones


async def done(stage: Stage, seconds: float = 5) -> dict[str, Any]:
    """Return the last report after so many seconds, and once more for the report itself."""
    for _ in range(2):
        stage.clock.advance(timedelta(seconds=seconds))
        await stage.platform.settled()
    return stage.posts[-1].fields if stage.posts else {}


def next_month(stage: Stage) -> None:
    stage.clock.advance(timedelta(days=32))


async def test_a_job_is_submitted_then_done_shown_and_reported_with_its_counts(stage: Stage) -> None:
    phones = await two_phones(stage)
    answer = await send(stage, [phone.openid for phone in phones])
    assert (answer["errcode"], answer["errmsg"]) == (0, "send job submission success")
    assert (await mass(stage, "get", msg_id=answer["msg_id"]))["msg_status"] == "SENDING"
    assert "通知" not in said(await phones[0].transcript())
    report = await done(stage)
    assert (await mass(stage, "get", msg_id=answer["msg_id"]))["msg_status"] == "SEND_SUCCESS"
    assert [said(await phone.transcript())[-1] for phone in phones] == ["通知", "通知"]
    assert (report["FromUserName"], report["MsgID"], report["Status"]) == (
        "mphelper",
        str(answer["msg_id"]),
        "send success",
    )
    counts = [report[name] for name in ("TotalCount", "FilterCount", "SentCount", "ErrorCount")]
    assert counts == ["2", "2", "2", "0"]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"touser": "o1"}, 40031),
        ({"touser": ["o1"]}, 40130),
        ({"touser": [f"o{number}" for number in range(10_001)]}, 40032),
        ({"msgtype": "dance"}, 40008),
        ({"text": {"content": ""}}, 44004),
        ({"text": {"content": "策" * 683}}, 45002),
        ({"clientmsgid": "x" * 33}, 45067),
        ({"msgtype": "voice", "voice": {"media_id": "none"}}, 40007),
    ],
)
async def test_a_job_the_platform_does_not_take_has_its_code(stage: Stage, asked: dict[str, Any], code: int) -> None:
    body = {"touser": ["o1", "o2"], "msgtype": "text", "text": {"content": "通知"}, **asked}
    assert (await mass(stage, "send", **body))["errcode"] == code


async def test_ten_thousand_are_taken_and_the_gone_are_counted_as_errors(stage: Stage) -> None:
    crowd = stage.platform.followers.crowd(9_999, stage.clock.now())
    assert (await send(stage, [*crowd, "o-nobody"]))["errcode"] == 0
    report = await done(stage)
    assert (report["TotalCount"], report["SentCount"], report["ErrorCount"]) == ("10000", "9999", "1")
    async with stage.session.get(stage.url + "/phones") as response:
        assert (await response.json())["phones"] == []


async def test_the_fifth_of_a_month_is_filtered_for_that_person_only(stage: Stage) -> None:
    phones = await two_phones(stage)
    newcomer = await stage.follower("市工信局")
    both = [phone.openid for phone in phones]
    for number in range(4):
        await send(stage, both, f"第 {number} 条")
    await done(stage)
    await send(stage, [*both, newcomer.openid], "第五条")
    report = await done(stage)
    assert (report["TotalCount"], report["FilterCount"], report["SentCount"]) == ("3", "1", "1")
    assert "第五条" not in said(await phones[0].transcript())
    assert said(await newcomer.transcript())[-1] == "第五条"
    next_month(stage)
    await send(stage, both, "新的一月")
    await done(stage)
    assert said(await phones[0].transcript())[-1] == "新的一月"


async def test_who_wants_no_messages_is_filtered_and_who_left_is_an_error(stage: Stage) -> None:
    phones = await two_phones(stage)
    await phones[0].mute()
    await phones[1].unfollow()
    await send(stage, [phone.openid for phone in phones])
    report = await done(stage)
    assert (report["Status"], report["FilterCount"], report["ErrorCount"]) == ("send fail", "1", "1")


async def test_an_administrator_may_refuse_the_whole_job(stage: Stage) -> None:
    phones = await two_phones(stage)
    stage.platform.switches.mass_refusal = "err(40001)"
    answer = await send(stage, [phone.openid for phone in phones])
    report = await done(stage)
    assert (report["Status"], report["SentCount"], report["ErrorCount"]) == ("err(40001)", "0", "2")
    assert (await mass(stage, "get", msg_id=answer["msg_id"]))["msg_status"] == "SEND_FAIL"
    assert "通知" not in said(await phones[0].transcript())


async def test_one_clientmsgid_is_taken_once_in_24_hours(stage: Stage) -> None:
    openids = [phone.openid for phone in await two_phones(stage)]
    first = await send(stage, openids, clientmsgid="broadcast-1")
    again = await send(stage, openids, clientmsgid="broadcast-1")
    assert (again["errcode"], again["msgid"]) == (45065, first["msg_id"])
    assert (await send(stage, openids, clientmsgid="broadcast-1"))["errcode"] == 45066
    stage.clock.advance(timedelta(minutes=1))
    assert (await send(stage, openids, clientmsgid="broadcast-1"))["errcode"] == 45065
    stage.clock.advance(timedelta(hours=24))
    assert (await send(stage, openids, clientmsgid="broadcast-1"))["errcode"] == 0


async def test_a_strict_platform_wants_a_minute_before_any_repeat(stage: Stage) -> None:
    stage.platform.switches.mass_repeats_wait = True
    openids = [phone.openid for phone in await two_phones(stage)]
    await send(stage, openids, clientmsgid="broadcast-1")
    assert (await send(stage, openids, clientmsgid="broadcast-1"))["errcode"] == 45066
    stage.clock.advance(timedelta(minutes=1))
    assert (await send(stage, openids, clientmsgid="broadcast-1"))["errcode"] == 45065


async def test_a_job_whose_answer_was_lost_is_done_once_when_asked_for_again(stage: Stage) -> None:
    phones = await two_phones(stage)
    stage.platform.faults.order(Fault(FaultKind.EMPTY, SEND))
    with pytest.raises(ValueError, match="Expecting value"):
        await send(stage, [phone.openid for phone in phones], clientmsgid="b1")
    assert (await send(stage, [phone.openid for phone in phones], clientmsgid="b1"))["errcode"] == 45065
    await done(stage)
    assert said(await phones[0].transcript()).count("通知") == 1


async def test_the_61st_of_a_minute_is_refused(stage: Stage) -> None:
    stage.clock.advance(timedelta(seconds=60 - stage.clock.now().timestamp() % 60))
    token = await stage.token()
    asked = {"touser": ["o1", "o2"], "msgtype": "text", "text": {"content": "通知"}}
    codes = [(await stage.api("POST", SEND, asked, access_token=token))["errcode"] for _ in range(61)]
    assert codes == [0] * 60 + [45011]


async def test_everybody_may_be_written_to_once_a_day_and_four_times_a_month(stage: Stage) -> None:
    phones = await two_phones(stage)

    async def to_all() -> int:
        asked = {"filter": {"is_to_all": True}, "msgtype": "text", "text": {"content": "致大家"}}
        return int((await mass(stage, "sendall", **asked))["errcode"])

    next_month(stage)
    stage.clock.advance(timedelta(days=1 - stage.clock.now().day) + timedelta(days=31))
    assert [await to_all(), await to_all()] == [0, 45028]
    for expected in (0, 0, 0, 45028):
        stage.clock.advance(timedelta(days=1))
        assert await to_all() == expected
    report = await done(stage)
    assert report["TotalCount"] == "2"
    assert said(await phones[1].transcript()).count("致大家") == 4


async def test_there_are_no_tags_to_choose_by_and_no_such_job(stage: Stage) -> None:
    text = {"msgtype": "text", "text": {"content": "江宁的企业"}}
    assert (await mass(stage, "sendall", filter={"is_to_all": False, "tag_id": 999}, **text))["errcode"] == 40152
    assert (await mass(stage, "get", msg_id=1))["errcode"] == 40059


async def test_articles_are_a_job_with_an_id_of_their_data(stage: Stage) -> None:
    openids = [phone.openid for phone in await two_phones(stage)]
    form = FormData()
    form.add_field("media", b"\xff\xd8draft", filename="d.jpg", content_type="image/jpeg")
    token = await stage.token()
    media_id = (await stage.api("POST", "/cgi-bin/media/upload", form, access_token=token, type="image"))["media_id"]
    news = await mass(stage, "send", touser=openids, msgtype="mpnews", mpnews={"media_id": media_id})
    assert news["msg_data_id"]


async def test_a_report_may_come_before_the_answer_twice_late_or_never(stage: Stage) -> None:
    openids = [phone.openid for phone in await two_phones(stage)]
    mishaps = stage.platform.results.mishaps
    mishaps.early = mishaps.doubled = True
    answer = await send(stage, openids)
    assert [posted.fields["MsgID"] for posted in stage.posts] == [str(answer["msg_id"])] * 2
    mishaps.early = mishaps.doubled = False
    mishaps.late = True
    await send(stage, openids)
    await done(stage)
    assert len(stage.posts) == 2
    await done(stage, 600)
    assert len(stage.posts) == 3
    mishaps.late, mishaps.lost = False, True
    await send(stage, openids)
    await done(stage, 3600)
    assert len(stage.posts) == 3
