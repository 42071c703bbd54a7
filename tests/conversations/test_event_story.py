"""宁工品推 in full: twelve firms and a thirteenth waiting, five tables, check-in, a no-show, outcomes."""

import re
from datetime import datetime, timedelta

from bot.services.events import meetings as meeting_service
from bot.services.events import signups as signup_service
from config.calendar import SHANGHAI
from storage.events import meetings
from storage.firms import firms, offerings
from storage.people.roles import RoleGrant, RoleKind
from tests.console.stage import Browser, today
from tests.conversations.market import Market, market, settings
from tests.conversations.stage import openid_of, said
from tests.conversations.test_events import firm_of
from tests.simulator.phone import Phone

__all__ = ["market", "settings"]

NEEDS = ("盾构机主轴承", "轨道交通车门控制软件", "燃料电池双极板", "水质在线监测传感器")
OWN_NEED = "智能巡检机器人"
BEGINS = datetime(2026, 11, 20, 14, tzinfo=SHANGHAI)
LAST_DAY = datetime(2026, 11, 18, 17, tzinfo=SHANGHAI)
FORM = {
    "kind": "ninggong",
    "title": "智能制造供需对接会",
    "area": "",
    "place": "演示会议中心二楼",
    "starts": f"{BEGINS:%Y-%m-%dT%H:%M}",
    "ends": f"{BEGINS + timedelta(hours=2):%Y-%m-%dT%H:%M}",
    "signup_from": "2026-11-01T09:00",
    "signup_until": f"{LAST_DAY:%Y-%m-%dT%H:%M}",
    "slots": "6",
    "minutes": "20",
    "seats": "12",
    "quota": "2",
    "theme": "轨道交通与智能制造",
    "desks": "融资、法务",
}


async def announced(market: Market) -> tuple[str, int]:
    """Announce the event in the console: four tables by the official, one by an SOE."""
    desk = market.desk
    official = await desk.official(RoleKind.EDITOR)
    await official.get("/console/events")
    path = (await official.post("/console/events", **FORM)).location
    await official.get(path)
    for number, need in enumerate(NEEDS):
        assert (
            await official.post(f"{path}/tables", buyer=f"演示采购方{number}", need=need, at_once="1")
        ).status == 303
    assert (await official.post(f"{path}/publish")).status == 303
    soe = await desk.database.write(lambda tx: firms.add(tx, name="演示地铁公司", credit_code=None, kind="soe"))
    day = await desk.database.read(today)
    buyer = await desk.inside(await desk.person("o-soe", RoleGrant(RoleKind.SOE_POSTER, "某人", day, firm_id=soe)))
    await buyer.get("/console/buyer-events")
    event_id = path.rpartition("/")[2]
    assert (await buyer.post(f"/console/buyer-events/{event_id}", need=OWN_NEED)).status == 303
    return path, int(event_id)


async def phones(market: Market) -> list[Phone]:
    """Return thirteen firms, each with a follower; the first offers what the SOE needs."""
    found = []
    for number in range(13):
        phone = market.stage.phone(f"会计{number}")
        await phone.follow()
        firm_id = await market.desk.database.write(
            firm_of, openid_of(market.stage, f"会计{number}"), f"南京演示{number}精工有限公司"
        )
        if number == 0:
            await market.desk.database.write(offerings.put, firm_id, {"products": OWN_NEED}, "self")
        found.append(phone)
    return found


async def shown(browser: Browser, path: str, what: str) -> str:
    """Return the event page's section under this heading."""
    page = (await browser.get(path)).text
    return next(part for part in page.split("<section")[1:] if f"<h2>{what}" in part)


async def again(market: Market) -> Browser:
    return await market.desk.official(RoleKind.EDITOR)


async def test_an_event_of_twelve_firms_and_five_tables(market: Market) -> None:
    database, clock = market.desk.database, market.stage.clock
    path, event_id = await announced(market)
    everybody = await phones(market)
    official = await again(market)
    await official.get(f"{path}/invitations")
    assert (await official.post(f"{path}/propose")).status == 303
    page = (await official.get(f"{path}/invitations")).text
    first_id = re.findall(r"firm-(\d+)", page.split("南京演示0精工")[1])[0]
    await official.post(f"{path}/invite", why="做巡检机器人", **{f"firm-{first_id}": "1"})
    assert "邀请贵公司参加“智能制造供需对接会”" in said(await everybody[0].say("我的消息"))

    for number, phone in enumerate(everybody):
        await phone.say("宁工品推")
        told = said(await phone.say(f"报名 {event_id}"))
        assert ("已报名" in told, "列入候补" in told) == (number < 12, number == 12)
    for number, phone in enumerate(everybody[:12]):
        letters = "ABCDE"[number % 5] + " " + "ABCDE"[(number + 1) % 5]
        assert "想谈：" in said(await phone.say(f"想谈 {event_id} {letters}"))
    assert "（13家，其中候补1家）" in await shown(official, path, "报名")
    await everybody[11].say(f"取消报名 {event_id}")
    assert "有空位了" in said(await everybody[12].say("我的消息"))
    assert "已报名" in said(await everybody[12].say("我的对接"))
    await everybody[12].say(f"想谈 {event_id} B C")

    assert (await official.post(f"{path}/schedule")).status == 303
    before = await database.read(meetings.of_event, event_id)
    assert len(before) == 24, "every firm at both tables that it asked for"
    assert len({(one.slot, one.table_id) for one in before}) == 24, "a table meets one firm at a time"
    assert len({(one.slot, one.firm_id) for one in before}) == 24, "a firm sits at one table at a time"
    card = said(await everybody[0].say("我的对接"))
    assert set(re.findall(r"([A-E])桌 ", card)) == {"A", "B"}

    await official.post(f"{path}/absent", firm=first_of(before, "南京演示1精工"))
    assert "缺席" in await shown(official, path, "报名")
    await official.get(path)
    await official.post(f"{path}/schedule")
    after = await database.read(meetings.of_event, event_id)
    kept = {(one.firm_id, one.table_id, one.slot) for one in before if "演示1精工" not in one.firm}
    assert kept <= {(one.firm_id, one.table_id, one.slot) for one in after}, "nobody who was told is moved"
    assert not [one for one in after if "演示1精工" in one.firm]

    clock.advance(BEGINS - timedelta(minutes=30) - clock.now())
    scene = await database.read(lambda tx: signup_service.check_in_scene(tx.cipher, event_id))
    for number in (0, 2, 12):
        assert "已签到：智能制造供需对接会" in said(await everybody[number].scan(scene))
    assert "没有这场活动的名额" in said(await everybody[11].scan(scene))
    official = await again(market)
    assert (await shown(official, path, "报名")).count("2026-11-20 13:30") == 3
    await followed_up(market, path, event_id, everybody)


async def followed_up(market: Market, path: str, event_id: int, everybody: list[Phone]) -> None:
    """At the end, after 30 and after 90 days: one tap each time; officials see the sums."""
    database, clock = market.desk.database, market.stage.clock
    texts = market.stage.parts.texts
    ends = BEGINS + timedelta(hours=2)
    mine = [one for one in await database.read(meetings.of_event, event_id) if "演示0精工" in one.firm]
    for days, word in ((0, "无联系"), (30, "洽谈中"), (90, "已签约")):
        clock.advance(ends + timedelta(days=days, minutes=1) - clock.now())
        for _ in range(2):
            await database.write(meeting_service.plan_follow_ups, texts)
        asked = said(await everybody[0].say("我的消息"))
        assert asked.count(f"与{mine[0].buyer}的洽谈，现在怎么样") == 1, f"asked once after {days} days"
        assert "记下了" in said(await everybody[0].say(f"对接 {mine[0].id} {word}"))
        tally = await shown(await again(market), path, "洽谈日程")
        counts = [int(found) for found in re.findall(r"<li><strong>([\d,]+)</strong>(?!元)", tally)[:3]]
        assert counts == [1, int(days == 30), int(days == 90)]
    assert "已签约，金额50万" in said(await everybody[0].say(f"对接 {mine[0].id} 已签约 50万"))
    assert "没有找到这场洽谈" in said(await everybody[2].say(f"对接 {mine[0].id} 已签约")), "another firm's meeting"
    assert "<strong>500,000</strong>元（企业自报）" in await shown(await again(market), path, "洽谈日程")


def first_of(planned: list[meetings.EventMeeting], firm: str) -> int:
    return next(one.firm_id for one in planned if firm in one.firm)
