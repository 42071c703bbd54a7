"""宁工品推 from its people's view: twelve firms, five tables, a full event, a no-show, and outcomes."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from bot.chat.context import ChatServices
from bot.services.events import events as event_service
from bot.services.events import meetings as meeting_service
from bot.services.events import signups as signup_service
from bot.services.events.events import TableCommand
from config.errors import ConflictError
from config.texts import Texts
from matchmaking.pairing import pair
from storage.engine.transactions import Tx
from storage.events import events, meetings, signups
from storage.events.events import MatchmakingEvent
from storage.events.signups import SignupState
from storage.firms import firms
from storage.people import people
from tests.conversations.stage import STORY_BEGINS, Stage, openid_of, register, said
from tests.simulator.phone import Phone

TEXTS = Texts.load()
BEGINS = datetime(2026, 11, 20, 6, tzinfo=UTC)
NEEDS = ("盾构机主轴承", "轨道交通车门控制软件", "燃料电池双极板", "水质在线监测传感器", "智能巡检机器人")
OFFICIAL = 1
OF_THE_DEMO = "轨道交通与智能制造供需对接会"


def at_hand(**changed: object) -> MatchmakingEvent:
    fields: dict[str, object] = {
        "kind": "ninggong",
        "title": "智能制造供需对接会",
        "theme": "轨道交通与智能制造",
        "place": "演示会议中心二楼",
        "area": None,
        "starts": BEGINS,
        "ends": BEGINS + timedelta(hours=2),
        "signup_from": STORY_BEGINS,
        "signup_until": BEGINS - timedelta(days=2),
        "seats": 12,
        "quota": 2,
        "desks": "融资",
        "slots": tuple(BEGINS + timedelta(minutes=20 * number) for number in range(6)),
    }
    return MatchmakingEvent(**{**fields, **changed})  # type: ignore[arg-type]


def hold(tx: Tx, event: MatchmakingEvent) -> int:
    event_id = event_service.announce(tx, event)
    for number, need in enumerate(NEEDS):
        event_service.add_table(tx, event_id, TableCommand(f"演示采购方{number}", need, 1))
    event_service.publish(tx, event_id)
    return event_id


def firm_of(tx: Tx, openid: str, name: str) -> int:
    """Add a person who registered this firm before the story."""
    firm_id = firms.add(tx, name=name, credit_code=None)
    people.join_firm(tx, people.meet(tx, openid).id, firm_id)
    return firm_id


async def schedule(stage: Stage, parts: ChatServices, event_id: int) -> int:
    gathering = await stage.database().read(meeting_service.pairing_input, event_id)
    names = {one.firm_id: {"name": one.firm} for one in gathering.signups}
    plan = meeting_service.plan_of(gathering, names)
    planned = meeting_service.packed(plan, pair(plan))

    return await stage.database().write(meeting_service.save, event_id, planned, gathering, parts.texts)


async def firm_phone(stage: Stage, name: str, firm: str) -> Phone:
    phone = stage.phone(name)
    await phone.follow()
    await stage.database().write(firm_of, openid_of(stage, name), firm)
    return phone


async def test_two_taps_sign_up_a_line_moves_up_meetings_are_told_and_followed_up(
    stage: Stage, parts: ChatServices
) -> None:
    database = stage.database
    event_id = await database().write(hold, at_hand(seats=3))
    phones = [await firm_phone(stage, f"会计{n}", f"南京演示{n}机器人有限公司") for n in range(4)]
    listed = said(await phones[0].say("宁工品推"))
    assert f"[{event_id}] 智能制造供需对接会（宁工品推）\n报名截至11月18日 14:00" in listed
    assert "不是投标" in listed
    detail = said(await phones[0].tap("看详情"))
    assert "A 演示采购方0：盾构机主轴承" in detail
    assert "已报名" in said(await phones[0].tap(f"报名 {event_id}"))
    assert "想谈：A 演示采购方0、C 演示采购方2" in said(await phones[0].say(f"想谈 {event_id} A C"))
    assert "没有这张洽谈桌" in said(await phones[0].say(f"想谈{event_id}Z"))
    for phone in phones[1:3]:
        assert "已报名" in said(await phone.say(f"报名{event_id}"))
    assert "3个名额已满，贵公司已列入候补" in said(await phones[3].say(f"报名 {event_id}"))
    assert "已报名" in said(await phones[0].say(f"报名 {event_id}")), "asking twice changes nothing"
    assert "已取消报名" in said(await phones[1].say(f"取消报名 {event_id}"))
    assert "有空位了，贵公司已递补入选" in said(await phones[3].say("帮助"))

    assert await schedule(stage, parts, event_id) >= 3
    told = said(await phones[0].say("我的对接"))
    assert "洽谈已排定" in told
    assert set(re.findall(r"[A-E](?=桌)", told)) == {"A", "C"}, "the tables that it asked for, and no others"
    stage.clock.advance(BEGINS - timedelta(minutes=30) - stage.clock.now())
    scene = await database().read(lambda tx: signup_service.check_in_scene(tx.cipher, event_id))
    assert "已签到：智能制造供需对接会" in said(await phones[0].scan(scene))
    stage.clock.advance(timedelta(seconds=5))
    assert "已经签到过了" in said(await phones[0].scan(scene))
    assert "没有这场活动的名额" in said(await phones[1].scan(scene))
    assert "签到" not in said(await phones[2].scan(scene[:-1] + ("0" if scene[-1] != "0" else "1")))

    stage.clock.advance(timedelta(hours=3))
    assert await database().write(meeting_service.plan_follow_ups, parts.texts) > 0
    await database().write(meeting_service.plan_follow_ups, parts.texts)
    asked = said(await phones[0].say("帮助"))
    assert asked.count("与演示采购方0的洽谈，现在怎么样") == 1
    (first, *_) = [one for one in await database().read(meetings.of_event, event_id) if "0机器人" in one.firm]
    assert "已签约，金额50万" in said(await phones[0].say(f"对接 {first.id} 已签约 50万"))
    assert "没有找到这场洽谈" in said(await phones[2].say(f"对接 {first.id} 洽谈中")), "another firm's meeting"
    tally = await database().read(meetings.tally, event_id)
    assert (tally.answered, tally.signed, tally.amount) == (1, 1, 500_000)


def _twelve(tx: Tx, event_id: int) -> list[int]:
    ids = []
    for number in range(12):
        person = people.meet(tx, f"o-{number}")
        ids.append(firm_of(tx, f"o-{number}", f"南京演示{number}精工有限公司"))
        known = people.meet(tx, f"o-{number}")
        signup_service.sign_up(tx, known, event_id, TEXTS)
        signup_service.save_wishes(tx, known, event_id, ["ABCDE"[number % 5], "ABCDE"[(number + 1) % 5]])
        assert person.id == known.id
    return ids


async def test_a_no_show_frees_its_seats_and_nobody_who_was_told_is_moved(stage: Stage, parts: ChatServices) -> None:
    database = stage.database
    event_id = await database().write(hold, at_hand())
    twelve = await database().write(_twelve, event_id)
    assert await schedule(stage, parts, event_id) == 24, "every firm at both tables it asked for"
    before = await database().read(meetings.of_event, event_id)
    assert len({(one.slot, one.table_id) for one in before}) == len(before), "a table meets one firm at a time"
    assert len({(one.slot, one.firm_id) for one in before}) == len(before), "a firm is at one table at a time"

    dropped = await database().write(meeting_service.mark_absent, event_id, twelve[0])
    assert dropped == 2
    await schedule(stage, parts, event_id)
    after = await database().read(meetings.of_event, event_id)
    kept = {(one.firm_id, one.table_id, one.slot) for one in before if one.firm_id != twelve[0]}
    assert kept <= {(one.firm_id, one.table_id, one.slot) for one in after}
    assert twelve[0] not in {one.firm_id for one in after}

    gathering = await database().read(meeting_service.pairing_input, event_id)
    planned = pair(meeting_service.plan_of(gathering, {}))
    await database().write(meeting_service.mark_absent, event_id, twelve[1])
    with pytest.raises(ConflictError, match="event_changed"):
        await database().write(meeting_service.save, event_id, planned, gathering, parts.texts)


async def test_the_line_is_first_come_first_served_and_closes_to_the_second(stage: Stage) -> None:
    database = stage.database
    event_id = await database().write(hold, at_hand(seats=1))

    def sign(tx: Tx, openid: str) -> SignupState:
        return signup_service.sign_up(tx, people.meet(tx, openid), event_id, TEXTS)[1]

    for openid in ("o-a", "o-b", "o-c"):
        await database().write(firm_of, openid, f"企业{openid}")
    assert [await database().write(sign, one) for one in ("o-a", "o-b")] == [SignupState.IN, SignupState.WAITING]
    stage.clock.advance(BEGINS - timedelta(days=2, seconds=-1) - stage.clock.now())
    with pytest.raises(ConflictError, match="event_closed"):
        await database().write(sign, "o-c")


async def test_an_event_called_off_is_told_with_its_reason_and_seen_no_more(stage: Stage, parts: ChatServices) -> None:
    event_id = await stage.database().write(hold, at_hand())
    phone = await firm_phone(stage, "会计", "南京演示科技有限公司")
    await phone.say(f"报名 {event_id}")
    await stage.database().write(event_service.cancel, event_id, "场地维修", parts.texts)
    assert "“智能制造供需对接会”已取消：场地维修" in said(await phone.say("宁工品推"))
    assert "没有编号" in said(await phone.say(f"活动 {event_id}"))
    assert "不接受报名" in said(await phone.say(f"报名 {event_id}"))


async def test_somebody_without_a_firm_may_look_and_is_asked_to_register(stage: Stage) -> None:
    event_id = await stage.database().write(hold, at_hand(title="<b>粗</b>[[点我]]"))
    phone = stage.phone("路人")
    await phone.follow()
    seen = said(await phone.say("宁工品推"))
    assert "＜b＞粗＜/b＞［［点我" in seen
    assert "注册" in said(await phone.say(f"报名 {event_id}"))


async def test_an_outcome_of_no_meeting_of_ones_own_is_not_read_further(stage: Stage) -> None:
    stranger = stage.phone("路过")
    await stranger.follow()
    for sum_ in ("50万", "1" * 900, "9" * 20 + "元"):
        assert "注册" in said(await stranger.say(f"对接 1 已签约 {sum_}"))
    member = await firm_phone(stage, "企业·财务", "云杼传感")
    assert "没有找到这场洽谈" in said(await member.say("对接 1 已签约 " + "1" * 900))


async def test_nothing_is_announced_that_makes_no_sense(stage: Stage) -> None:
    late = at_hand(signup_until=BEGINS + timedelta(hours=1))
    outside = at_hand(slots=(BEGINS + timedelta(hours=2),))
    for wrong in (late, outside, at_hand(slots=()), at_hand(seats=0), at_hand(title="")):
        with pytest.raises(Exception, match="event_"):
            await stage.database().write(event_service.announce, wrong)
    assert [event.title for event in await stage.database().read(events.latest, None, 10)] == [OF_THE_DEMO]


async def test_who_leaves_an_unproven_firm_alone_gives_its_place_up(stage: Stage) -> None:
    event_id = await stage.database().write(hold, at_hand())
    phone = await firm_phone(stage, "会计", "南京演示科技有限公司")
    await phone.say(f"报名 {event_id}")
    await phone.unfollow()
    assert await stage.database().read(signups.of_event, event_id) == []


@pytest.mark.parametrize("typed", ["宁工品推什么时候", "10.2"])
async def test_an_answer_about_the_item_names_the_next_event_of_its_kind(stage: Stage, typed: str) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    answer = said(await phone.say(typed))
    assert "近期活动：轨道交通与智能制造供需对接会，11月26日 14:00，报名截至11月24日 14:00" in answer
    assert "近期活动" not in said(await phone.say("10.1"))
