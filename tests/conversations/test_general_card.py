"""A notice without its own card still arrives after 48 hours: by its first words."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.services.demo import show_cards
from config.topics import NoticeTopic
from storage.engine.transactions import Tx
from storage.notices import card_templates, outbox, subscription_grants
from storage.notices.card_templates import CardTemplate
from storage.notices.outbox import OUTBOX
from storage.people import people
from tests.conversations.stage import Stage, openid_of, said
from tests.conversations.test_colleagues import ask, boss, encrypted
from tests.simulator.phone import Phone, Seen

__all__ = ["boss", "encrypted"]

NAME, WORDS = "李出纳", "您在第三批榜单里的投标已收到，回执号是一长串字，请妥善保存，开标前可以随时更换或者撤回。"


def plan(tx: Tx, openid: str, topic: NoticeTopic) -> None:
    outbox.plan(tx, key="some:1", person_id=people.meet(tx, openid).id, topic=topic, text=WORDS)


async def planned(stage: Stage, topic: NoticeTopic) -> None:
    await stage.database().write(plan, openid_of(stage, NAME), topic)
    await stage.sender()


async def newest(stage: Stage) -> Seen:
    return (await stage.phone(NAME).transcript())[-1]


async def stands(stage: Stage) -> list[tuple[str, str | None]]:
    found = select(OUTBOX.c.state, OUTBOX.c.channel).order_by(OUTBOX.c.id)
    return await stage.database().read(lambda tx: [(row.state, row.channel) for row in tx.execute(found)])


async def silent(stage: Stage) -> None:
    """Add a person silent for two days, at an account with cards."""
    await stage.phone(NAME).follow()
    await stage.database().write(show_cards)
    stage.clock.advance(timedelta(hours=49))


async def test_a_colleague_who_was_let_in_hears_of_it_after_two_days(stage: Stage, boss: Phone) -> None:
    await ask(stage, NAME)
    await stage.database().write(show_cards)
    stage.clock.advance(timedelta(hours=49))
    await boss.say("我的同事")
    assert "已同意" in said(await boss.say("同意 1"))
    await stage.sender()
    card = await newest(stage)
    assert card.kind == "template"
    assert card.rows[0][1] == "管理员已同意，您现在代表：南京云杼传感…"


@pytest.mark.parametrize(
    "topic", [NoticeTopic.BID, NoticeTopic.ROSTER, NoticeTopic.ANSWER, NoticeTopic.REMINDER, NoticeTopic.APPROVAL]
)
async def test_its_first_words_are_its_card(stage: Stage, topic: NoticeTopic) -> None:
    await silent(stage)
    await planned(stage, topic)
    card = await newest(stage)
    values = [value for _, value in card.rows]
    assert (card.kind, values[0], values[-1]) == ("template", WORDS[:19] + "…", "…" + WORDS[19:37] + "…")
    assert await stands(stage) == [("sent", "template")]
    listed = said(await stage.phone(NAME).say("我的消息"))
    assert WORDS in listed, "the whole of it can be read"


async def test_while_the_window_is_open_the_whole_is_said(stage: Stage) -> None:
    await silent(stage)
    await stage.phone(NAME).say("榜单")
    await planned(stage, NoticeTopic.ROSTER)
    assert WORDS in (await newest(stage)).text
    assert await stands(stage) == [("sent", "message")]


async def test_a_notice_that_was_allowed_carries_it_too_and_its_report_finds_it(stage: Stage) -> None:
    await silent(stage)

    def allow(tx: Tx) -> None:
        fields = {"thing1": "{what}", "time2": "{when}", "thing3": "请在公众号里查看", "thing4": "{hint}"}
        card_templates.remove(tx, "news", "template")
        card_templates.put(tx, CardTemplate("news", "notice", "demo-notice-event", fields))

    await stage.database().write(allow)
    await stage.phone(NAME).answer_popup({"demo-notice-event": "accept"})
    await planned(stage, NoticeTopic.ROSTER)
    stage.clock.advance(timedelta(minutes=1))
    await stage.platform.settled()
    assert await stands(stage) == [("sent", "notice")]
    row = await stage.database().read(lambda tx: tx.execute(select(OUTBOX.c.msg_id)).scalar_one())
    assert row is not None
    openid = openid_of(stage, NAME)
    left = await stage.database().read(lambda tx: subscription_grants.counts(tx, people.meet(tx, openid).id))
    assert left == {"demo-notice-event": 0}


async def test_a_broadcast_goes_out_in_the_form_that_was_approved(stage: Stage) -> None:
    await silent(stage)
    await planned(stage, NoticeTopic.BROADCAST)
    assert await stands(stage) == [("held", None)]
