"""Quotas, request ids and ordered faults (protocol §4, statements 27-29)."""

import asyncio
import re
from datetime import timedelta

import aiohttp
import pytest

from bot.simulator.faults import Fault, FaultKind
from tests.simulator.stage import APP_ID, SECRET, Stage, said


async def test_quotas_are_counted_told_and_cleared_ten_times_a_month(stage: Stage) -> None:
    phone = await stage.follower()
    await phone.say("你好")
    path = "/cgi-bin/message/custom/send"
    stage.platform.api.quotas.daily[path] = 2
    assert [await stage.send(phone.openid) for _ in range(3)] == [0, 0, 45009]
    token = await stage.token()
    told = await stage.api("POST", "/cgi-bin/openapi/quota/get", {"cgi_path": path}, access_token=token)
    assert told["quota"] == {"daily_limit": 2, "used": 2, "remain": 0}
    cleared = [
        (await stage.api("POST", "/cgi-bin/clear_quota", {"appid": APP_ID}, access_token=token))["errcode"]
        for _ in range(10)
    ]
    eleventh = await stage.api("POST", "/cgi-bin/clear_quota/v2", appid=APP_ID, appsecret=SECRET)
    assert (cleared, eleventh["errcode"]) == ([0] * 10, 48006)
    assert await stage.send(phone.openid) == 0


async def test_a_day_begins_at_midnight_in_beijing(stage: Stage) -> None:
    path = "/cgi-bin/get_current_autoreply_info"
    stage.platform.api.quotas.daily[path] = 1
    beijing = stage.clock.now() + timedelta(hours=8)
    midnight = timedelta(days=1) - timedelta(hours=beijing.hour, minutes=beijing.minute, seconds=beijing.second)
    await stage.api("GET", path, access_token=await stage.token())
    stage.clock.advance(midnight - timedelta(minutes=1))
    assert (await stage.api("GET", path, access_token=await stage.token()))["errcode"] == 45009
    stage.clock.advance(timedelta(minutes=1))
    assert "is_autoreply_open" in await stage.api("GET", path, access_token=await stage.token())


async def test_any_code_can_be_ordered(stage: Stage) -> None:
    phone = await stage.follower()
    stage.platform.faults.order(Fault(FaultKind.REFUSED, openid=phone.openid, code=50002, count=2))
    assert [await stage.send(phone.openid) for _ in range(3)] == [50002, 50002, 0]


async def test_the_minute_has_a_quota_of_its_own(stage: Stage) -> None:
    stage.platform.api.quotas.per_minute["/cgi-bin/get_current_autoreply_info"] = 2
    stage.clock.advance(timedelta(seconds=60 - stage.clock.now().timestamp() % 60))
    token = await stage.token()
    codes = []
    for _ in range(3):
        codes.append(
            (await stage.api("GET", "/cgi-bin/get_current_autoreply_info", access_token=token)).get("errcode", 0)
        )
    assert codes == [0, 0, 45011]
    stage.clock.advance(timedelta(seconds=60))
    assert "is_autoreply_open" in await stage.api("GET", "/cgi-bin/get_current_autoreply_info", access_token=token)


async def test_every_refusal_ends_with_its_rid(stage: Stage) -> None:
    token = await stage.token()
    asked: list[tuple[str, str, object]] = [
        ("GET", "/cgi-bin/token", None),
        ("GET", "/cgi-bin/dance", None),
        ("POST", "/cgi-bin/message/template/send", {}),
        ("POST", "/cgi-bin/message/mass/send", {"touser": []}),
        ("POST", "/cgi-bin/menu/create", {"button": []}),
        ("GET", "/cgi-bin/menu/get", None),
        ("GET", "/sns/auth", None),
    ]
    for method, path, body in asked:
        answer = await stage.api(method, path, body, access_token=token)
        assert answer["errcode"] != 0
        assert re.search(r" rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$", answer["errmsg"]), path


async def test_a_rid_finds_its_call_for_seven_days(stage: Stage) -> None:
    refused = await stage.api("GET", "/cgi-bin/get_current_autoreply_info", access_token="wrong")
    rid = refused["errmsg"].rsplit("rid: ", 1)[1]
    found = await stage.api("POST", "/cgi-bin/openapi/rid/get", {"rid": rid}, access_token=await stage.token())
    assert found["request"]["request_url"] == "/cgi-bin/get_current_autoreply_info"
    assert "40001" in found["request"]["response_body"]
    stage.clock.advance(timedelta(days=7))
    late = await stage.api("POST", "/cgi-bin/openapi/rid/get", {"rid": rid}, access_token=await stage.token())
    assert late["errcode"] == 76001


@pytest.mark.parametrize(
    ("kind", "status", "body", "delivered"),
    [
        (FaultKind.BUSY, 200, '{"errcode": -1', False),
        (FaultKind.BAD_GATEWAY, 502, "<html>", False),
        (FaultKind.EMPTY, 200, "", True),
        (FaultKind.TRUNCATED, 200, '{"errcode"', True),
        (FaultKind.RESET_BEFORE, 0, "", False),
        (FaultKind.RESET_AFTER, 0, "", True),
    ],
)
async def test_an_ordered_fault_strikes_once_before_or_after_the_message_is_delivered(
    stage: Stage, kind: FaultKind, status: int, body: str, delivered: bool
) -> None:
    phone = await stage.follower()
    token = await stage.token()
    stage.platform.faults.order(Fault(kind, "/cgi-bin/message/custom/send", phone.openid))
    asked = {"touser": phone.openid, "msgtype": "text", "text": {"content": "once"}}
    seen, answer = 0, ""
    try:
        address = f"{stage.url}/cgi-bin/message/custom/send?access_token={token}"
        async with stage.session.post(address, json=asked) as response:
            seen, answer = response.status, await response.text()
    except aiohttp.ClientError:
        pass
    assert seen == status
    assert answer.startswith(body)
    assert ("once" in said(await phone.transcript())) is delivered
    assert await stage.send(phone.openid) == 0


async def test_a_stalled_call_is_answered_after_thirty_seconds(stage: Stage) -> None:
    token = await stage.token()
    stage.platform.faults.order(Fault(FaultKind.STALL, "/cgi-bin/get_current_autoreply_info"))
    call = asyncio.create_task(stage.api("GET", "/cgi-bin/get_current_autoreply_info", access_token=token))
    await stage.seconds.asleep.wait()
    await stage.seconds.pass_to(29.9)
    assert not call.done()
    await stage.seconds.pass_to(30)
    assert "is_autoreply_open" in await call


async def test_a_fault_for_somebody_else_does_not_strike(stage: Stage) -> None:
    phone = await stage.follower()
    stage.platform.faults.order(Fault(FaultKind.BUSY, openid="somebody-else"))
    assert await stage.send(phone.openid) == 0
