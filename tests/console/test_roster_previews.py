"""An import's preview tells what would change; our own export comes back and changes nothing."""

import pytest

from storage.engine.transactions import Tx
from storage.people.roles import RoleKind
from storage.roster import roster
from storage.roster.roster import Listed
from tests.console.stage import Browser, DeskStage
from tests.console.test_roster_accounting import FIRM, HEAD
from tests.console.test_roster_import import text_of, xlsx


async def uploaded(browser: Browser, data: bytes, name: str, **fields: str) -> str:
    await browser.get("/console/imports")
    page = await browser.post("/console/imports", table=(name, data), **fields)
    assert page.status == 303, page.text
    return page.location


def listed(tx: Tx) -> list[Listed]:
    return roster.everything(tx)


async def test_our_own_export_comes_back_and_changes_nothing(desk: DeskStage) -> None:
    browser = await desk.official(RoleKind.EDITOR)
    before = await desk.database.read(listed)
    exported = (await browser.get("/console/roster/export?as=csv")).text
    where = await uploaded(browser, exported.encode(), "名录.csv", complete="1")
    page = (await browser.get(where)).text
    titled = [entry for entry in before if entry.titles]
    assert f"<strong>{len(titled)}</strong>没有变化" in page
    assert f"<strong>{sum(max(1, len(entry.titles)) for entry in before)}</strong>读到的行" in page
    for label in ("新增", "有变化", "要您判断", "有错，不导入", "称号失效"):
        assert f"<strong>0</strong>{label}" in page
    await browser.post(f"{where}/apply")
    assert await desk.database.read(listed) == before


async def test_corrected_days_are_a_change_that_the_preview_shows_and_can_be_applied(desk: DeskStage) -> None:
    browser = await desk.official(RoleKind.EDITOR)
    head = ["企业名称", "所属区", "称号", "批次", "认定时间", "有效期至"]
    row = ["南京试样机械有限公司", "江宁区", "专精特新中小企业", "2026年度", "2026-11-01", "2029-10-31"]
    for start, end, change in (("2026-11-01", "2029-10-31", "新增"), ("2026-12-01", "2029-11-30", "有变化")):
        row[4:] = [start, end]
        where = await uploaded(browser, text_of(head, row).encode(), "名单.csv")
        page = (await browser.get(where)).text
        assert f"<strong>1</strong>{change}" in page
        assert f"{start} 至" in page
        await browser.post(f"{where}/apply")
    (found,) = [one for one in await desk.database.read(listed) if one.name == row[0]]
    assert [(str(t.valid_from), str(t.valid_until)) for t in found.titles] == [("2026-12-01", "2029-12-01")]


async def test_a_table_without_an_end_takes_no_known_end_away(desk: DeskStage) -> None:
    browser = await desk.official(RoleKind.EDITOR)
    name, batch = "南京试样机械有限公司", {"title": "srdi", "batch": "2026年度", "from": "2026-12-01"}
    heads = [["企业名称", "所属区", "有效期至"], ["企业名称", "统一社会信用代码"]]
    for head, row in zip(heads, [[name, "江宁", "2029-11-30"], [name, "91320115MA0000850J"]], strict=True):
        where = await uploaded(browser, text_of(head, row).encode(), "名单.csv", **batch)
        assert "2026-12-01 至 2029-12-01（不含）" in (await browser.get(where)).text
        await browser.post(f"{where}/apply")
    (found,) = [one for one in await desk.database.read(listed) if one.name == name]
    assert (found.credit_code, [str(title.valid_until) for title in found.titles]) == (
        "91320115MA0000850J",
        ["2029-12-01"],
    )


@pytest.mark.parametrize(("cell", "shown"), [("长期", "至 长期，"), ("", "至 长期（没有写到哪一天），")])
async def test_the_preview_tells_no_end_from_none_written(desk: DeskStage, cell: str, shown: str) -> None:
    browser = await desk.official(RoleKind.EDITOR)
    data = text_of(["企业名称", "所属区", "有效期至"], ["南京试样机械有限公司", "江宁", cell]).encode()
    where = await uploaded(browser, data, "名单.csv", title="srdi", batch="甲", **{"from": "2026-12-01"})
    assert shown in (await browser.get(where)).text


async def test_the_page_shows_what_was_skipped_and_why(desk: DeskStage) -> None:
    browser = await desk.official(RoleKind.EDITOR)
    data = xlsx(HEAD, FIRM, FIRM, ["", "合计", "", "20"])
    where = await uploaded(browser, data, "名单.xlsx", title="srdi", batch="甲", **{"from": "2026-12-01"})
    page = (await browser.get(where)).text
    assert "<strong>3</strong>读到的行" in page
    assert "<strong>2</strong>跳过" in page
    assert "第 3 行：同一家企业写了两行，已合并到（第 2 行 南京试样机械有限公司）" in page
    assert "第 4 行：合计、分组标题或说明（合计　20）" in page
