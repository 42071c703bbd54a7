"""Contacts in the console: entered within one's area, confirmed, changed, removed, exported; the gaps."""

import csv
import io
import re
from datetime import timedelta

import pytest

from config.policy.loader import load
from storage.audit import audit
from storage.engine.columns import table_of
from storage.people.roles import RoleKind
from storage.tickets import contacts
from storage.tickets.contacts import CITY
from tests.console.stage import Browser, DeskStage

GOOD = {
    "about": "8.1",
    "area": "江宁",
    "unit": "江宁区工信局",
    "office": "企业科",
    "phone": "025-12345678转8001",
    "hours": "",
}


async def editor_of(desk: DeskStage, area: str | None = "江宁") -> Browser:
    browser = await desk.official(RoleKind.EDITOR, area, f"{area or '市'}工信局")
    await browser.get("/console/contacts")
    return browser


async def test_an_editor_enters_changes_confirms_and_removes_a_contact(desk: DeskStage) -> None:
    browser = await editor_of(desk)
    assert (await browser.post("/console/contacts", **GOOD)).location == "/console/contacts"
    page = (await browser.get("/console/contacts")).text
    assert "江宁区工信局 企业科" in page
    assert "8.1" in page
    assert "某人" in page
    ((key, found),) = (await desk.database.read(contacts.find, ["8.1"], ["江宁"])).items()
    assert key == ("8.1", "江宁")
    address = f"/console/contacts/{found.id}"
    desk.ahead(timedelta(days=181))
    browser = await editor_of(desk)
    assert "电话未复核" in (await browser.get("/console/contacts?stale=1")).text
    assert (await browser.post(f"{address}/confirm")).location == address
    assert "没有符合条件" in (await browser.get("/console/contacts?stale=1")).text
    changed = {"unit": "江宁区工信局", "office": "创新科", "phone": "025-87654321", "hours": "工作日"}
    assert (await browser.post(address, **changed)).location == address
    assert "创新科" in (await browser.get(address)).text
    assert (await browser.post(f"{address}/remove")).location == "/console/contacts"
    assert (await browser.get(address)).status == 404
    entries = table_of(audit.AuditRow)
    acts = await desk.database.read(
        lambda tx: [row.action for row in tx.execute(entries.select()) if row.action.startswith("contact.")]
    )
    assert acts == ["contact.add", "contact.confirm", "contact.change", "contact.remove"]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"area": "六合"}, "没填对"),
        ({"area": ""}, "没填对"),
        ({"area": "火星"}, "没填对"),
        ({"about": "99.9"}, "没填对"),
        ({"about": ""}, "请选择事项"),
        ({"unit": ""}, "请填写单位"),
        ({"office": "很" * 41}, "最多 40 个字"),
        ({"phone": "打给小王"}, "电话只写数字"),
        ({"phone": "--"}, "电话只写数字"),
        ({"phone": ""}, "电话只写数字"),
    ],
)
async def test_what_is_wrong_is_told_and_nothing_is_kept(desk: DeskStage, wrong: dict[str, str], says: str) -> None:
    browser = await editor_of(desk)
    page = await browser.post("/console/contacts", **{**GOOD, **wrong})
    assert (page.status, says in page.text) == (422, True)
    assert await desk.database.read(contacts.existing) == set()


async def test_a_place_that_is_taken_is_not_entered_twice(desk: DeskStage) -> None:
    browser = await editor_of(desk)
    await browser.post("/console/contacts", **GOOD)
    assert "已有联系方式" in (await browser.post("/console/contacts", **GOOD)).text
    city = await editor_of(desk, None)
    assert (await city.post("/console/contacts", **{**GOOD, "area": ""})).status == 303
    assert await desk.database.read(contacts.existing) == {("8.1", "江宁"), ("8.1", CITY)}


async def test_a_district_sees_the_citys_contacts_and_not_another_districts(desk: DeskStage) -> None:
    city = await editor_of(desk, None)
    for area, unit in (("", "市局"), ("江宁", "江宁局"), ("六合", "六合局")):
        await city.post("/console/contacts", **{**GOOD, "area": area, "unit": unit})
    page = (await (await editor_of(desk)).get("/console/contacts")).text
    assert [unit in page for unit in ("市局 ", "江宁局 ", "六合局 ")] == [True, True, False]


async def test_the_gaps_shrink_as_contacts_are_entered(desk: DeskStage) -> None:
    browser = await editor_of(desk)
    count = len(load().items)
    assert f"{count} 个事项中，{count} 个还有缺口" in (await browser.get("/console/contacts/gaps")).text
    await browser.post("/console/contacts", **GOOD)
    assert f"{count - 1} 个还有缺口" in (await browser.get("/console/contacts/gaps")).text
    await browser.post("/console/contacts", **{**GOOD, "about": "市工信局"})
    left = (await browser.get("/console/contacts/gaps")).text
    assert re.search(r"\b5\.2\b", left) is None, "the lead agency of 5.2 has one now"
    assert re.search(r"\b2\.1\b", left)


async def test_the_list_is_taken_away_as_a_file_without_formulas(desk: DeskStage) -> None:
    browser = await editor_of(desk)
    await browser.post("/console/contacts", **{**GOOD, "unit": "=1+1"})
    page = await browser.get("/console/contacts/export?as=csv")
    rows = list(csv.reader(io.StringIO(page.text.lstrip("\ufeff"))))
    assert rows[1][1:5] == ["江宁", "'=1+1", "企业科", "025-12345678转8001"]
    assert (await browser.get("/console/contacts/export?as=xlsx")).status == 200
    assert (await browser.get("/console/contacts/export?as=doc")).status == 422
