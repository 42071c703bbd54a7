"""How pushes are posted, repeated and given up (protocol §4, statements 2-5, 8, 9)."""

import asyncio

from aiohttp import web

from bot.simulator.feed import Change
from bot.simulator.wire import sign
from tests.simulator.stage import TOKEN, Posted, Stage, reply, said, text


def is_answered(change: Change | None) -> bool:
    """Tell whether this change reports a push answered by the callback."""
    attempts = change.data.get("attempts") if change else None
    return isinstance(attempts, list) and bool(attempts) and attempts[-1]["status"] == 200


async def test_a_post_carries_signature_timestamp_nonce_and_openid(stage: Stage) -> None:
    phone = await stage.follower()
    await phone.say("你好")
    query = stage.posts[0].query
    assert set(query) == {"signature", "timestamp", "nonce", "openid"}
    assert query["signature"] == sign(TOKEN, query["timestamp"], query["nonce"])
    assert query["openid"] == phone.openid == stage.posts[0].fields["FromUserName"]


async def test_silence_is_asked_three_times_five_seconds_apart_and_ends_in_the_failure_line(stage: Stage) -> None:
    phone = await stage.follower()
    never = asyncio.Event()

    async def silence(_posted: Posted) -> web.StreamResponse:
        await never.wait()
        return web.Response()

    stage.answer = silence
    shown = asyncio.create_task(phone.say("在吗"))
    for count, moment in ((1, 4.99), (2, 9.99), (3, 14.99)):
        await stage.posted(count)
        await stage.seconds.pass_to(moment)
        assert len(stage.posts) == count
        await stage.seconds.pass_to(moment + 0.01)
    failure = await shown
    assert [posted.at for posted in stage.posts] == [0, 5, 10]
    assert len({posted.body for posted in stage.posts}) == len({str(posted.query) for posted in stage.posts}) == 1
    assert [bubble.text for bubble in failure] == ["该公众号提供的服务出现故障，请稍后再试"]
    never.set()


async def test_an_answer_after_4_9_seconds_counts(stage: Stage) -> None:
    phone = await stage.follower()

    async def slow(posted: Posted) -> web.StreamResponse:
        await stage.seconds.sleep(4.9)
        return reply(posted, text("赶上了"))

    stage.answer = slow
    shown = asyncio.create_task(phone.say("快"))
    await stage.posted(1)
    await stage.seconds.pass_to(4.9)
    bubbles = await shown
    assert said(bubbles) == ["赶上了"]
    assert (bubbles[0].seconds, bubbles[0].attempt, len(stage.posts)) == (4.9, 1, 1)


async def test_an_answer_after_5_1_seconds_is_discarded_and_the_next_attempt_is_on_its_way(stage: Stage) -> None:
    phone = await stage.follower()

    async def slow(posted: Posted) -> web.StreamResponse:
        if len(stage.posts) == 1:
            await stage.seconds.sleep(5.1)
            return reply(posted, text("迟到"))
        await stage.seconds.sleep(0.2)
        return reply(posted, text("第二次"))

    stage.answer = slow
    shown = asyncio.create_task(phone.say("慢"))
    await stage.posted(1)
    await stage.seconds.pass_to(5.0)
    await stage.posted(2)
    await stage.seconds.pass_to(5.2)
    assert said(await shown) == ["第二次"]
    assert said(await phone.transcript())[-2:] == ["慢", "第二次"]


async def test_success_or_an_empty_body_at_any_attempt_ends_it_and_shows_nothing(stage: Stage) -> None:
    phone = await stage.follower()
    for body in ("success", ""):
        stage.posts.clear()
        start = stage.seconds.now

        async def second_time(_posted: Posted, body: str = body) -> web.StreamResponse:
            if len(stage.posts) == 1:
                await stage.seconds.sleep(60)
            return web.Response(text=body)

        stage.answer = second_time
        shown = asyncio.create_task(phone.say("嗯"))
        await stage.posted(1)
        await stage.seconds.pass_to(start + 5)
        assert await shown == []
        assert len(stage.posts) == 2


async def test_other_statuses_and_dropped_connections_are_tried_again(stage: Stage) -> None:
    phone = await stage.follower()

    async def troubled(posted: Posted) -> web.StreamResponse:
        if len(stage.posts) == 1:
            return web.Response(status=502, text="<html>")
        if len(stage.posts) == 2:
            raise ConnectionResetError
        return reply(posted, text("好了"))

    stage.answer = troubled
    shown = asyncio.create_task(phone.say("喂"))
    for count in (1, 2):
        await stage.posted(count)
        await stage.seconds.pass_to(5.0 * count)
    assert said(await shown) == ["好了"]


async def test_two_answers_to_one_push_are_never_both_shown(stage: Stage) -> None:
    """The receiver here does not dedupe: it answers each attempt, the first one late."""
    phone = await stage.follower()

    async def each_time(posted: Posted) -> web.StreamResponse:
        number = len(stage.posts)
        await stage.seconds.sleep(6 if number == 1 else 2)
        return reply(posted, text(f"第 {number} 次"))

    stage.answer = each_time
    shown = asyncio.create_task(phone.say("一次就好"))
    await stage.posted(1)
    await stage.seconds.pass_to(5)
    await stage.posted(2)
    await stage.seconds.pass_to(7)
    assert said(await shown) == ["第 2 次"]
    assert stage.posts[0].fields["MsgId"] == stage.posts[1].fields["MsgId"]


async def test_the_next_message_may_arrive_before_this_one(stage: Stage) -> None:
    phone = await stage.follower()
    stage.platform.courier.disorder.swap = True
    with stage.platform.feed.listen() as changes:
        first = asyncio.create_task(phone.say("甲"))
        while (change := await changes.get()) and change.data.get("outcome") != "held":
            pass
    await phone.say("乙")
    await first
    assert [posted.fields["Content"] for posted in stage.posts] == ["乙", "甲"]


async def test_a_lost_answer_brings_the_message_again_after_a_later_one(stage: Stage) -> None:
    phone = await stage.follower()

    async def number(posted: Posted) -> web.StreamResponse:
        return reply(posted, text(f"{posted.fields['Content']} {len(stage.posts)}"))

    stage.answer = number
    stage.platform.courier.disorder.lose_first = True
    with stage.platform.feed.listen() as changes:
        first = asyncio.create_task(phone.say("甲"))
        while not is_answered(await changes.get()):
            pass
    stage.platform.courier.disorder.lose_first = False
    assert said(await phone.say("乙"))[-1] == "乙 2"
    await stage.seconds.pass_to(5)
    assert said(await first)[-1] == "甲 3"


async def test_a_push_may_come_once_more_after_its_answer_and_that_answer_is_not_shown(stage: Stage) -> None:
    phone = await stage.follower()

    async def number(posted: Posted) -> web.StreamResponse:
        return reply(posted, text(f"第 {len(stage.posts)} 次"))

    stage.answer = number
    stage.platform.courier.disorder.twice = True
    assert said(await phone.say("再来")) == ["第 1 次"]
    assert [posted.body for posted in stage.posts] == [stage.posts[0].body] * 2
