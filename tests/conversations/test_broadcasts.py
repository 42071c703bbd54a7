"""An official's broadcast is approved by another and read in chat; stopped or voided ones are read by nobody."""

from datetime import timedelta

from bot.app import TICKS
from bot.services.broadcasts import broadcasts as broadcast_service
from bot.services.demo import show_cards
from storage.broadcasts import delivery_board
from storage.broadcasts.broadcasts import AudienceCriteria, Broadcast
from storage.broadcasts.delivery_board import DeliveryOutcome
from storage.people.roles import RoleKind
from tests.broadcasts import RULES, a_content, approved, official
from tests.conversations.stage import Stage, register, said

READY = AudienceCriteria(areas=("江宁",), titles=("srdi",))


async def tick(stage: Stage) -> None:
    await stage.app()[TICKS].scheduler.get_job("broadcasts").args[0].run()


async def released(stage: Stage, **content: object) -> Broadcast:
    """Return a broadcast approved, started and in the outbox."""
    found = await stage.database().write(approved, a_content(audience=READY, **content), stage.parts)
    stage.clock.advance(RULES.undo)
    await tick(stage)
    return found


async def board(stage: Stage, found: Broadcast, *, stopped: bool = False) -> dict[DeliveryOutcome, int]:
    counts, _ = await stage.database().read(lambda tx: delivery_board.counts(tx, found.id, stopped=stopped))
    return counts


async def texts(stage: Stage, name: str) -> list[str]:
    return [bubble.plain for bubble in await stage.phone(name).transcript() if "——市工信局" in bubble.text]


async def test_a_firm_reads_what_two_officials_agreed_on_at_once_while_its_window_is_open(stage: Stage) -> None:
    phone, stranger = stage.phone("企业·财务"), stage.phone("企业·总经理")
    await register(phone)
    await register(stranger, "澜砚数控")
    found = await stage.database().write(approved, a_content(audience=READY), stage.parts)
    await tick(stage)
    await stage.sender()
    assert await texts(stage, "企业·财务") == [], "five minutes to think again"
    stage.clock.advance(RULES.undo)
    await tick(stage)
    assert await board(stage, found) == {DeliveryOutcome.SENDING: 1}
    await tick(stage)
    await stage.sender()
    (text,) = await texts(stage, "企业·财务")
    assert "【消息】算力券开始申报\n请登录系统提交材料，有疑问在对话里问。\n——市工信局" in text
    assert "退订群发" in text
    assert "——市工信局" not in said(await phone.say("帮助"))
    assert await texts(stage, "企业·总经理") == [], "another district was not asked for"
    assert await board(stage, found) == {DeliveryOutcome.REACHED: 1}
    await phone.unfollow()
    assert await board(stage, found) == {DeliveryOutcome.LEFT: 1}


async def test_whose_window_is_closed_reads_it_at_the_next_visit(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    stage.clock.advance(timedelta(days=4))
    found = await released(stage)
    await stage.sender()
    assert await texts(stage, "企业·财务") == []
    assert await board(stage, found) == {DeliveryOutcome.CLOSED: 1}
    assert "【消息】算力券开始申报" in said(await phone.say("帮助"))
    assert await board(stage, found) == {DeliveryOutcome.REACHED: 1}


async def test_a_card_reaches_whose_window_is_closed_and_says_who_wrote(stage: Stage) -> None:
    await stage.database().write(show_cards)
    await register(stage.phone("企业·财务"))
    stage.clock.advance(timedelta(days=4))
    found = await released(stage, kind="template")
    await stage.sender()
    bubble = (await stage.phone("企业·财务").transcript())[-1]
    assert bubble.kind == "template"
    assert {"算力券开始申报", "市工信局"} <= {words for _, words in bubble.rows}
    assert await board(stage, found) == {DeliveryOutcome.REACHED: 1}


async def test_whoever_taps_unsubscribe_is_not_written_to_again(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    first = await released(stage)
    await stage.sender()
    assert "群发消息" in said(await phone.say("退订群发"))
    second = await released(stage, title="又一条")
    await stage.sender()
    assert len(await texts(stage, "企业·财务")) == 1
    assert await board(stage, first) == {DeliveryOutcome.REACHED: 1}
    assert await board(stage, second) == {DeliveryOutcome.UNWANTED: 1}


async def test_what_was_stopped_or_changed_after_its_approval_nobody_reads(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    write = stage.database().write
    stopped = await write(approved, a_content(audience=READY), stage.parts)
    edited = await write(approved, a_content(title="另一条"), stage.parts)
    changed = a_content(title="另一条", text="改了。")
    await write(
        lambda tx: broadcast_service.edit(
            tx, official(tx, "甲"), edited.id, edited.digest, changed, RULES, stage.parts.texts
        )
    )
    stage.clock.advance(timedelta(hours=1))
    await tick(stage)
    await write(lambda tx: broadcast_service.stop(tx, official(tx, "乙", RoleKind.APPROVER), stopped.id, "写错了"))
    await stage.sender()
    assert "——市工信局" not in said(await phone.say("帮助"))
    assert await texts(stage, "企业·财务") == []
    assert await board(stage, stopped, stopped=True) == {DeliveryOutcome.STOPPED: 1}
