"""Every kind of date besides windows: who is reminded, when, in which words, and when no longer."""

from dataclasses import dataclass
from datetime import date, datetime

import pytest

from bot.services.reminders import reminders as reminder_service
from config.calendar import shanghai_day
from config.reminder_kinds import Tap
from storage.challenges import bids, challenges, records
from storage.challenges.challenges import Stage
from storage.engine.transactions import Tx
from storage.events import events, signups
from storage.events.events import EventState, MatchmakingEvent
from storage.events.signups import SignupState
from storage.firms import firms
from storage.notices import outbox
from storage.people import people, roles
from storage.people.roles import RoleGrant, RoleKind
from storage.reminders import audience
from storage.roster import roster
from tests.reminders.test_planner import Node, at, node  # noqa: F401

BEGINS = "2026-11-02T10:00:00"


@dataclass
class Cast:
    """A poster, a bidder and an uninvolved firm, each with one person."""

    poster: int
    bidder: int
    stranger: int
    challenge: int = 0


def member(tx: Tx, name: str, *, roster_id: int | None = None) -> int:
    firm_id = firms.add(tx, name=name, credit_code=None, roster_id=roster_id)
    firms.save_facts(tx, firm_id, {"in_nanjing": True, "titles": ["srdi"]}, "self")
    people.join_firm(tx, people.meet(tx, f"o-{name}").id, firm_id)
    return firm_id


def poster(tx: Tx, name: str) -> int:
    """Add an SOE whose engineer posts for it without being one of its registered people."""
    firm_id = firms.add(tx, name=name, credit_code=None, kind="soe")
    grant = RoleGrant(RoleKind.SOE_POSTER, "陈工", date.min, firm_id=firm_id)
    roles.add(tx, people.meet(tx, f"o-{name}").id, grant)
    return firm_id


def a_cast(tx: Tx, stage: Stage, deadline: str) -> Cast:
    cast = Cast(poster(tx, "发榜国企"), member(tx, "揭榜企业"), member(tx, "无关企业"))
    values = {"title": "轴承监测", "fields": {}, "named": True, "sealing": "price", "least": 1}
    values |= {"deadline": at(deadline), "stage": stage.value, "published": tx.now}
    cast.challenge = challenges.add(
        tx, firm_id=cast.poster, person_id=0, label=challenges.MUNICIPAL, contact="", values=values
    )
    return cast


def chosen(tx: Tx, cast: Cast) -> None:
    """Choose the bidder."""
    bid = {"id": 77, "challenge_id": cast.challenge, "firm_id": cast.bidder, "person_id": 1}
    bids.put(tx, {**bid, "commitment": "", "shown": b"", "secret": b""})
    records.add(tx, cast.challenge, "choice", 0, {"bids": [77]})


def invited(tx: Tx) -> Cast:
    cast = a_cast(tx, Stage.PUBLISHED, "2026-11-20T17:00:00")
    records.add(tx, cast.challenge, "invitation", 0, {"why": "相近"}, cast.bidder)
    return cast


def in_public_notice(tx: Tx) -> Cast:
    cast = a_cast(tx, Stage.NOTICE, "2026-11-01T17:00:00")
    records.add(tx, cast.challenge, "notice", 0, {"until": "2026-11-18"})
    return cast


def under_contract(tx: Tx) -> Cast:
    cast = a_cast(tx, Stage.MILESTONES, "2026-11-01T17:00:00")
    chosen(tx, cast)
    lines = ["样机联调，2026年11月25日", "验收，另行约定"]
    records.add(tx, cast.challenge, "contract", 0, {"milestones": lines})
    return cast


def accepted(tx: Tx) -> Cast:
    cast = a_cast(tx, Stage.ACCEPTED, "2026-10-01T17:00:00")
    chosen(tx, cast)
    records.add(tx, cast.challenge, "acceptance", 0, {"pay_by": "2026-11-25", "days": 60})
    return cast


def an_event(tx: Tx) -> Cast:
    cast = Cast(poster(tx, "发榜国企"), member(tx, "揭榜企业"), member(tx, "无关企业"))
    days = [at(f"2026-11-{day}T{hour}:00:00") for day, hour in ((20, "14"), (20, "16"), ("02", "09"), (18, "17"))]
    starts, ends, since, until = days
    event = MatchmakingEvent(
        "ninggong", "供需对接会", "主题", "会议中心", None, starts, ends, since, until, 30, 2, "", (starts,)
    )
    event_id = events.add(tx, event)
    events.move(tx, event_id, EventState.DRAFT, EventState.PUBLISHED)
    signups.put(tx, event_id, cast.bidder, 1, SignupState.IN)
    return cast


def with_a_title(tx: Tx) -> Cast:
    title = roster.RosterTitle("srdi", "2023年度", False, date(2024, 1, 1), date(2026, 12, 4))
    entry = roster.add(tx, name="揭榜企业", credit_code=None, district="江宁", titles=[title])
    return Cast(poster(tx, "发榜国企"), member(tx, "揭榜企业", roster_id=entry), member(tx, "无关企业"))


def told(tx: Tx) -> dict[str, list[str]]:
    """Return who got which reminders, by firm name."""
    rows = tx.execute(outbox.OUTBOX.select().where(outbox.OUTBOX.c.topic == "reminder").order_by("id")).all()
    found: dict[str, list[str]] = {}
    for row in rows:
        firm_id = audience.firm_of(tx, people.by_id(tx, row.person_id), shanghai_day(tx.now))
        assert firm_id is not None
        found.setdefault(firms.get(tx, firm_id).name, []).append(tx.cipher.open(row.text, f"outbox.text:{row.key}"))
    return found


@pytest.mark.parametrize(
    ("enter", "silent", "morning", "expected"),
    [
        (
            invited,
            "2026-11-12T09:01:00",
            "2026-11-13T09:01:00",
            {"揭榜企业": "揭榜截至2026年11月20日17:00，还剩7天。\n为何提醒：贵公司受邀揭榜，还没有递交。"},
        ),
        (
            in_public_notice,
            "2026-11-16T09:01:00",
            "2026-11-17T09:01:00",
            {"发榜国企": "“轴承监测”公示至2026年11月18日24点，明天结束。\n为何提醒：这是贵公司发的榜。"},
        ),
        (
            under_contract,
            "2026-11-09T09:01:00",
            "2026-11-10T09:01:00",
            {
                "发榜国企": "“轴承监测”里程碑“样机联调，2026年11月25日”截至2026年11月25日24点，还剩15天。",
                "揭榜企业": "为何提醒：贵公司揭榜中选。",
            },
        ),
        (
            accepted,
            "2026-11-09T09:01:00",
            "2026-11-10T09:01:00",
            {
                "发榜国企": "验收后应付款，付款期限60天，至2026年11月25日24点，还剩15天",
                "揭榜企业": "验收后应收款，付款期限60天，至2026年11月25日24点，还剩15天",
            },
        ),
        (
            an_event,
            "2026-11-13T08:00:00",
            "2026-11-13T09:01:00",
            {"无关企业": "“供需对接会”报名截至11月18日 17:00"},
        ),
        (
            an_event,
            "2026-11-16T09:01:00",
            "2026-11-17T09:01:00",
            {"揭榜企业": "“供需对接会”11月20日 14:00在会议中心"},
        ),
        (
            with_a_title,
            "2026-11-02T10:01:00",
            "2026-11-03T09:01:00",
            {"揭榜企业": "贵公司的专精特新中小企业称号有效期至2026年12月3日24点，还剩30天"},
        ),
    ],
)
async def test_each_kind_of_date_is_told_to_those_it_concerns_and_to_nobody_else(
    node: Node,  # noqa: F811
    enter: object,
    silent: str,
    morning: str,
    expected: dict[str, str],
) -> None:
    node.time.ahead = at(BEGINS) - datetime.now(at(BEGINS).tzinfo)
    assert callable(enter)
    await node.database.write(enter)
    await node.run_at(BEGINS)
    await node.run_at(silent)
    before = await node.database.read(told)
    await node.run_at(morning)
    after = await node.database.read(told)
    new = {name: texts[len(before.get(name, [])) :] for name, texts in after.items()}
    new = {name: texts for name, texts in new.items() if texts}
    assert set(new) == set(expected), (before, new)
    for name, words in expected.items():
        assert any(words in text for text in new[name]), new


async def test_a_poster_says_that_it_is_paid_and_nobody_of_theirs_is_reminded_again(node: Node) -> None:  # noqa: F811
    node.time.ahead = at(BEGINS) - datetime.now(at(BEGINS).tzinfo)
    cast = await node.database.write(accepted)
    await node.run_at(BEGINS)
    await node.run_at("2026-11-10T09:01:00")

    def pay(tx: Tx) -> bool:
        return reminder_service.end(tx, people.meet(tx, "o-发榜国企"), f"payment:{cast.challenge}:2", Tap.PAID)

    def stranger(tx: Tx) -> bool:
        return reminder_service.end(tx, people.meet(tx, "o-无关企业"), f"payment:{cast.challenge}:2", Tap.PAID)

    assert not await node.database.write(stranger)
    assert await node.database.write(pay)
    await node.run_at("2026-11-23T09:01:00")
    told_by_firm = await node.database.read(told)
    assert "发榜国企" not in told_by_firm, "what had not gone out by then is taken back too"
    assert len(told_by_firm["揭榜企业"]) == 2
