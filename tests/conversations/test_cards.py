"""A notice with a card arrives outside the window: by template, by 订阅通知, once, or at the next visit."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.app import API
from bot.jobs.api_quotas import update_quotas
from bot.services.demo import show_cards
from bot.simulator.faults import Fault, FaultKind
from config.cards import Purposes
from config.limits import QuotaLimits
from config.settings import Settings
from config.topics import NoticeTopic
from notifications.cards import problems
from notifications.quota import gauges
from storage.engine.transactions import Tx
from storage.notices import card_templates, delivery, outbox
from storage.notices.cards import NoticeCard
from storage.notices.outbox import OUTBOX
from storage.people import people
from tests.conversations.stage import Stage, openid_of, said
from tests.fork_server import ForkServer

SEND = "/cgi-bin/message/template/send"
TEMPLATE, NOTICE = "demo-template-deadline", "demo-notice-deadline"
WORDS = "算力券还剩7天"
CARD = NoticeCard(
    "reminder", {"what": "算力券第四批申领", "due": "2026年12月1日 17:00", "hint": "还剩7天"}, "/h5/calendar"
)
NAME = "王会计"


def _plan(tx: Tx, openid: str, number: int) -> None:
    person = people.meet(tx, openid).id
    outbox.plan(tx, key=f"window:{number}", person_id=person, topic=NoticeTopic.REMINDER, text=WORDS, card=CARD)


async def planned(stage: Stage, count: int = 1, name: str = NAME) -> None:
    for number in range(count):
        await stage.database().write(_plan, openid_of(stage, name), number)


async def rows(stage: Stage) -> list[tuple[str, str | None]]:
    found = select(OUTBOX.c.state, OUTBOX.c.channel).order_by(OUTBOX.c.id)
    return await stage.database().read(lambda tx: [(row.state, row.channel) for row in tx.execute(found)])


async def why(stage: Stage) -> str | None:
    return await stage.database().read(lambda tx: tx.execute(select(OUTBOX.c.why)).scalar_one())


async def shown(stage: Stage, kind: str, name: str = NAME) -> int:
    return [bubble.kind for bubble in await stage.phone(name).transcript()].count(kind)


async def following(stage: Stage, *, templates: bool = True) -> None:
    """Add a follower whose window has ended."""
    if templates:
        await stage.database().write(show_cards)
    await stage.phone(NAME).follow()
    stage.clock.advance(timedelta(hours=49))


async def reported(stage: Stage) -> None:
    """Wait for the platform's reports of the last half minute."""
    stage.clock.advance(timedelta(seconds=30))
    await stage.platform.settled()


async def test_a_reminder_arrives_as_a_card_outside_the_window_and_is_not_said_again(stage: Stage) -> None:
    await following(stage)
    await planned(stage)
    await stage.sender()
    bubble = (await stage.phone(NAME).transcript())[-1]
    assert bubble.kind == "template"
    assert list(bubble.rows) == [
        ("申报事项", "算力券第四批申领"),
        ("截止时间", "2026年12月1日 17:00"),
        ("办理环节", "请在公众号里查看"),
        ("提示", "还剩7天"),
    ]
    await reported(stage)
    assert await rows(stage) == [("sent", "template")]
    assert WORDS not in said(await stage.phone(NAME).say("帮助"))


@pytest.mark.parametrize("mishap", ["early", "doubled", "late"])
async def test_who_blocks_us_is_noticed_whenever_the_report_comes(stage: Stage, mishap: str) -> None:
    await following(stage)
    phone = stage.phone(NAME)
    await phone.mute(on=True)
    setattr(stage.platform.results.mishaps, mishap, True)
    await planned(stage, 2)
    await stage.sender()
    stage.clock.advance(timedelta(minutes=10))
    await reported(stage)
    # Nothing more is pushed to them; all of it is shown when they write.
    await stage.sender()
    assert {state for state, _ in await rows(stage)} == {"held"}
    assert said(await phone.say("帮助")).count(WORDS) == 2


async def test_a_notice_is_sent_to_whoever_allowed_one_and_uses_it_up(stage: Stage) -> None:
    await following(stage)
    await stage.database().write(card_templates.remove, "reminder", "template")
    await planned(stage, 2)
    await stage.sender()
    assert {state for state, _ in await rows(stage)} == {"held"}
    await stage.phone(NAME).answer_popup({NOTICE: "accept"})
    await stage.sender()
    await reported(stage)
    assert await rows(stage) == [("sent", "notice"), ("held", None)]
    assert await shown(stage, "notice") == 1


async def test_who_refuses_notices_is_sent_none(stage: Stage) -> None:
    await following(stage)
    await stage.database().write(card_templates.remove, "reminder", "template")
    phone = stage.phone(NAME)
    await phone.answer_popup({NOTICE: "accept"})
    await phone.refuse_notices(NOTICE)
    await planned(stage)
    await stage.sender()
    assert await rows(stage) == [("held", None)]


async def test_a_template_the_platform_stops_is_used_no_more_and_the_words_go_another_way(stage: Stage) -> None:
    await following(stage)
    await stage.phone(NAME).say("帮助")
    stage.platform.faults.order(Fault(FaultKind.REFUSED, SEND, code=43116))
    await planned(stage, 2)
    await stage.sender()
    assert await rows(stage) == [("sent", "message")] * 2
    [stopped] = [one for one in await stage.database().read(card_templates.every) if one.stopped]
    assert (stopped.template_id, stopped.stopped) == (TEMPLATE, "43116")


@pytest.mark.parametrize("kind", [FaultKind.RESET_AFTER, FaultKind.EMPTY, FaultKind.TRUNCATED, FaultKind.BAD_GATEWAY])
async def test_a_card_in_doubt_is_sent_again_under_its_number_and_shown_once(stage: Stage, kind: FaultKind) -> None:
    await following(stage)
    await planned(stage)
    # As often as one call is retried.
    stage.platform.faults.order(Fault(kind, SEND, count=4))
    await stage.sender()
    assert await rows(stage) == [("retry", "template")]
    assert WORDS not in said(await stage.phone(NAME).say("帮助")), "it may have arrived"
    stage.clock.advance(timedelta(minutes=1))
    await stage.sender()
    assert await rows(stage) == [("sent", "template")]
    assert await shown(stage, "template") == 1


async def test_a_card_in_doubt_for_longer_than_its_number_is_known_waits_for_a_person(stage: Stage) -> None:
    await following(stage)
    await planned(stage)
    stage.platform.faults.order(Fault(FaultKind.EMPTY, SEND, count=4))
    await stage.sender()
    stage.clock.advance(delivery.SAME_NUMBER)
    await stage.sender()
    assert await rows(stage) == [("uncertain", "template")]
    assert await shown(stage, "template") == 1


async def test_a_killed_sender_sends_the_card_neither_twice_nor_never(
    stage: Stage, database_url: str, settings: Settings, fork_server: ForkServer
) -> None:
    await following(stage)
    await planned(stage)
    ahead, key = str(stage.clock.offset().total_seconds()), settings.key_bytes().hex()
    await fork_server.start("tests.conversations.sending_child", database_url, key, ahead, stage.api, "after")
    assert await fork_server.line() == "sent"
    fork_server.kill()
    await fork_server.ended()
    assert await rows(stage) == [("leased", "template")]
    stage.clock.advance(delivery.LEASE)
    await stage.sender()
    assert await rows(stage) == [("sent", "template")]
    assert await shown(stage, "template") == 1


async def test_a_card_that_breaks_its_templates_rules_is_said_in_words(stage: Stage) -> None:
    await following(stage)
    wrong = card_templates.CardTemplate("reminder", "template", TEMPLATE, {"thing1": "{what}", "amount2": "{due}"})
    await stage.database().write(card_templates.put, wrong)
    await planned(stage)
    await stage.sender()
    assert await rows(stage) == [("held", None)]
    assert await why(stage) == "unfit:amount2"
    assert WORDS in said(await stage.phone(NAME).say("帮助"))


async def test_a_spent_quota_stops_cards_until_midnight_and_the_open_chat_goes_on(stage: Stage) -> None:
    await following(stage)
    stage.platform.api.quotas.daily[SEND] = 1
    await planned(stage, 3)
    await stage.sender()
    assert [state for state, _ in await rows(stage)] == ["sent", "new", "new"]
    # They are not called any more: the first refusal stops all.
    calls = [record.call.path for record in stage.platform.api.log.latest(100)]
    assert calls.count(SEND) == 2
    await stage.phone(NAME).say("榜单")
    stage.clock.advance(timedelta(days=1))
    await stage.sender()
    assert await shown(stage, "template") == 1
    assert [state for state, _ in await rows(stage)] == ["sent", "said", "said"]


async def test_what_the_platform_counts_is_taken_over(stage: Stage) -> None:
    await following(stage)
    stage.platform.api.quotas.daily[SEND] = 77
    await update_quotas(stage.database(), stage.app()[API], QuotaLimits.load())
    [template, *_] = await stage.database().read(gauges, QuotaLimits.load())
    assert (template.daily, template.used) == (77, 0)


async def test_the_fields_that_operators_map_are_those_of_the_platforms_own_list(stage: Stage) -> None:
    offered = await stage.app()[API].templates()
    await stage.database().write(show_cards)
    by_id = {one.id: re.findall(r"\{\{(\w+)\.DATA\}\}", one.content) for one in offered}
    purposes = Purposes.load().by_name
    for card in await stage.database().read(card_templates.every):
        wanted = by_id.get(card.template_id, ())
        assert problems(purposes[card.purpose], card.template_id, card.fields, wanted) == []
