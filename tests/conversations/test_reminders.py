"""A firm is reminded of its own step in time, dismisses it with a tap, uses digest or off; changes are corrected."""

from datetime import datetime, timedelta

import pytest

from bot.app import TICKS
from config.markup import visible_length
from storage.engine.transactions import Tx
from storage.notices import outbox
from storage.policy import published_details
from storage.reminders import reminders
from tests.conversations.stage import Stage, openid_of, register, said
from tests.details import CLOSES, a_window, publish


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def wait_until(stage: Stage, moment: datetime) -> None:
    stage.clock.advance(moment - stage.clock.now())


async def tick(stage: Stage) -> None:
    await stage.app()[TICKS].scheduler.get_job("reminders").args[0].run()


async def told(stage: Stage) -> list[str]:
    """Return every unsent reminder in the outbox, in planning order."""

    def texts(tx: Tx) -> list[str]:
        rows = tx.execute(outbox.OUTBOX.select().where(outbox.OUTBOX.c.topic == "reminder").order_by("id"))
        return [tx.cipher.open(row.text, f"outbox.text:{row.key}") for row in rows if row.state == "new"]

    return await stage.database().read(texts)


async def test_a_firm_is_reminded_in_time_taps_done_and_hears_no_more(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    await stage.database().write(publish, a_window())
    await tick(stage)
    assert await told(stage) == [], "forty days before nothing is due"
    wait_until(stage, shanghai("2026-12-08T09:00:30"))
    await tick(stage)
    await tick(stage)
    (text,) = await told(stage)
    assert "【提醒】8.1 " in text
    assert "企业网上提交截至2026年12月15日17:00（区审核2026年12月18日24点），还剩7天。" in text
    assert "依据：〈算力券申报通知〉（市工信局）。" in text
    assert "为何提醒：" in text
    assert visible_length(text) <= 300
    reply = said(await phone.say("帮助"))
    assert "还剩7天" in reply
    done = said(await phone.say("已报 W1-0"))
    assert "已记下：贵公司2026-12-08已报" in done
    wait_until(stage, shanghai("2026-12-14T09:01:00"))
    await tick(stage)
    assert await told(stage) == []
    assert "已报" in said(await phone.say("我的提醒"))
    overview = said(await phone.say("我能享受什么"))
    assert "按贵公司所说：8.1 已报（2026-12-08）" in overview
    receipt = next(line for line in overview.splitlines() if "回执" in line).split("回执 ")[1].split("，")[0]
    assert "按贵公司所说：8.1 已报（2026-12-08）" in said(await phone.say(f"回执 {receipt}"))
    await phone.say("撤销 W1-0")
    assert "按贵公司所说" not in said(await phone.say("我能享受什么"))


async def test_what_was_tapped_by_mistake_is_taken_back(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    await stage.database().write(publish, a_window())
    await tick(stage)
    wait_until(stage, shanghai("2026-12-08T09:01:00"))
    await tick(stage)
    await phone.say("不办 W1-0")
    assert "照常提醒" in said(await phone.say("撤销 W1-0"))
    wait_until(stage, shanghai("2026-12-11T09:01:00"))
    await tick(stage)
    (text,) = await told(stage)
    assert "还剩4天" in text, "three days before is a Saturday: the Friday before it"
    wait_until(stage, shanghai("2026-12-14T09:01:00"))
    await tick(stage)
    assert (await told(stage))[-1].startswith("（明天到期，单独提醒）【提醒】")


@pytest.mark.parametrize("code", ["W1-0", "W999-0", "K3-1", "W1-0-0-0", "Q1"])
async def test_nobody_ends_what_they_were_never_reminded_of(stage: Stage, code: str) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    await stage.database().write(publish, a_window())
    assert "没有这条提醒" in said(await phone.say(f"已报 {code}"))


async def test_whoever_unsubscribes_hears_nothing_at_once_and_may_come_back(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    await stage.database().write(publish, a_window())
    await tick(stage)
    wait_until(stage, shanghai("2026-12-08T09:01:00"))
    await tick(stage)
    reply = said(await phone.say("退订"))
    assert "已退订" in reply
    assert "为什么" not in reply
    assert await told(stage) == []
    assert "到期提醒：关" in said(await phone.say("提醒设置"))
    wait_until(stage, shanghai("2026-12-11T09:01:00"))
    await tick(stage)
    assert await told(stage) == []
    assert "已恢复" in said(await phone.say("恢复订阅"))
    wait_until(stage, shanghai("2026-12-14T09:01:00"))
    await tick(stage)
    assert len(await told(stage)) == 1


async def test_several_of_one_morning_are_one_message_and_the_urgent_one_stands_alone(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    later = a_window(closes=CLOSES + timedelta(days=1), title="第二批算力券")
    urgent = a_window(closes=shanghai("2026-12-09T17:00:00"), title="加急通知")
    for window in (a_window(), later, urgent):
        await stage.database().write(publish, window)
    await tick(stage)
    await phone.say("提醒 到期提醒 汇总")
    wait_until(stage, shanghai("2026-12-08T09:01:00"))
    await tick(stage)
    wait_until(stage, shanghai("2026-12-09T09:01:00"))
    await tick(stage)
    texts = await told(stage)
    assert [text for text in texts if "单独提醒" in text and "加急通知" in text]
    assert all(visible_length(text) <= 300 for text in texts)


async def test_the_mornings_reminders_are_one_message(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    for title in ("甲通知", "乙通知", "丙通知"):
        await stage.database().write(publish, a_window(title=title))
    await tick(stage)
    wait_until(stage, shanghai("2026-12-08T09:01:00"))
    await tick(stage)
    (text,) = await told(stage)
    assert text.startswith("【提醒】今天有3件：\n1. 8.1 ")
    assert text.count("还剩7天") == 3
    listed = said(await phone.say("我的提醒"))
    assert "不办" in listed


async def test_a_changed_deadline_withdraws_what_is_unsent_and_corrects_what_was_said(stage: Stage) -> None:
    heard, unheard = stage.phone("企业·财务"), stage.phone("企业·总经理")
    await register(heard)
    await register(unheard)
    detail_id = await stage.database().write(publish, a_window())
    await tick(stage)
    wait_until(stage, shanghai("2026-12-08T09:01:00"))
    await tick(stage)
    assert "还剩7天" in said(await heard.say("帮助"))
    assert len(await told(stage)) == 1

    def change(tx: Tx) -> None:
        published_details.replace(tx, detail_id, a_window(closes=shanghai("2026-12-22T17:00:00")), 1)
        published_details.set_state(tx, detail_id, "waiting", 1)

    await stage.database().write(change)
    await tick(stage)
    assert len(await told(stage)) == 1, "while the change waits for its approval nobody is told anything"

    def approve(tx: Tx) -> None:
        published_details.set_state(tx, detail_id, "published", 2)

    await stage.database().write(approve)
    await tick(stage)
    texts = await told(stage)
    corrections = [text for text in texts if text.startswith("更正")]
    assert len(corrections) == 1
    assert "截止时间2026年12月15日17:00已改为2026年12月22日17:00" in corrections[0]
    assert not [text for text in texts if "12月15日17:00" in text and not text.startswith("更正")]
    assert "已改为" in said(await heard.say("帮助"))
    wait_until(stage, shanghai("2026-12-15T09:01:00"))
    await tick(stage)
    assert len([text for text in await told(stage) if "12月22日17:00" in text and "还剩7天" in text]) == 2


async def test_a_withdrawn_notice_is_called_off(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    detail_id = await stage.database().write(publish, a_window())
    await tick(stage)
    wait_until(stage, shanghai("2026-12-08T09:01:00"))
    await tick(stage)
    await phone.say("帮助")

    def withdraw(tx: Tx) -> None:
        published_details.set_state(tx, detail_id, "withdrawn", 1, "作废")

    await stage.database().write(withdraw)
    await tick(stage)
    (text,) = await told(stage)
    assert text.startswith("更正：此前提醒的“8.1 ")
    assert "已取消" in text


async def test_ones_own_mark_is_said_at_its_hour_and_to_nobody_else(stage: Stage) -> None:
    phone = stage.phone("王会计")
    await phone.follow()
    await tick(stage)
    assert "记下了：2026年11月21日10:30提醒您“交年报”" in said(await phone.say("提醒我 11月21日10:30 交年报"))
    assert "没看懂时间" in said(await phone.say("提醒我 交年报"))
    assert "交年报" in said(await phone.say("我的提醒"))
    wait_until(stage, shanghai("2026-11-21T10:29:00"))
    await tick(stage)
    assert await told(stage) == []
    wait_until(stage, shanghai("2026-11-21T10:31:00"))
    await tick(stage)
    (text,) = await told(stage)
    assert "您让我提醒：交年报" in text


@pytest.mark.parametrize(
    ("typed", "when"),
    [
        ("下周五提醒我交材料", "2026年11月13日09:00"),
        ("明天下午3点提醒我一下交材料", "2026年11月6日15:00"),
        ("请在12月1日提醒我们交材料", "2026年12月1日09:00"),
        ("提醒我一下 明天 交材料", "2026年11月6日09:00"),
        ("11月21日10:30，提醒我：交材料", "2026年11月21日10:30"),
    ],
)
async def test_the_day_may_come_first(stage: Stage, typed: str, when: str) -> None:
    phone = stage.phone("王会计")
    await phone.follow()
    assert f"记下了：{when}提醒您“交材料”" in said(await phone.say(typed))


@pytest.mark.parametrize("typed", ["什么时候提醒我交材料", "你们会提醒我申报吗", "能提前提醒我吗"])
async def test_a_question_about_reminding_is_no_mark(stage: Stage, typed: str) -> None:
    phone = stage.phone("王会计")
    await phone.follow()
    answered = said(await phone.say(typed))
    assert "记下了" not in answered
    assert "没看懂时间" not in answered


async def test_the_end_of_the_policy_is_announced_on_the_friday_and_told_once_when_it_is_over(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    await tick(stage)
    wait_until(stage, shanghai("2028-12-29T08:00:00"))
    await tick(stage)
    before = len(await told(stage))
    wait_until(stage, shanghai("2028-12-29T09:01:00"))
    await tick(stage)
    texts = await told(stage)
    assert len(texts) == before + 1
    assert "有效期至2028年12月31日24点，还剩2天" in texts[-1]
    assert "我能享受什么" in texts[-1]
    wait_until(stage, shanghai("2029-01-01T00:00:01"))
    await tick(stage)
    assert len(await told(stage)) == before + 1, "not at midnight"
    wait_until(stage, shanghai("2029-01-02T09:01:00"))
    await tick(stage)
    await tick(stage)
    last = await told(stage)
    assert len(last) == before + 2
    assert "已于2028年12月31日24点到期" in last[-1]


async def test_whoever_leaves_takes_their_reminders_with_them(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    await stage.database().write(publish, a_window())
    await phone.say("提醒我 12月1日 交材料")
    await phone.say("提醒 活动 关")
    await tick(stage)
    wait_until(stage, shanghai("2026-12-08T09:01:00"))
    await tick(stage)
    openid_of(stage, "企业·财务")
    await phone.unfollow()

    def left(tx: Tx) -> int:
        return len(tx.execute(reminders.REMINDERS.select()).all())

    assert await stage.database().read(left) == 0


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("我要退订", "已退订"),
        ("别再发消息了", "已退订"),
        ("恢复", "已恢复"),
        ("怎么不发提醒了", "提醒设置"),
        ("有什么要交的材料快到期了", "我的提醒"),
        ("最近有什么截止", "我的提醒"),
    ],
)
async def test_what_people_say_of_reminders_is_understood(stage: Stage, typed: str, answer: str) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    assert said(await phone.say(typed)).startswith(answer)
