"""Pending notices are shown with the next reply, once, and can be read again."""

from config.topics import NoticeTopic
from storage.engine.transactions import Tx
from storage.notices import outbox
from storage.people import people
from tests.conversations.stage import Stage, openid_of, said


def _plan(tx: Tx, openid: str, count: int) -> list[bool]:
    person = people.meet(tx, openid).id
    return [
        outbox.plan(tx, key=f"story:{n}", person_id=person, topic=NoticeTopic.ROSTER, text=f"第{n}件事")
        for n in range(count)
    ]


async def test_notices_stand_above_the_next_reply_once_and_are_listed_again(stage: Stage) -> None:
    phone = stage.phone("王会计")
    await phone.follow()
    openid = openid_of(stage, "王会计")
    assert await stage.database().write(_plan, openid, 4) == [True] * 4
    assert await stage.database().write(_plan, openid, 4) == [False] * 4, "planning twice plans once"
    first = said(await phone.say("帮助"))
    assert first.startswith("【消息】第0件事\n【消息】第1件事\n【消息】第2件事\n另有1条")
    assert "我能做这些" in first
    assert said(await phone.say("帮助")).startswith("【消息】第3件事\n———")
    assert said(await phone.say("帮助")).startswith("我能做这些")
    listed = said(await phone.say("我的消息"))
    assert [f"第{n}件事" in listed for n in range(4)] == [True] * 4


async def test_whoever_leaves_is_told_nothing_any_more(stage: Stage) -> None:
    phone = stage.phone("王会计")
    await phone.follow()
    await stage.database().write(_plan, openid_of(stage, "王会计"), 1)
    await phone.unfollow()
    await phone.follow()
    assert "第0件事" not in said(await phone.say("我的消息"))
