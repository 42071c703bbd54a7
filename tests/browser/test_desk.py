"""The console in a real browser, at both widths: every menu page is readable; a roster is imported and undone."""

import pytest

from tests.browser.desk import enter, keep_picture
from tests.browser.person import Person

pytestmark = pytest.mark.browser

WORKERS = {"市工信局": "/console/audit", "江宁区工信局": "/console/roster", "国企·工程师": "/console/challenges"}
TABLE = """\ufeff南京市专精特新中小企业名单（演示）
序号,企业名称,所属区
1,南京霁川流体控制有限公司,江宁区
2,南京云杼传感科技股份有限公司,江宁区
合计：2家
"""


@pytest.mark.parametrize("phone", WORKERS)
async def test_every_page_of_the_menu_can_be_read_in_either_size_of_letters(person: Person, phone: str) -> None:
    worker = await enter(person, phone)
    pages = await worker.menu()
    assert WORKERS[phone] in pages
    for path in pages:
        await worker.see(path)
        await worker.see(f"{path}?care=1")
        await worker.see(f"{path}?care=0")


async def test_a_roster_is_looked_at_decided_applied_and_taken_back(person: Person, size: str) -> None:
    worker = await enter(person, "市工信局")
    await worker.see("/console/imports")
    await worker.page.set_input_files(
        "input[type=file]", {"name": "名单.csv", "mimeType": "text/csv", "buffer": TABLE.encode()}
    )
    await worker.page.locator("#title").select_option("srdi")
    await worker.page.locator("#batch").fill("2026年度")
    await worker.page.locator("#from").fill("2026-11-01")
    seen = await worker.press("上传并预览")
    assert "名录还没有任何变化" in seen
    assert "第 4 行：南京云杼传感科技股份有限公司" in seen
    await keep_picture(worker, f"desk-import-{size}")
    await worker.page.get_by_label("是另一家，新增").check()
    assert "已生效" in await worker.press("确认导入")
    assert "南京霁川流体控制有限公司" in await worker.see("/console/roster?q=霁川")
    await worker.see("/console/roster")
    await keep_picture(worker, f"desk-roster-{size}")
    await worker.see("/console/imports")
    await worker.page.get_by_role("link", name="名单.csv").click()
    assert "已撤销" in await worker.press("撤销这次导入")
    assert "没有符合条件的企业" in await worker.see("/console/roster?q=霁川")
