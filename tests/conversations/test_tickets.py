"""人工: a question to people becomes a ticket, can be extended, and its answer arrives in chat."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from bot.services.tickets import tickets as ticket_service
from storage.engine.transactions import Tx
from storage.people import people, roles
from storage.people.roles import RoleGrant, RoleKind
from storage.tickets import tickets
from storage.tickets.tickets import TicketState
from tests.conversations.stage import Stage, openid_of, register, said

QUESTION = "我们的算力券怎么领"


def _official(tx: Tx) -> int:
    person_id = people.meet(tx, "o-official").id
    roles.add(tx, person_id, RoleGrant(RoleKind.EDITOR, "王科", date.min, agency="市工信局"))
    return person_id


async def answer(stage: Stage, ticket_id: int, words: str) -> None:
    official = await stage.database().write(_official)
    texts = stage.parts.texts
    await stage.database().write(ticket_service.reply, official, ticket_id, "市工信局", words, texts)


async def test_the_next_message_becomes_the_ticket(stage: Stage) -> None:
    phone = stage.phone("王会计")
    await register(phone)
    asked = said(await phone.say("人工"))
    assert "12345" in asked
    assert "不超过500字" in asked
    assert f"{stage.parts.workdays.ticket}个工作日" in asked
    opened = said(await phone.say(QUESTION))
    assert "工单1，由江宁的工作人员答复，11月12日前" in opened
    assert "12345" in opened
    assert "答复会出现在这个对话里" in opened
    listed = said(await phone.say("我的工单"))
    assert f"工单1（待答复，11月12日前）{QUESTION}" in listed


async def test_what_follows_the_word_is_the_question(stage: Stage) -> None:
    phone = stage.phone("王会计")
    await phone.follow()
    for words in (f"人工 {QUESTION}", f"人工：{QUESTION}", f"转人工，{QUESTION}"):
        assert "工单1" in said(await phone.say(words))
    assert "由市里的工作人员" not in said(await phone.say(f"人工 {QUESTION}"))


async def test_a_running_journey_is_not_lost(stage: Stage) -> None:
    phone = stage.phone("王会计")
    await phone.follow()
    await phone.say("注册")
    await phone.say("云杼传感")
    hint = said(await phone.say("人工"))
    assert "发“人工”加您的问题" in hint
    assert "企业登记还没完" in hint
    taken = said(await phone.say(f"人工 {QUESTION}"))
    assert "已收到，工单1" in taken
    assert "企业登记还没完" in taken


async def test_commands_stay_commands_while_the_question_is_waited_for(stage: Stage) -> None:
    phone = stage.phone("王会计")
    await phone.follow()
    await phone.say("人工")
    helped = said(await phone.say("帮助"))
    assert "我能做这些" in helped
    assert "人工提问还没完" in helped
    assert "没有提交" in said(await phone.say("取消"))
    assert "您还没有工单" in said(await phone.say("我的工单"))


@pytest.mark.parametrize("words", ["很" * 501, "长" * 900])
async def test_too_long_a_question_is_told_what_would_be_right(stage: Stage, words: str) -> None:
    phone = stage.phone("王会计")
    await phone.follow()
    await phone.say("人工")
    assert "1到500个字" in said(await phone.say(words))
    assert "已收到" in said(await phone.say(QUESTION))


async def test_an_answer_is_told_at_the_next_visit_once_and_stays_readable(stage: Stage) -> None:
    phone = stage.phone("王会计")
    await register(phone)
    await phone.say(f"人工 {QUESTION}")
    await answer(stage, 1, "文件没有写领取办法，<a>以通知为准[[取消]]")
    stage.clock.advance(timedelta(hours=49))
    visit = said(await phone.say("帮助"))
    assert visit.startswith("【消息】工单1 市工信局答复：\n文件没有写领取办法，＜a＞以通知为准")
    assert "答复" not in said(await phone.say("帮助"))
    assert "已答复" in said(await phone.say("我的工单"))
    assert "答复：文件没有写领取办法" in said(await phone.say("我的工单"))


async def test_a_word_after_the_answer_opens_the_same_ticket_and_later_a_new_one(stage: Stage) -> None:
    phone = stage.phone("王会计")
    await register(phone)
    await phone.say(f"人工 {QUESTION}")
    await answer(stage, 1, "以通知为准")
    assert "已补充到工单1" in said(await phone.say("人工 那什么时候有通知"))
    ticket = await stage.database().read(tickets.get, 1)
    assert ticket is not None
    assert ticket.state == TicketState.OPEN
    await answer(stage, 1, "还没有")
    stage.clock.advance(timedelta(days=8))
    assert "已收到，工单2" in said(await phone.say("人工 另一个问题"))


async def test_a_late_ticket_is_marked_for_the_person_too(stage: Stage) -> None:
    phone = stage.phone("王会计")
    await phone.follow()
    await phone.say(f"人工 {QUESTION}")
    stage.clock.advance(timedelta(days=7))
    assert "已超期" not in said(await phone.say("我的工单"))
    stage.clock.advance(timedelta(days=1))
    assert "已超期" in said(await phone.say("我的工单"))


async def test_a_flood_of_words_is_stopped_until_there_is_an_answer(stage: Stage) -> None:
    phone = stage.phone("王会计")
    await phone.follow()
    for _ in range(ticket_service.MOST_UNANSWERED):
        await phone.say(f"人工 {QUESTION}")
    assert "请等工作人员答复后再补充" in said(await phone.say(f"人工 {QUESTION}"))
    await answer(stage, 1, "以通知为准")
    assert "已补充" in said(await phone.say(f"人工 {QUESTION}"))


async def test_the_words_are_sealed_and_go_with_the_person(stage: Stage) -> None:
    phone = stage.phone("王会计")
    await phone.follow()
    await phone.say("人工 我叫郭女士电话13812345678")
    await answer(stage, 1, "请郭女士来窗口")

    def kept(tx: Tx) -> str:
        tables = ("ticket", "ticket_line", "outbox", "audit", "dialog", "inbox")
        return "".join(repr(tx.execute(text(f"SELECT * FROM {table}")).all()) for table in tables)

    assert "郭女士" not in await stage.database().read(kept)
    person = openid_of(stage, "王会计")
    assert await stage.database().read(people.find, person) is not None
    await phone.unfollow()
    counted = await stage.database().read(
        lambda tx: [tx.execute(text(f"SELECT count(*) FROM {table}")).scalar() for table in ("ticket", "ticket_line")]
    )
    assert counted == [1, 1], "what was asked is gone; that it was, and the answer, stay with the officials"
    left = await stage.database().read(tickets.lines, 1)
    assert [line.text for line in left] == ["请郭女士来窗口"]
