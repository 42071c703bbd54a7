"""Long lists: batch actions, export, filters, large text, and keyboard only."""

import pytest

from tests.browser.desk import enter, keep_picture
from tests.browser.person import Person

pytestmark = pytest.mark.browser


async def test_a_list_is_ticked_looked_at_again_done_taken_away_and_found_in_the_record(
    person: Person, size: str
) -> None:
    worker = await enter(person, "市工信局")
    await worker.see("/console/roster")
    for name in ("南京云杼传感科技有限公司", "南京青穗生物医药有限公司"):
        await worker.page.get_by_role("checkbox", name=f"选中 {name}").check()
    await worker.page.get_by_text("成批处理勾选的企业").click()
    await worker.hold_readable()
    seen = await worker.press("给勾选的生成核验码")
    assert "将对 2 家：各生成一个核验码" in seen
    await keep_picture(worker, f"desk-batch-{size}")
    done = await worker.press("确认执行")
    assert done.count("核验 ") >= 2
    await worker.see("/console/roster")
    async with worker.page.expect_download() as coming:
        await worker.page.get_by_role("link", name="导出 Excel").click()
    assert (await coming.value).suggested_filename == "名录.xlsx"
    record = await worker.see("/console/audit")
    assert record.count("开出核验码") >= 2
    await worker.page.get_by_label("做了什么").select_option(label="开出核验码")
    await worker.page.get_by_role("button", name="查找").click()
    await worker.page.get_by_text("共 2 条").wait_for()
    await worker.hold_readable()
    await keep_picture(worker, f"desk-audit-{size}")


async def test_a_phone_folds_the_menu_and_large_letters_stay_until_they_are_switched_off(
    person: Person, size: str
) -> None:
    worker = await enter(person, "江宁区工信局")
    menu = worker.page.get_by_role("navigation", name="主菜单")
    assert await menu.is_visible() == (size == "pc")
    assert "/console/tickets" in await worker.menu()
    await menu.wait_for(state="visible")
    await worker.hold_readable()
    await keep_picture(worker, f"desk-menu-{size}")
    await worker.see("/console/tickets?care=1")
    large = await worker.letters()
    await worker.see("/console/contacts")
    assert await worker.letters() == large
    await keep_picture(worker, f"desk-care-{size}")
    await worker.page.get_by_role("link", name="标准字").click()
    assert await worker.letters() < large


# Keyboards belong to PCs.
@pytest.mark.parametrize("size", ["pc"], indirect=True)
async def test_every_page_of_the_menu_can_be_used_by_the_keyboard_alone(person: Person) -> None:
    worker = await enter(person, "市工信局")
    for path in [*await worker.menu(), "/console/sessions", "/console/contacts/gaps", "/console/tickets/canned"]:
        await worker.see(path)
        await worker.tab_through()
