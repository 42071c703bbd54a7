"""A broadcast reaches each recipient once, after others approved exactly it; its numbers always add up."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chat.context import ChatServices
from bot.services.broadcasts import broadcasts as broadcast_service
from bot.services.broadcasts import sending
from bot.services.people import account as account_service
from bot.services.people import erasure
from config.calendar import shanghai_day
from config.errors import ConflictError, InputError
from config.texts import Texts
from storage.broadcasts import broadcasts, delivery_board, recipients
from storage.broadcasts.broadcasts import Broadcast, BroadcastState
from storage.broadcasts.delivery_board import DeliveryOutcome
from storage.engine.database import Database
from storage.engine.transactions import Tx
from storage.notices import outbox
from storage.notices.outbox import OUTBOX
from storage.people import people, roles
from storage.people.roles import RoleGrant, RoleKind
from tests.broadcasts import (
    AGENCY,
    HOURS,
    RULES,
    a_content,
    a_firm,
    approved,
    official,
    put_forward,
    tick_of,
    until_it_starts,
)
from tests.conftest import MovableTime
from tests.fork_server import ForkServer


async def release(database: Database, parts: ChatServices, time_offset: MovableTime, **content: object) -> Broadcast:
    """Return an approved broadcast that is due."""
    found = await database.write(approved, a_content(**content), parts)
    time_offset.ahead += await database.read(until_it_starts, found)
    return found


async def planned(database: Database) -> list[tuple[int, str]]:
    """Return (person, state) of every broadcast in the outbox."""
    rows = OUTBOX.select().where(OUTBOX.c.topic == sending.TOPIC).order_by(OUTBOX.c.person_id)
    return await database.read(lambda tx: [(row.person_id, row.state) for row in tx.execute(rows)])


async def fates(database: Database, broadcast_id: int, *, stopped: bool = False) -> dict[DeliveryOutcome, int]:
    """Return the board's numbers, which must add up."""

    def counted(tx: Tx) -> tuple[dict[DeliveryOutcome, int], int]:
        return delivery_board.counts(tx, broadcast_id, stopped=stopped)[0], recipients.total(tx, broadcast_id)

    found, total = await database.read(counted)
    assert sum(found.values()) == total
    return found


def three_firms(tx: Tx) -> None:
    for name in ("云", "澜", "穗"):
        a_firm(tx, f"南京{name}有限公司", persons=2)


async def test_nobody_is_told_before_the_time_to_undo_is_over_and_everybody_once_after_it(
    database: Database, parts: ChatServices, time_offset: MovableTime
) -> None:
    await database.write(three_firms)
    found = await database.write(approved, a_content(), parts)
    tick = tick_of(database, parts)
    await tick()
    assert await planned(database) == []
    time_offset.ahead += await database.read(until_it_starts, found)
    await tick()
    await tick()
    assert [state for _, state in await planned(database)] == ["new"] * 6
    assert await fates(database, found.id) == {DeliveryOutcome.SENDING: 6}
    after = await database.read(broadcasts.get, found.id)
    assert after is not None
    assert after.state is BroadcastState.DONE


async def test_two_nodes_at_once_tell_everybody_once(
    database: Database, parts: ChatServices, time_offset: MovableTime
) -> None:
    await database.write(three_firms)
    found = await release(database, parts, time_offset)
    await asyncio.gather(*(tick_of(database, parts, 2)() for _ in range(3)))
    rows = await planned(database)
    assert len(rows) == len({person for person, _ in rows}) == 6
    assert sum((await fates(database, found.id)).values()) == 6


async def test_an_edit_after_the_approval_voids_it(database: Database, parts: ChatServices) -> None:
    found = await database.write(approved, a_content(), parts)

    def edit(tx: Tx, text: str, seen: str) -> str:
        content = a_content(text=text)
        broadcast_service.edit(tx, official(tx, "甲"), found.id, seen, content, RULES, parts.texts)
        return content.digest

    other = await database.write(edit, "材料改为线下提交。", found.digest)
    back = await database.write(edit, found.content.text, other)
    assert back == found.digest, "the same words again, and yet nobody has approved them since"
    after = await database.read(broadcasts.get, found.id)
    assert after is not None
    assert (after.state, after.starts) == (BroadcastState.DRAFT, None)
    await database.write(
        lambda tx: broadcast_service.submit(tx, official(tx, "甲"), found.id, back, RULES, parts.texts)
    )
    acts = await database.read(broadcasts.history, found.id)
    assert broadcast_service.approvals(found, acts) == []
    with pytest.raises(ConflictError, match="broadcast_changed"):
        await database.write(
            lambda tx: broadcast_service.approve(tx, official(tx, "乙"), found.id, other, RULES, HOURS, parts.texts)
        )


async def test_the_author_a_foreign_office_and_an_expired_role_approve_nothing(
    database: Database, parts: ChatServices
) -> None:
    found = await database.write(put_forward, a_content(), parts)

    def approve(tx: Tx, who: str) -> None:
        broadcast_service.approve(
            tx, people.meet(tx, f"o-official-{who}").id, found.id, found.digest, RULES, HOURS, parts.texts
        )

    def others(tx: Tx) -> None:
        official(tx, "外区", RoleKind.APPROVER, "六合", "六合区工信局")
        official(tx, "外单位", RoleKind.APPROVER, None, "市科技局")
        official(tx, "审计", RoleKind.AUDITOR)
        over = people.meet(tx, "o-official-过期").id
        roles.add(tx, over, RoleGrant(RoleKind.APPROVER, "过期", shanghai_day(tx.now) - timedelta(days=9),
                                  shanghai_day(tx.now), agency=AGENCY))  # fmt: skip

    await database.write(others)
    with pytest.raises(InputError, match="broadcast_own"):
        await database.write(approve, "甲")
    for who in ("外区", "外单位", "审计", "过期"):
        with pytest.raises(InputError, match="broadcast_not_yours"):
            await database.write(approve, who)


async def test_within_the_time_to_undo_it_is_taken_back_and_afterwards_only_stopped(
    database: Database, parts: ChatServices, time_offset: MovableTime
) -> None:
    await database.write(three_firms)
    found = await database.write(approved, a_content(), parts)
    await database.write(lambda tx: broadcast_service.undo(tx, official(tx, "乙"), found.id))
    time_offset.ahead += timedelta(days=5)
    await tick_of(database, parts)()
    assert await planned(database) == []
    again = await release(database, parts, time_offset)
    with pytest.raises(ConflictError, match="broadcast_late"):
        await database.write(lambda tx: broadcast_service.undo(tx, official(tx, "乙"), again.id))


async def test_who_stops_it_half_way_stops_the_rest_and_what_waits(
    database: Database, parts: ChatServices, time_offset: MovableTime
) -> None:
    await database.write(three_firms)
    found = await release(database, parts, time_offset)

    def begun(tx: Tx) -> None:
        sending.begin(tx, found.id)
        everybody = [(person, None) for person in range(1, 40) if people.is_here(tx, person)][:6]
        sending.fix(tx, found.id, everybody)
        broadcasts.freeze(tx, found.id)
        sending.plan(tx, found.id, replace(RULES, portion=4), parts.texts)

    await database.write(begun)
    first = (await planned(database))[0][0]
    assert await database.write(outbox.take_waiting, first)
    await database.write(lambda tx: broadcast_service.stop(tx, official(tx, "乙"), found.id, "写错了"))
    await tick_of(database, parts)()
    assert await database.write(sending.plan, found.id, RULES, parts.texts) == 0
    assert not await database.write(sending.fix, found.id, [(first, None)])
    assert await planned(database) == [(first, "said")]
    assert await fates(database, found.id, stopped=True) == {DeliveryOutcome.REACHED: 1, DeliveryOutcome.STOPPED: 5}


async def test_caps_switches_and_leaving_are_counted_each_under_its_name(
    database: Database, parts: ChatServices, time_offset: MovableTime
) -> None:
    await database.write(three_firms)

    def off(tx: Tx) -> None:
        account_service.choose(tx, people.meet(tx, "o-南京云有限公司-0").id, "broadcast", "off")

    await database.write(off)
    tick = tick_of(database, parts)
    for number in range(RULES.per_person_a_week):
        await release(database, parts, time_offset, title=f"第{number}条")
        await tick()
    time_offset.ahead += timedelta(days=2)
    last = await release(database, parts, time_offset, title="多出来的一条")
    await tick()
    assert await fates(database, last.id) == {DeliveryOutcome.CAPPED: 5, DeliveryOutcome.UNWANTED: 1}
    time_offset.ahead += timedelta(days=8)
    next_week = await release(database, parts, time_offset, title="下一周的一条")
    await tick()
    await database.write(lambda tx: erasure.leave(tx, "o-南京澜有限公司-1", Texts.load(), "unfollow"))
    await database.write(lambda tx: account_service.choose(
        tx, people.meet(tx, "o-南京穗有限公司-0").id, "broadcast", "off"))  # fmt: skip
    assert await fates(database, next_week.id) == {
        DeliveryOutcome.SENDING: 3,
        DeliveryOutcome.UNWANTED: 2,
        DeliveryOutcome.LEFT: 1,
    }


async def test_nobody_puts_forward_more_than_a_days_share(database: Database, parts: ChatServices) -> None:
    for number in range(RULES.per_official_a_day):
        await database.write(put_forward, a_content(title=f"第{number}条"), parts)
    with pytest.raises(InputError, match="broadcast_often"):
        await database.write(put_forward, a_content(title="又一条"), parts)


@pytest.mark.parametrize("steps", [2, 5, 7], ids=["people half fixed", "people fixed", "half handed over"])
async def test_a_node_that_is_killed_between_two_portions_leaves_nobody_out_and_nobody_told_twice(
    database: Database,
    parts: ChatServices,
    time_offset: MovableTime,
    database_url: str,
    secret_key: bytes,
    fork_server: ForkServer,
    steps: int,
) -> None:
    await database.write(three_firms)
    found = await release(database, parts, time_offset)
    ahead = str(time_offset.ahead.total_seconds())
    await fork_server.start("tests.bot.broadcasting_child", database_url, secret_key.hex(), ahead, str(steps))
    assert await fork_server.line() == "waiting"
    fork_server.kill()
    await fork_server.ended()
    before = len(await planned(database))
    assert before < 6
    await tick_of(database, parts, 2)()
    rows = await planned(database)
    assert len(rows) == len({person for person, _ in rows}) == 6
    assert await fates(database, found.id) == {DeliveryOutcome.SENDING: 6}
