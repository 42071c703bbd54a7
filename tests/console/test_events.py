"""Officials hold an event in the console; an SOE adds a need; plan and outcomes are shown there."""

import re

from storage.engine.transactions import Tx
from storage.events import events, meetings, signups
from storage.events.meetings import MeetingOutcome
from storage.firms import firms
from storage.people import people
from storage.people.roles import RoleGrant, RoleKind
from tests.console.stage import DeskStage, today

FORM = {
    "kind": "ninggong",
    "title": "智能制造供需对接会",
    "area": "江宁",
    "place": "演示会议中心",
    "starts": "2099-11-20T14:00",
    "ends": "2099-11-20T16:00",
    "signup_from": "2020-01-01T09:00",
    "signup_until": "2099-11-18T17:00",
    "slots": "6",
    "minutes": "20",
    "seats": "10",
    "quota": "2",
    "theme": "<script>alert(1)</script>",
    "desks": "",
}


async def test_an_event_is_announced_filled_published_planned_and_counted(desk: DeskStage) -> None:
    browser = await desk.official(RoleKind.EDITOR, "江宁", "江宁区工信局")
    await browser.get("/console/events")
    made = await browser.post("/console/events", **FORM)
    assert made.status == 303
    path = made.location
    event_id = int(path.rpartition("/")[2])
    assert "&lt;script&gt;" in (await browser.get(path)).text
    assert (await browser.post(f"{path}/publish")).status == 422, "an event without a table is not published"
    await browser.get(path)
    await browser.post(f"{path}/tables", buyer="演示采购方", need="智能巡检机器人", at_once="2")
    assert (await browser.post(f"{path}/publish")).status == 303

    def sign_up(tx: Tx) -> int:
        firm_id = firms.add(tx, name="南京演示机器人有限公司", credit_code=None)
        person = people.meet(tx, "o-firm")
        people.join_firm(tx, person.id, firm_id)
        signups.put(tx, event_id, firm_id, person.id, signups.SignupState.IN)
        return firm_id

    firm_id = await desk.database.write(sign_up)
    await browser.get(path)
    await browser.post(f"{path}/schedule")
    page = (await browser.get(path)).text
    assert "洽谈日程（1场）" in page
    assert "2099-11-20 14:00" in page
    (planned,) = await desk.database.read(meetings.of_event, event_id)
    await desk.database.write(meetings.save_outcome, planned.id, firm_id, MeetingOutcome.SIGNED, 1_200_000)
    assert "1,200,000" in (await browser.get(path)).text
    await browser.post(f"{path}/absent", firm=firm_id)
    assert "洽谈日程（0场）" in (await browser.get(path)).text


async def test_an_official_of_one_district_holds_no_event_of_another(desk: DeskStage) -> None:
    browser = await desk.official(RoleKind.EDITOR, "六合", "六合区工信局")
    await browser.get("/console/events")
    assert (await browser.post("/console/events", **FORM)).status == 422
    assert (await browser.post("/console/events", **{**FORM, "area": ""})).status == 422
    assert FORM["title"] not in [event.title for event in await desk.database.read(events.latest, None, 10)]


async def test_times_that_contradict_each_other_are_said_in_words(desk: DeskStage) -> None:
    browser = await desk.official(RoleKind.EDITOR)
    await browser.get("/console/events")
    for wrong, said in (
        ({"signup_until": "2099-12-01T00:00"}, "时间前后不一致"),
        ({"ends": "2099-11-20T13:00"}, "时间前后不一致"),
        ({"starts": "昨天"}, "日期和时间请写成 2026-03-15T09:30 这样"),
    ):
        page = await browser.post("/console/events", **{**FORM, **wrong})
        assert page.status == 422
        assert said in page.text


async def test_an_soe_brings_its_need_to_a_published_event_and_sees_only_its_own(desk: DeskStage) -> None:
    official = await desk.official(RoleKind.EDITOR)
    await official.get("/console/events")
    path = (await official.post("/console/events", **FORM)).location
    await official.get(path)
    await official.post(f"{path}/tables", buyer="别家采购方", need="别家的需求", at_once="1")
    await official.post(f"{path}/publish")
    day = await desk.database.read(today)
    soe = await desk.database.write(lambda tx: firms.add(tx, name="演示轨道公司", credit_code=None, kind="soe"))
    person = await desk.person("o-soe", RoleGrant(RoleKind.SOE_POSTER, "某人", day, firm_id=soe))
    browser = await desk.inside(person)
    page = (await browser.get("/console/buyer-events")).text
    assert "智能制造供需对接会" in page
    assert "别家的需求" not in page
    event_id = path.rpartition("/")[2]
    assert (await browser.post(f"/console/buyer-events/{event_id}", need="车门控制软件")).status == 303
    assert "车门控制软件" in (await browser.get("/console/buyer-events")).text
    assert re.search(r"演示轨道公司.*车门控制软件", (await official.get(path)).text, re.S)
    assert (await browser.post("/console/buyer-events/999", need="车门")).status == 404


async def test_a_door_code_that_wechat_does_not_give_now_is_said_in_words(desk: DeskStage) -> None:
    browser = await desk.official(RoleKind.EDITOR, "江宁", "江宁区工信局")
    await browser.get("/console/events")
    where = (await browser.post("/console/events", **FORM)).location
    page = await browser.get(f"{where}/door")
    assert (page.status, "起连不上微信" in page.text, "请过一会儿再试" in page.text) == (503, True, True)
