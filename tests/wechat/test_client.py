"""The client's calls: requests, valid answers, what is retried and what never is."""

import asyncio
from datetime import timedelta

import aiohttp
import pytest
from aiohttp import web

from bot.web.server import serve
from bot.wechat.api import Api, Article
from bot.wechat.calls import Calls, Credentials
from bot.wechat.errors import ApiRefusedError, ApiUncertainError, ApiUnreachableError
from bot.wechat.transport import ApiRequest
from storage.notices.access_tokens import AccessToken
from tests.wechat.scripted import NOW, ODD, OK, SECRET, SEND, TOKEN, Client, Shelf, refusal

QUESTION = ApiRequest("GET", "/cgi-bin/user/info", {"openid": "oA"})

# Requests.


async def test_chinese_goes_out_as_it_is_and_never_as_escapes(client: Client) -> None:
    client.says(SEND, OK)
    await client.api.send_text("oA", "第五条😀\ud800")
    body = client.platform.last()
    assert "第五条😀" in body.decode()
    assert b"\\u" not in body


async def test_a_card_goes_out_as_a_list_of_one(client: Client) -> None:
    client.says(SEND, OK)
    await client.api.send_article("oA", Article("题", "述", "http://p", "http://u"))
    assert b'"articles":[{"title":' in client.platform.last()


async def test_twenty_calls_at_once_need_one_token(client: Client) -> None:
    client.says(SEND, OK)
    await asyncio.gather(*(client.api.send_text("oA", "x") for _ in range(20)))
    assert client.platform.times() == {"/cgi-bin/stable_token": 1, SEND: 20}


# Valid answers.


@pytest.mark.parametrize("what", ODD)
async def test_a_send_without_a_believable_answer_is_uncertain_and_not_repeated(client: Client, what: str) -> None:
    client.says(SEND, ODD[what])
    with pytest.raises(ApiUncertainError):
        await client.api.send_text("oA", "x")
    assert client.platform.times()[SEND] == 1
    assert client.platform.slept == []


@pytest.mark.parametrize("what", ODD)
async def test_a_question_without_a_believable_answer_is_asked_again(client: Client, what: str) -> None:
    client.says("/cgi-bin/user/info", ODD[what], ODD[what], {"subscribe": 1, "openid": "oA"})
    assert (await client.calls.json(QUESTION, "subscribe"))["subscribe"]
    # aiohttp itself retries once if a used connection was closed.
    assert client.platform.times()["/cgi-bin/user/info"] == 3


async def test_a_question_is_not_asked_for_ever(client: Client) -> None:
    client.says("/cgi-bin/user/info", 502)
    with pytest.raises(ApiUncertainError):
        await client.calls.json(QUESTION, "subscribe")
    assert client.platform.times()["/cgi-bin/user/info"] == 4
    assert client.platform.slept == [1, 2, 4]


async def test_an_answer_with_odd_bytes_and_line_ends_is_read_leniently(client: Client) -> None:
    client.says("/cgi-bin/user/info", b'{"subscribe":1,"remark":"a\nb\xff","errmsg":"\x01"}')
    assert (await client.calls.json(QUESTION, "subscribe"))["remark"] == "a\nb"


async def test_an_endless_answer_is_left(client: Client) -> None:
    client.says(SEND, "x" * 5_000_000)
    with pytest.raises(ApiUncertainError, match="endless"):
        await client.api.send_text("oA", "x")


async def test_a_platform_that_cannot_be_reached_has_certainly_done_nothing() -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    async with aiohttp.ClientSession() as session:
        shelf = Shelf()
        shelf.token = AccessToken(TOKEN, NOW + timedelta(hours=2), NOW)
        calls = Calls(session, "http://127.0.0.1:9", Credentials("wx1", SECRET), shelf, lambda: NOW, sleep)
        with pytest.raises(ApiUnreachableError):
            await Api(calls).send_text("oA", "x")
    assert slept == [1]


async def test_a_slow_answer_is_uncertain(client: Client) -> None:
    async def stall(_request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.5)
        return web.json_response(OK)

    app = web.Application()
    app.router.add_post("/slow", stall)
    runner = await serve(app, "127.0.0.1", 0)
    client.calls.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    with pytest.raises(ApiUncertainError, match="in time"):
        await client.calls.answer(
            ApiRequest("POST", "/slow", seconds=0.05),
            lambda answer: answer.json("errcode"),
            is_send=True,
            with_token=False,
        )
    await runner.cleanup()


async def test_no_redirect_is_followed_with_a_token(client: Client) -> None:
    async def away(_request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("/cgi-bin/elsewhere")

    app = web.Application()
    app.router.add_post("/away", away)
    runner = await serve(app, "127.0.0.1", 0)
    client.calls.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    with pytest.raises(ApiUncertainError):
        await client.calls.answer(
            ApiRequest("POST", "/away"), lambda answer: answer.json("errcode"), is_send=True, with_token=False
        )
    await runner.cleanup()


# Refusals.


async def test_busy_is_repeated_three_times_for_questions_and_once_for_sends(client: Client) -> None:
    client.says("/cgi-bin/user/info", refusal(-1))
    client.says(SEND, refusal(-1))
    with pytest.raises(ApiRefusedError):
        await client.calls.json(QUESTION, "subscribe")
    assert client.platform.slept == [1, 2, 4]
    with pytest.raises(ApiRefusedError):
        await client.api.send_text("oA", "x")
    assert client.platform.times()[SEND] == 2


@pytest.mark.parametrize("number", [40001, 40014, 42001])
async def test_a_refused_token_is_replaced_and_the_call_repeated_once(client: Client, number: int) -> None:
    client.says(SEND, refusal(number), OK)
    await client.api.send_text("oA", "x")
    assert [query["access_token"] for path, query, _ in client.platform.calls if path == SEND] == [
        f"{TOKEN}-1",
        f"{TOKEN}-2",
    ]


async def test_a_token_refused_twice_is_an_alert_and_no_loop(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    client.says(SEND, refusal(40001))
    with pytest.raises(ApiRefusedError):
        await client.api.send_text("oA", "x")
    assert client.platform.times()[SEND] == 2
    assert [record.__dict__.get("action") for record in caplog.records] == ["alert"]


@pytest.mark.parametrize("number", [45015, 45047, 40003, 43004, 48002, 99999, 41001])
async def test_a_refusal_that_is_final_is_said_once_with_its_reaction(client: Client, number: int) -> None:
    client.says(SEND, refusal(number))
    with pytest.raises(ApiRefusedError) as caught:
        await client.api.send_text("oA", "x")
    assert (caught.value.number, caught.value.rid) == (number, "5f8a1c2e-0a1b2c3d-4e5f6a7b")
    assert client.platform.times()[SEND] == 1


async def test_after_the_daily_quota_the_address_rests_until_midnight_in_shanghai(client: Client) -> None:
    client.says(SEND, refusal(45009), OK)
    client.says("/cgi-bin/user/info", {"subscribe": 0})
    for now in (NOW, NOW.replace(hour=15, minute=59)):
        client.platform.now = now
        with pytest.raises(ApiRefusedError):
            await client.api.send_text("oA", "x")
    assert client.platform.times()[SEND] == 1
    assert not (await client.calls.json(QUESTION, "subscribe"))["subscribe"]
    client.platform.now = NOW.replace(hour=16)
    await client.api.send_text("oA", "x")


async def test_after_the_quota_of_the_minute_the_address_rests_until_the_next(client: Client) -> None:
    client.platform.now = NOW.replace(second=42)
    client.says(SEND, refusal(45011), OK)
    for second in (42, 59):
        client.platform.now = NOW.replace(second=second)
        with pytest.raises(ApiRefusedError):
            await client.api.send_text("oA", "x")
    assert client.platform.times()[SEND] == 1
    client.platform.now = NOW + timedelta(minutes=1)
    await client.api.send_text("oA", "x")


async def test_where_our_address_is_refused_every_call_rests(client: Client) -> None:
    client.says(SEND, refusal(40164))
    client.says("/cgi-bin/user/info", {"subscribe": 0})
    with pytest.raises(ApiRefusedError):
        await client.api.send_text("oA", "x")
    with pytest.raises(ApiRefusedError):
        await client.calls.json(QUESTION, "subscribe")
    client.platform.now = NOW + timedelta(minutes=10)
    await client.calls.json(QUESTION, "subscribe")


async def test_what_was_done_before_under_the_same_id_counts_as_done(client: Client) -> None:
    client.says("/mass", {"errcode": 45065, "errmsg": "clientmsgid exist", "msg_id": 7})
    assert (await client.calls.json(ApiRequest("POST", "/mass", body=b"{}"), "msg_id", is_send=True))["msg_id"] == 7
