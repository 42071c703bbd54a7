"""Officials enter a firm's offerings if it has not done so; the firm sees who did."""

import pytest

from bot.services.firms import offerings as offering_service
from storage.engine.transactions import Tx
from storage.firms import offerings
from storage.notices import outbox
from storage.people import people
from storage.people.roles import RoleKind
from tests.console.stage import DeskStage
from tests.console.test_entry import OFFICIAL, Chat
from tests.console.test_firms import proven


def told(tx: Tx, person_id: int) -> list[str]:
    return [notice.text for notice in outbox.listed(tx, person_id)]


async def test_what_an_official_enters_carries_agency_and_day_and_the_firm_hears_of_it(desk: DeskStage) -> None:
    firm_id, boss = await desk.database.write(proven, OFFICIAL)
    browser = await desk.official(RoleKind.EDITOR, "玄武", "玄武区工信局")
    assert "代填产品" in (await browser.get(f"/console/firms/{firm_id}")).text
    await browser.get(f"/console/firms/{firm_id}/offers")
    sent = {"products": "减速器、<b>伺服</b>", "keywords": "谐波减速器"}
    assert (await browser.post(f"/console/firms/{firm_id}/offers", **sent)).location == f"/console/firms/{firm_id}"
    page = (await browser.get(f"/console/firms/{firm_id}")).text
    assert "减速器、&lt;b&gt;伺服&lt;/b&gt;（玄武区工信局代填，" in page
    first = await desk.database.read(told, boss)
    assert len(first) == 1
    assert "玄武区工信局代贵公司填写了主营产品、关键词：减速器、＜b＞伺服＜/b＞；谐波减速器。" in first[0]
    said = await Chat(desk).say("我的产品")
    assert "减速器、＜b＞伺服＜/b＞（玄武区工信局代填，" in said
    await browser.post(f"/console/firms/{firm_id}/offers", **sent)
    assert await desk.database.read(told, boss) == first, "what changed nothing is not told again"


async def test_what_the_firm_said_itself_nobody_changes(desk: DeskStage) -> None:
    firm_id, boss = await desk.database.write(proven, OFFICIAL)
    await desk.database.write(lambda tx: offering_service.state(tx, people.by_id(tx, boss), {"products": "自己的产品"}))
    browser = await desk.official(RoleKind.APPROVER, "玄武")
    form = (await browser.get(f"/console/firms/{firm_id}/offers")).text
    assert "企业自己填写" in form
    assert 'name="products"' not in form
    page = await browser.post(f"/console/firms/{firm_id}/offers", products="别的")
    assert (page.status, "不能代改" in page.text) == (422, True)
    await browser.post(f"/console/firms/{firm_id}/offers", keywords="传感器")
    kept = await desk.database.read(offerings.of, firm_id)
    assert (kept["products"].text, kept["products"].source) == ("自己的产品", "self")
    assert (kept["keywords"].text, kept["keywords"].source) == ("传感器", "official")


async def test_the_firms_own_word_replaces_the_officials(desk: DeskStage) -> None:
    firm_id, boss = await desk.database.write(proven, OFFICIAL)
    browser = await desk.official(RoleKind.EDITOR, "玄武")
    await browser.get(f"/console/firms/{firm_id}/offers")
    await browser.post(f"/console/firms/{firm_id}/offers", products="部门写的")
    await desk.database.write(lambda tx: offering_service.state(tx, people.by_id(tx, boss), {"products": "自己写的"}))
    kept = (await desk.database.read(offerings.of, firm_id))["products"]
    assert (kept.text, kept.source, kept.agency) == ("自己写的", "self", None)


@pytest.mark.parametrize("text", ["长" * 201], ids=["too long"])
async def test_what_is_too_long_is_refused(desk: DeskStage, text: str) -> None:
    firm_id, _ = await desk.database.write(proven, OFFICIAL)
    browser = await desk.official(RoleKind.EDITOR, "玄武")
    await browser.get(f"/console/firms/{firm_id}/offers")
    assert (await browser.post(f"/console/firms/{firm_id}/offers", products=text)).status == 422
    assert await desk.database.read(offerings.of, firm_id) == {}


async def test_officials_of_another_area_have_no_such_page(desk: DeskStage) -> None:
    firm_id, _ = await desk.database.write(proven, OFFICIAL)
    browser = await desk.official(RoleKind.EDITOR, "六合")
    await browser.get("/console")
    assert (await browser.get(f"/console/firms/{firm_id}/offers")).status == 404
    assert (await browser.post(f"/console/firms/{firm_id}/offers", products="x")).status == 404
