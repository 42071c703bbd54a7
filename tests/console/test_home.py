"""The home page shows the viewer's tasks, and nothing of other areas."""

from datetime import timedelta

from bot.services.tickets import tickets as ticket_service
from config.workdays import Workdays
from storage.engine.transactions import Tx
from storage.firms import firms, licence_reviews
from storage.people import people
from storage.people.roles import RoleKind
from tests.console.stage import DeskStage

WORKDAYS = Workdays.load()


def ask(tx: Tx, area: str) -> int:
    return ticket_service.open_or_add(tx, people.meet(tx, f"o-asker-{area}"), area, "问题", WORKDAYS)[0].id


def licence(tx: Tx, district: str) -> None:
    firm_id = firms.add(tx, name=f"南京{district}测试有限公司", credit_code=None)
    firms.save_facts(tx, firm_id, {"district": district}, "self")
    request_id = licence_reviews.add(tx, firm_id, people.meet(tx, f"o-{district}").id, "media")
    assert licence_reviews.save_picture(tx, request_id, b"picture")


async def test_what_waits_is_counted_within_ones_reach_and_leads_to_its_page(desk: DeskStage) -> None:
    browser = await desk.official(RoleKind.EDITOR, "江宁", "江宁区工信局")
    assert "没有等着办的。" in (await browser.get("/console")).text
    ids = [await desk.database.write(ask, area) for area in ("江宁", "六合")]
    for district in ("江宁", "六合"):
        await desk.database.write(licence, district)
    page = (await browser.get("/console")).text
    assert '<a href="/console/tickets"><strong>1</strong>待答复的工单</a>' in page
    assert '<a href="/console/proofs"><strong>1</strong>待核验的营业执照</a>' in page
    assert "分派给我的" not in page
    await browser.get(f"/console/tickets/{ids[0]}")
    await browser.post(f"/console/tickets/{ids[0]}/assign", assignee="")
    assert "<strong>1</strong>分派给我的工单" in (await browser.get("/console")).text
    city = await desk.official(RoleKind.APPROVER)
    assert "<strong>2</strong>待答复的工单" in (await city.get("/console")).text


async def test_an_overdue_question_stands_first(desk: DeskStage) -> None:
    await desk.database.write(ask, "江宁")
    desk.ahead(timedelta(days=30))
    page = (await (await desk.official(RoleKind.EDITOR, "江宁")).get("/console")).text
    assert page.index("<strong>1</strong>超期的工单") < page.index("<strong>1</strong>待答复的工单")


async def test_an_operator_is_told_of_questions_and_not_of_licences_that_they_do_not_see(desk: DeskStage) -> None:
    await desk.database.write(ask, "江宁")
    await desk.database.write(licence, "江宁")
    page = (await (await desk.official(RoleKind.OPERATOR)).get("/console")).text
    assert ("待答复的工单" in page, "待核验的营业执照" in page) == (True, False)


async def test_who_answers_nothing_is_told_of_nothing(desk: DeskStage) -> None:
    await desk.database.write(ask, "江宁")
    assert "等您办的" not in (await (await desk.official(RoleKind.AUDITOR)).get("/console")).text
