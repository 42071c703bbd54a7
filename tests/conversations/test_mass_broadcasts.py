"""A broadcast to all followers by mass messages: once each, whatever happens to the answer."""

from datetime import timedelta

import pytest

from bot.app import TICKS
from bot.simulator.faults import Fault, FaultKind
from bot.simulator.results import LATE
from bot.wechat.mass_api import MASS_SEND
from storage.broadcasts import delivery_board, mass_sends
from storage.broadcasts.broadcasts import AudienceCriteria, Broadcast
from storage.broadcasts.delivery_board import DeliveryOutcome
from storage.broadcasts.mass_sends import MassCallReport
from tests.broadcasts import RULES, a_content, approved
from tests.conversations.stage import Stage, register

EVERYONE = AudienceCriteria(everyone=True)
NAMES = ("企业·财务", "国企·工程师", "路人")


async def tick(stage: Stage) -> None:
    await stage.app()[TICKS].scheduler.get_job("broadcasts").args[0].run()


async def following(stage: Stage) -> None:
    await register(stage.phone(NAMES[0]))
    for name in NAMES[1:]:
        await stage.phone(name).follow()


async def released(stage: Stage, title: str = "平台升级通知") -> Broadcast:
    content = a_content(kind="mass", title=title, audience=EVERYONE)
    found = await stage.database().write(approved, content, stage.parts)
    stage.clock.advance((found.starts or found.made) - stage.clock.now() + timedelta(seconds=1))
    await tick(stage)
    return found


async def reported(stage: Stage) -> None:
    for _ in range(2):
        stage.clock.advance(timedelta(seconds=30))
        await stage.platform.settled()


async def board(stage: Stage, found: Broadcast) -> dict[DeliveryOutcome, int]:
    return (await stage.database().read(lambda tx: delivery_board.counts(tx, found.id, stopped=False)))[0]


async def calls(stage: Stage, found: Broadcast) -> list[MassCallReport]:
    return await stage.database().read(mass_sends.reports, found.id)


async def copies(stage: Stage, title: str = "平台升级通知") -> list[int]:
    return [sum(title in bubble.text for bubble in await stage.phone(name).transcript()) for name in NAMES]


async def test_every_follower_gets_it_once_and_the_board_has_the_platforms_counts(stage: Stage) -> None:
    await following(stage)
    found = await released(stage)
    assert await board(stage, found) == {DeliveryOutcome.SENDING: 3 + 2}, "the two officials follow too"
    await reported(stage)
    await tick(stage)
    assert await copies(stage) == [1, 1, 1]
    assert await board(stage, found) == {DeliveryOutcome.MASSED: 5}
    (call,) = await calls(stage, found)
    assert (call.people, call.state, call.status) == (5, "taken", "send success")
    assert call.sent == 3, "the officials of this story have no phone"


@pytest.mark.parametrize("mishap", ["early", "doubled", "late"])
async def test_the_report_may_come_early_twice_or_late(stage: Stage, mishap: str) -> None:
    await following(stage)
    setattr(stage.platform.results.mishaps, mishap, True)
    found = await released(stage)
    await reported(stage)
    stage.clock.advance(LATE)
    await stage.platform.settled()
    assert await board(stage, found) == {DeliveryOutcome.MASSED: 5}
    assert await copies(stage) == [1, 1, 1]


async def test_a_job_that_never_reports_is_asked_after(stage: Stage) -> None:
    await following(stage)
    stage.platform.results.mishaps.lost = True
    found = await released(stage)
    await reported(stage)
    assert await board(stage, found) == {DeliveryOutcome.SENDING: 5}
    stage.clock.advance(mass_sends.ASKED_AFTER)
    await tick(stage)
    assert await board(stage, found) == {DeliveryOutcome.MASSED: 5}


@pytest.mark.parametrize("fault", [FaultKind.RESET_AFTER, FaultKind.EMPTY, FaultKind.RESET_BEFORE])
async def test_a_lost_answer_makes_no_second_copy(stage: Stage, fault: FaultKind) -> None:
    await following(stage)
    stage.platform.faults.order(Fault(fault, MASS_SEND))
    found = await released(stage)
    await reported(stage)
    assert await copies(stage) == [1, 1, 1]
    assert await board(stage, found) == {DeliveryOutcome.MASSED: 5}


async def test_what_the_platform_refuses_is_said_with_its_reason(stage: Stage) -> None:
    await following(stage)
    stage.platform.faults.order(Fault(FaultKind.REFUSED, MASS_SEND, code=45028))
    found = await released(stage)
    assert await board(stage, found) == {DeliveryOutcome.FAILED: 5}
    assert [call.why for call in await calls(stage, found)] == ["45028"]


async def test_nobody_gets_a_fifth_in_one_month(stage: Stage) -> None:
    await following(stage)
    for number in range(RULES.mass_a_month):
        await released(stage, f"第{number}条")
        stage.clock.advance(timedelta(days=5))
    fifth = await released(stage, "本月多出来的一条")
    await reported(stage)
    assert stage.clock.now().month == 11
    assert await copies(stage, "本月多出来的一条") == [0, 0, 0]
    assert await board(stage, fifth) == {DeliveryOutcome.MONTHLY: 5}
