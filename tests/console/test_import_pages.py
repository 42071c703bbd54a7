"""An official's table in the console: reviewed, decided, applied atomically, found, undone."""

import pytest

from bot.live.matcher import LiveMatcher
from storage.engine.transactions import Tx
from storage.people.roles import RoleKind
from storage.roster import roster
from storage.roster.roster import Listed
from tests.bot.test_sandbox import endless, workbook
from tests.console.stage import Browser, DeskStage
from tests.console.test_roster_import import BROKEN, FIRM, HEAD, xlsx


async def _upload(browser: Browser, *rows: list[str], **more: str) -> str:
    await browser.get("/console/imports")
    fields = {"title": "srdi", "batch": "2026年度", "from": "2026-12-01", **more}
    page = await browser.post("/console/imports", table=("名单.xlsx", xlsx(*rows)), **fields)
    assert page.status == 303, page.text
    return page.location


def _snapshot(tx: Tx) -> list[Listed]:
    return roster.everything(tx)


async def test_seen_first_then_applied_then_found_then_taken_back(desk: DeskStage) -> None:
    browser = await desk.official(RoleKind.EDITOR)
    before = await desk.database.read(_snapshot)
    where = await _upload(browser, HEAD, FIRM, ["2", "南京沐弦软件有限公司", "雨花台"], complete="1")
    page = (await browser.get(where)).text
    assert "名录还没有任何变化" in page
    assert await desk.database.read(_snapshot) == before

    assert (await browser.post(f"{where}/apply")).location == where
    after = {entry.name: entry for entry in await desk.database.read(_snapshot)}
    assert after["南京试样机械有限公司"].district == "江宁"
    assert "2026年度" in [title.batch for title in after["南京沐弦软件有限公司"].titles]
    matcher = LiveMatcher()
    assert (await desk.database.read(matcher.resolve, "试样机械")).candidates
    assert (await browser.post(f"{where}/apply")).status == 422

    await browser.get(where)
    assert (await browser.post(f"{where}/undo")).location == where
    assert await desk.database.read(_snapshot) == before
    assert "试样" not in repr((await desk.database.read(matcher.resolve, "试样机械")).candidates)


async def test_a_doubtful_line_is_what_the_person_says(desk: DeskStage) -> None:
    browser = await desk.official(RoleKind.EDITOR)
    where = await _upload(browser, HEAD, ["1", "南京沐玄软件有限公司", "雨花台"])
    page = (await browser.get(where)).text
    assert "就是：南京沐弦软件有限公司" in page
    entry_id = page.split('name="line-2" value="')[1].split('"')[0]
    await browser.post(f"{where}/apply", **{"line-2": entry_id})
    found = await desk.database.read(roster.get, int(entry_id))
    assert (found.name, len(found.titles)) == ("南京沐弦软件有限公司", 2)


async def test_a_plan_that_the_roster_has_overtaken_is_refused_whole(desk: DeskStage) -> None:
    browser = await desk.official(RoleKind.EDITOR)
    first = await _upload(browser, HEAD, FIRM)
    second = await _upload(browser, HEAD, ["1", "南京别家设备有限公司", "六合"])
    await browser.get(second)
    assert (await browser.post(f"{second}/apply")).status == 303
    refused = await browser.post(f"{first}/apply")
    assert (refused.status, "重新上传" in refused.text) == (422, True)
    assert "试样" not in repr(await desk.database.read(_snapshot))


@pytest.mark.parametrize("case", ["macros", "half a sheet", "no header", "too large"])
async def test_a_bad_file_changes_nothing_and_says_why(desk: DeskStage, case: str) -> None:
    browser = await desk.official(RoleKind.EDITOR)
    before = await desk.database.read(_snapshot)
    await browser.get("/console/imports")
    page = await browser.post("/console/imports", table=("名单.xlsx", BROKEN[case][0]), title="srdi")
    assert page.status in (413, 422)
    assert "文件" in page.text or "表头" in page.text
    assert await desk.database.read(_snapshot) == before


async def test_a_district_sees_and_exports_only_its_own(desk: DeskStage) -> None:
    browser = await desk.official(RoleKind.AUDITOR, "江宁", "江宁区工信局")
    page = (await browser.get("/console/roster")).text
    assert "云杼传感" in page
    assert "共 1 家" in page
    exported = (await browser.get("/console/roster/export?as=csv")).text
    assert "云杼传感" in exported
    assert "澜砚" not in exported


@pytest.mark.parametrize(
    ("query", "there", "not_there"),
    [
        ("q=机床", "澜砚", "云杼"),
        ("q=91320115MADEM1014U", "云杼", "澜砚"),
        ("district=栖霞", "青穗", "云杼"),
        ("title=champion", "北芒", "云杼"),
        ("q=%25", "没有符合条件", "云杼"),
        ("q='%20OR%201=1--", "没有符合条件", "云杼"),
        ("page=99", "没有符合条件", "云杼"),
        ("sort=password&page=x&desc=7&district=火星&title=x", "云杼", "没有符合条件"),
    ],
)
async def test_the_list_is_filtered_by_its_address(desk: DeskStage, query: str, there: str, not_there: str) -> None:
    page = (await (await desk.official(RoleKind.EDITOR)).get(f"/console/roster?{query}")).text
    assert there in page
    assert not_there not in page


async def test_a_name_that_is_markup_is_shown_as_words(desk: DeskStage) -> None:
    browser = await desk.official(RoleKind.EDITOR)
    attacks = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}", "=cmd|'/c calc'!A1"]
    where = await _upload(browser, HEAD, *[[str(n), f"{words}厂", "江宁"] for n, words in enumerate(attacks)])
    await browser.get(where)
    await browser.post(f"{where}/apply")
    for path in (where, "/console/roster?sort=id&desc=1"):
        page = (await browser.get(path)).text
        assert "<script>alert" not in page
        assert "<img" not in page
        assert "{{7*7}}厂" in page
    assert "'=cmd" in (await browser.get("/console/roster/export?as=csv")).text


async def test_an_import_brings_zones_and_undoing_it_takes_them_away(desk: DeskStage) -> None:
    browser = await desk.official(RoleKind.EDITOR)
    first = await _upload(browser, HEAD, FIRM)
    await browser.get(first)
    await browser.post(f"{first}/apply")
    before = await desk.database.read(_snapshot)
    where = await _upload(browser, HEAD, ["1", "南京试样机械有限公司", "江宁开发区"])
    await browser.get(where)
    await browser.post(f"{where}/apply")
    found = next(one for one in await desk.database.read(_snapshot) if one.name == "南京试样机械有限公司")
    assert (found.district, found.zone) == ("江宁", "江宁开发区")
    assert "江宁（江宁开发区）" in (await browser.get("/console/roster?district=江宁开发区")).text
    zone = await desk.official(RoleKind.EDITOR, "江宁开发区", "江宁开发区管委会")
    assert (await zone.get(f"/console/roster/{found.id}")).status == 200
    assert "共 1 家" in (await zone.get("/console/roster")).text
    await browser.get(where)
    await browser.post(f"{where}/undo")
    assert await desk.database.read(_snapshot) == before
    assert (await zone.get(f"/console/roster/{found.id}")).status == 404


async def test_a_file_that_costs_too_much_is_a_sentence_on_the_page(desk: DeskStage) -> None:
    browser = await desk.official(RoleKind.EDITOR)
    before = await desk.database.read(_snapshot)
    await browser.get("/console/imports")
    page = await browser.post("/console/imports", table=("名单.xlsx", endless()), title="srdi")
    assert (page.status, "这份表太大或读不了" in page.text) == (422, True)
    assert await desk.database.read(_snapshot) == before


async def test_a_far_cell_is_named_and_the_rest_comes_in(desk: DeskStage) -> None:
    browser = await desk.official(RoleKind.EDITOR)
    await browser.get("/console/imports")
    fields = {"title": "srdi", "batch": "甲", "from": "2026-12-01"}
    page = await browser.post("/console/imports", table=("名单.xlsx", workbook((1999, 16_383, "远"))), **fields)
    assert "第 64 列以后的内容" in (await browser.get(page.location)).text
