"""The planner over its database: crashes, outages, clock jumps, officials' views and decisions."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.chat.context import ChatServices
from bot.jobs.reminders import ReminderTick
from bot.services.reminders import reminders as reminder_service
from config.errors import ConflictError
from storage.engine.database import Database
from storage.engine.transactions import Tx
from storage.firms import firms
from storage.notices.outbox import OUTBOX
from storage.people import people
from storage.reminders import personal, planner_state, reminders
from tests.conftest import MovableTime
from tests.details import a_window, publish


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


class Passed:
    """A monotonic clock."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


class Node:
    """A planner whose database time is set by the test: moved on purpose, or by a clock jump."""

    def __init__(self, database: Database, parts: ChatServices, time: MovableTime, *, trusting: bool = False) -> None:
        self.database, self.time, self.passed = database, time, Passed()
        # The offset is a clock error here: the planner does not know of it.
        self.tick = ReminderTick(database, parts.policy, parts.texts, timedelta, trusting=trusting, passed=self.passed)

    async def run_at(self, text: str, passed: timedelta | None = None) -> None:
        now = at(text)
        before = datetime.now(UTC) + self.time.ahead
        self.time.ahead = now - datetime.now(UTC)
        self.passed.seconds += (passed if passed is not None else now - before).total_seconds()
        await self.tick()


@pytest.fixture
def node(database: Database, parts: ChatServices, time_offset: MovableTime) -> Node:
    return Node(database, parts, time_offset)


def a_firm(tx: Tx) -> int:
    firm_id = firms.add(tx, name="南京某有限公司", credit_code=None)
    person_id = people.meet(tx, "o-1").id
    people.join_firm(tx, person_id, firm_id)
    return person_id


def texts(tx: Tx) -> list[str]:
    rows = tx.execute(OUTBOX.select().order_by(OUTBOX.c.id))
    return [tx.cipher.open(row.text, f"outbox.text:{row.key}") for row in rows]


async def test_after_an_outage_what_is_of_use_goes_out_marked_and_the_rest_is_listed(node: Node) -> None:
    await node.run_at("2026-11-09T10:00")
    await node.database.write(a_firm)
    await node.database.write(publish, a_window())
    await node.run_at("2026-11-09T10:01")
    # Down from before the first reminder until after the second.
    await node.run_at("2026-12-09T22:00")
    assert await node.database.read(texts) == [], "not at night"
    await node.run_at("2026-12-10T08:31")
    (text,) = await node.database.read(texts)
    assert text.startswith("（补发）【提醒】8.1 ")
    assert "还剩5天" in text
    missed = await node.database.read(reminders.missed, 9)
    assert [(chain, count) for chain, _, _, count in missed] == [("window:1:0", 1)]


async def test_a_clock_that_jumps_stops_the_planner_until_a_person_has_looked(node: Node) -> None:
    await node.run_at("2026-11-09T10:00")
    await node.database.write(a_firm)
    await node.database.write(publish, a_window())
    await node.run_at("2026-12-08T09:05", passed=timedelta(minutes=1))
    assert await node.database.read(texts) == []
    state = await node.database.read(planner_state.state)
    assert state is not None
    assert state.stopped is not None
    await node.run_at("2026-12-08T09:06")
    assert await node.database.read(texts) == [], "it stays so by itself"
    await node.database.write(reminder_service.resume)
    with pytest.raises(ConflictError):
        await node.database.write(reminder_service.resume)
    await node.run_at("2026-12-08T09:07")
    assert len(await node.database.read(texts)) == 1


async def test_a_clock_that_goes_back_stops_it_too_and_nothing_is_told_twice(
    database: Database, parts: ChatServices, time_offset: MovableTime, node: Node
) -> None:
    await node.run_at("2026-11-09T10:00")
    await node.database.write(a_firm)
    await node.database.write(publish, a_window())
    await node.run_at("2026-12-08T09:05")
    assert len(await node.database.read(texts)) == 1
    other = Node(database, parts, time_offset)
    await other.run_at("2026-12-07T09:05")
    state = await node.database.read(planner_state.state)
    assert state is not None
    assert state.stopped is not None
    await node.database.write(reminder_service.resume)
    await other.run_at("2026-12-07T09:06")
    await other.run_at("2026-12-08T09:06")
    assert len(await node.database.read(texts)) == 1


async def test_the_demos_clock_may_begin_anew(
    database: Database, parts: ChatServices, time_offset: MovableTime
) -> None:
    first = Node(database, parts, time_offset)
    await first.run_at("2027-11-09T10:00")
    second = Node(database, parts, time_offset, trusting=True)
    await second.run_at("2026-11-09T10:00")
    state = await database.read(planner_state.state)
    assert state is not None
    assert (state.stopped, state.upto <= at("2026-11-09T10:01")) == (None, True)


async def test_ones_own_mark_is_said_even_at_night(node: Node) -> None:
    await node.run_at("2026-11-09T10:00")
    person_id = await node.database.write(a_firm)
    await node.database.write(personal.add, person_id, at("2026-11-15T22:30"), "开会")
    await node.run_at("2026-11-15T22:31")
    (text,) = await node.database.read(texts)
    assert "您让我提醒：开会" in text


async def test_only_firms_concerned_are_reminded_and_what_is_not_known_refuses_nobody(node: Node) -> None:
    await node.run_at("2026-11-09T10:00")

    def several(tx: Tx) -> dict[str, int]:
        told: dict[str, dict[str, object]] = {
            "江宁": {"district": "江宁", "titles": ["srdi"]},
            "六合": {"district": "六合", "titles": ["srdi"]},
            "创新型": {"district": "江宁", "titles": ["innovative"]},
            "不清楚": {},
        }
        found = {}
        for name, facts in told.items():
            firm_id = firms.add(tx, name=f"南京{name}有限公司", credit_code=None)
            firms.save_facts(tx, firm_id, facts, "self")
            found[name] = people.meet(tx, f"o-{name}").id
            people.join_firm(tx, found[name], firm_id)
        return found

    persons = await node.database.write(several)
    await node.database.write(publish, a_window(area="江宁", titles=("srdi",)))
    await node.run_at("2026-12-08T09:01")

    def reminded(tx: Tx) -> dict[int, str]:
        rows = tx.execute(OUTBOX.select().where(OUTBOX.c.topic == "reminder"))
        return {row.person_id: tx.cipher.open(row.text, f"outbox.text:{row.key}") for row in rows}

    told = await node.database.read(reminded)
    assert set(told) == {persons["江宁"], persons["不清楚"]}
    assert "不清楚的是" in told[persons["不清楚"]]
