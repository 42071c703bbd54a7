"""Tickets in the console: one's queue, assigning, transferring in workdays, answering, canned answers."""

from datetime import date, timedelta

import pytest

from bot.services.tickets import tickets as ticket_service
from config.workdays import Workdays
from storage.engine.transactions import Tx
from storage.notices import outbox
from storage.people import people
from storage.people.roles import RoleGrant, RoleKind
from storage.tickets import tickets
from storage.tickets.tickets import TicketState
from tests.console.stage import Browser, DeskStage

QUESTION = "<script>算力券怎么领</script>"


def _ask(tx: Tx, area: str, words: str, openid: str) -> int:
    ticket, _ = ticket_service.open_or_add(tx, people.meet(tx, openid), area, words, Workdays.load())
    return ticket.id


def _told(tx: Tx, openid: str) -> list[str]:
    return [notice.text for notice in outbox.listed(tx, people.meet(tx, openid).id)]


async def ask(desk: DeskStage, area: str = "江宁", words: str = QUESTION, openid: str = "o-asker") -> int:
    return await desk.database.write(_ask, area, words, openid)


async def editor(desk: DeskStage, area: str | None = "江宁", agency: str = "江宁区工信局") -> Browser:
    browser = await desk.official(RoleKind.EDITOR, area, agency)
    await browser.get("/console/tickets/canned")
    return browser


async def test_an_answer_goes_from_the_queue_to_the_person(desk: DeskStage) -> None:
    ticket_id = await ask(desk)
    browser = await editor(desk)
    queue = (await browser.get("/console/tickets")).text
    assert "&lt;script&gt;算力券怎么领" in queue
    assert "未分派" in queue
    await browser.get(f"/console/tickets/{ticket_id}")
    page = await browser.post(f"/console/tickets/{ticket_id}/reply", text="以通知为准")
    assert page.location == f"/console/tickets/{ticket_id}"
    assert await desk.database.write(_told, "o-asker") == [
        "工单1 江宁区工信局答复：\n以通知为准\n还有要问的，发“人工”加问题。"
    ]
    shown = (await browser.get(f"/console/tickets/{ticket_id}")).text
    assert "以通知为准" in shown
    assert "已答复" in shown
    assert "共 0 件" in (await browser.get("/console/tickets")).text
    assert "共 1 件" in (await browser.get("/console/tickets?state=answered&mine=1")).text


async def test_each_sees_the_queue_that_they_answer_for(desk: DeskStage) -> None:
    for number, area in enumerate(("江宁", "六合", "")):
        await ask(desk, area, f"问题{area or '全市'}", f"o-{number}")
    city, district = await editor(desk, None, "市工信局"), await editor(desk)
    assert "共 3 件" in (await city.get("/console/tickets")).text
    assert "共 1 件" in (await city.get("/console/tickets?area=全市")).text
    assert "共 1 件" in (await city.get("/console/tickets?area=六合")).text
    mine = (await district.get("/console/tickets?state=all")).text
    assert [words in mine for words in ("问题江宁", "问题六合", "问题全市")] == [True, False, False]
    assert (await district.get("/console/tickets/2")).status == 404


async def test_a_ticket_is_moved_to_another_agency_by_a_day_in_workdays(desk: DeskStage) -> None:
    ticket_id = await ask(desk, "")
    finance = await editor(desk, None, "市财政局")
    city = await editor(desk, None, "市工信局")
    form = (await city.get(f"/console/tickets/{ticket_id}")).text
    assert 'value="市财政局|"' in form
    moved = await city.post(f"/console/tickets/{ticket_id}/move", place="市财政局|", days="3", why="归你们")
    assert moved.location == "/console/tickets"
    assert (await city.get(f"/console/tickets/{ticket_id}")).status == 404
    ticket = await desk.database.read(tickets.get, ticket_id)
    today = await desk.database.read(lambda tx: tx.now.date())
    assert ticket is not None
    assert ticket.due in {Workdays.load().after(today + timedelta(days=n), 3) for n in (0, 1)}
    assert "归你们" in (await finance.get(f"/console/tickets/{ticket_id}")).text
    assert "市财政局" in (await finance.get("/console/tickets?agency=市财政局")).text
    (told,) = await desk.database.write(_told, "o-asker")
    assert told.startswith("工单1已转市财政局办理，")
    assert "归你们" not in told


@pytest.mark.parametrize(
    ("what", "fields", "says"),
    [
        ("reply", {"text": ""}, "1 到 500 个字"),
        ("reply", {"text": "很" * 501}, "1 到 500 个字"),
        ("move", {"place": "市财政局|", "days": "3"}, "没填对"),
        ("move", {"place": "", "days": "3"}, "没填对"),
        ("move", {"place": "|江宁", "days": "0"}, "1 到 60 个工作日"),
        ("move", {"place": "|江宁", "days": "61"}, "1 到 60 个工作日"),
        ("assign", {"assignee": "999"}, "不归所选的人办"),
        ("reopen", {}, "本来就开着"),
    ],
)
async def test_what_is_wrong_is_told_and_changes_nothing(
    desk: DeskStage, what: str, fields: dict[str, str], says: str
) -> None:
    ticket_id = await ask(desk)
    browser = await editor(desk)
    before = await desk.database.read(tickets.get, ticket_id)
    page = await browser.post(f"/console/tickets/{ticket_id}/{what}", **fields)
    assert (page.status, says in page.text) == (422, True)
    assert await desk.database.read(tickets.get, ticket_id) == before
    assert await desk.database.write(_told, "o-asker") == []


async def test_a_ticket_is_given_to_a_colleague_whom_it_reaches(desk: DeskStage) -> None:
    ticket_id = await ask(desk)
    colleague = await desk.person(
        "o-near", RoleGrant(RoleKind.APPROVER, "李工", date.min, agency="江宁区工信局", area="江宁")
    )
    far = await desk.person("o-far", RoleGrant(RoleKind.APPROVER, "赵工", date.min, agency="六合区工信局", area="六合"))
    browser = await editor(desk)
    form = (await browser.get(f"/console/tickets/{ticket_id}")).text
    assert ("李工" in form, "赵工" in form) == (True, False)
    assert (await browser.post(f"/console/tickets/{ticket_id}/assign", assignee=far)).status == 422
    assert (await browser.post(f"/console/tickets/{ticket_id}/assign", assignee=colleague)).status == 303
    assert "李工" in (await browser.get("/console/tickets")).text
    assert "共 0 件" in (await browser.get("/console/tickets?mine=1")).text
    await browser.post(f"/console/tickets/{ticket_id}/assign", assignee="")
    assert "共 1 件" in (await browser.get("/console/tickets?mine=1")).text


async def test_closing_and_opening_again(desk: DeskStage) -> None:
    ticket_id = await ask(desk)
    browser = await editor(desk)
    await browser.post(f"/console/tickets/{ticket_id}/close", reason="重复")
    assert "已办结：重复" in (await desk.database.write(_told, "o-asker"))[0]
    assert "已办结" in (await browser.post(f"/console/tickets/{ticket_id}/reply", text="晚了")).text
    await browser.get(f"/console/tickets/{ticket_id}")
    await browser.post(f"/console/tickets/{ticket_id}/reopen")
    ticket = await desk.database.read(tickets.get, ticket_id)
    assert ticket is not None
    assert ticket.state == TicketState.OPEN


async def test_what_is_late_is_marked_and_can_be_filtered(desk: DeskStage) -> None:
    await ask(desk)
    assert "共 0 件" in (await (await editor(desk)).get("/console/tickets?state=late")).text
    desk.ahead(timedelta(days=20))
    late = (await (await editor(desk)).get("/console/tickets?state=late")).text
    assert "共 1 件" in late
    assert "已超期" in late


async def test_a_kept_answer_fills_the_reply(desk: DeskStage) -> None:
    ticket_id = await ask(desk)
    browser = await editor(desk)
    kept = {"title": "算力券", "text": "领取办法文件没有写。", "area": "江宁"}
    assert (await browser.post("/console/tickets/canned", **kept)).status == 303
    assert (await browser.post("/console/tickets/canned", **{**kept, "area": ""})).status == 422
    assert (await browser.post("/console/tickets/canned", **{**kept, "title": ""})).status == 422
    form = (await browser.get(f"/console/tickets/{ticket_id}?canned=1")).text
    assert ">领取办法文件没有写。</textarea>" in form
    far = await editor(desk, "六合", "六合区工信局")
    assert "算力券" not in (await far.get("/console/tickets/canned")).text
    await browser.get("/console/tickets/canned")
    await browser.post("/console/tickets/canned/1/remove")
    assert "还没有常用答复" in (await browser.get("/console/tickets/canned")).text


async def test_an_auditor_looks_and_cannot_answer(desk: DeskStage) -> None:
    ticket_id = await ask(desk)
    auditor = await desk.official(RoleKind.AUDITOR, None, "市审计局")
    page = (await auditor.get(f"/console/tickets/{ticket_id}")).text
    assert "算力券怎么领" in page
    assert "/reply" not in page
    assert (await auditor.post(f"/console/tickets/{ticket_id}/reply", text="x")).status == 404
