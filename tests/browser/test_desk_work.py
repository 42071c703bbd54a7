"""Officials' daily work, with the firm's phone beside it: licences, phone numbers, questions."""

import io

import pytest

from tests.browser.desk import Worker, enter, keep_picture
from tests.browser.person import Person

pytestmark = pytest.mark.browser

FIRM = "南京云杼传感科技有限公司"


def licence() -> bytes:
    """Return an invented licence, as a phone would photograph it."""
    from PIL import Image, ImageDraw, ImageFont

    sheet = Image.new("RGB", (640, 420), "#f3efe2")
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.truetype("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 24)
    draw.rectangle((12, 12, 628, 408), outline="#8a6d3b", width=4)
    lines = ("营业执照（演示，无效）", f"名称：{FIRM}", "统一社会信用代码：91320115MADEM1014U", "住所：江宁区")
    for number, line in enumerate(lines):
        draw.text((40, 50 + 80 * number), line, fill="#222222", font=font)
    made = io.BytesIO()
    sheet.save(made, "JPEG")
    return made.getvalue()


async def waiting_licence(worker: Worker) -> None:
    """Open the licence just sent: the bot downloads it within seconds."""
    await worker.see("/console/proofs")
    await worker.page.get_by_role("link", name=FIRM).click()
    await worker.page.get_by_role("heading", name="营业执照").wait_for()
    while await worker.page.get_by_text("没有照片：还在从微信取").count():
        await worker.page.wait_for_timeout(500)
        await worker.page.reload()
    await worker.page.get_by_alt_text("企业发来的营业执照照片").wait_for()
    await worker.hold_readable()


async def test_a_licence_is_refused_with_a_reason_and_the_next_one_proves_the_firm(person: Person, size: str) -> None:
    await person.register()
    await person.say("核验")
    await person.send_picture(licence())
    worker = await enter(person, "江宁区工信局")
    await waiting_licence(worker)
    compared = str(await worker.page.locator("main").inner_text())
    assert compared.count("91320115MADEM1014U") == 2, "the firm's own code stands beside the roster's"
    await keep_picture(worker, f"desk-proof-{size}")
    await worker.tab_through()
    await worker.page.get_by_label("不通过的原因（企业会看到）").fill("照片看不清，请重拍")
    await worker.press("不通过")
    await person.pick("企业·财务")
    await person.chat.get_by_text("照片看不清，请重拍").wait_for()
    await person.say("核验")
    await person.send_picture(licence())
    await waiting_licence(worker)
    await worker.press("通过")
    await person.chat.get_by_text("核验通过").wait_for()
    assert FIRM in await worker.see("/console/firms")
    await worker.page.get_by_role("link", name=FIRM).click()
    await worker.hold_readable()
    await keep_picture(worker, f"desk-firm-{size}")
    await worker.tab_through()


async def test_a_gap_among_the_phone_numbers_is_filled_and_the_chat_gives_it(person: Person, size: str) -> None:
    worker = await enter(person, "市工信局")
    assert "海关AEO" in await worker.see("/console/contacts/gaps")
    await keep_picture(worker, f"desk-gaps-{size}")
    await worker.page.get_by_role("link", name="海关AEO").click()
    form = worker.page.locator("form[action='/console/contacts'][method=post]")
    if not await form.is_visible():
        await worker.page.get_by_text("新增一条").click()
    await form.get_by_label("单位", exact=True).fill("市商务局")
    await form.get_by_label("科室（可不填）").fill("演示处")
    await form.get_by_label("电话", exact=True).fill("025-00000011")
    await worker.hold_readable()
    assert "025-00000011" in await worker.press("保存（今天核对）")
    await keep_picture(worker, f"desk-contacts-{size}")
    await worker.press("11.3 海关AEO：仍然正确")
    assert "2026-11-05 演示一号" in await worker.see("/console/contacts?q=025-00000011")
    await person.pick("企业·财务")
    assert "025-00000011" in await person.say("海关AEO")


async def test_a_question_is_assigned_moved_with_a_date_and_answered_into_the_chat(person: Person, size: str) -> None:
    await person.register()
    assert "工单1" in await person.say("人工 算力券去哪里领？")
    city = await enter(person, "市工信局")
    assert "1待答复的工单" in (await city.see("/console")).replace("\n", "")
    await keep_picture(city, f"desk-home-{size}")
    assert "算力券去哪里领" in await city.see("/console/tickets")
    await keep_picture(city, f"desk-tickets-{size}")
    await city.page.get_by_role("link", name="工单 1").click()
    assert "演示一号" in await city.press("分派")
    await city.page.get_by_label("转给").select_option(label="江宁 江宁区工信局")
    await city.page.get_by_label("几个工作日内答复").fill("3")
    await city.page.get_by_label("说明（内部看）").fill("请江宁答复")
    await city.press("转办")
    await city.page.context.clear_cookies()
    district = await enter(person, "江宁区工信局")
    assert "2026-11-10" in await district.see("/console/tickets"), (
        "three workdays after a Thursday, the day itself not counted"
    )
    await district.page.get_by_role("link", name="工单 1").click()
    assert "请江宁答复" in str(await district.page.locator("main").inner_text())
    await district.page.get_by_label("写给企业看的话").fill("在市工信局网站申领，以通知为准。")
    await district.hold_readable()
    await keep_picture(district, f"desk-ticket-{size}")
    await district.tab_through()
    assert "已答复" in await district.press("答复")
    await person.pick("企业·财务")
    await person.chat.get_by_text("在市工信局网站申领，以通知为准。").first.wait_for()
