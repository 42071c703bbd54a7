"""Unprompted messages in a real browser: a broadcast from its draft to the phone and the board."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from tests.browser.desk import Worker, enter, keep_picture
from tests.browser.person import Person

if TYPE_CHECKING:
    from playwright.async_api import FilePayload

pytestmark = pytest.mark.browser

# Messages, reminders, and card rendering.
PAGES = ("reminders", "outbox", "cards")


def drawn() -> bytes:
    """Return a picture as a phone would take it."""
    from PIL import Image, ImageDraw, ImageFont

    sheet = Image.new("RGB", (900, 500), "#12406b")
    font = ImageFont.truetype("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 72)
    ImageDraw.Draw(sheet).text((90, 200), "算力券 11月申报", fill="#ffffff", font=font)
    made = io.BytesIO()
    sheet.save(made, "PNG")
    return made.getvalue()


async def test_one_writes_another_approves_a_firm_reads_and_the_board_adds_up(person: Person, size: str) -> None:
    await person.register("云杼传感")
    author = await enter(person, "市工信局")
    await author.see("/console/broadcasts/new")
    await author.page.get_by_label("标题").fill("算力券辅导会")
    await author.page.get_by_label("正文").fill("11月12日下午两点在区企业服务中心讲算力券怎么申报，带营业执照复印件。")
    await keep_picture(author, f"outreach-write-{size}")
    seen = await author.press("保存草稿，看预览")
    assert "一共 1 人（1 家企业）" in seen
    await keep_picture(author, f"outreach-preview-{size}")
    assert "还要另一位同事批准" in await author.press("提交审批")
    link = author.page.url.removeprefix(author.base)
    approver = await enter(person, "市工信局·审核")
    await approver.see(link)
    assert "已批准" in await approver.press("批准发送")
    settings = person.page.get_by_role("button", name="设置")
    await settings.click()
    await person.page.get_by_role("button", name="+1 小时").click()
    await settings.click()
    await person.take_phone(0)
    # The tick that starts broadcasts runs once a minute.
    await person.chat.get_by_text("【消息】算力券辅导会").last.wait_for(timeout=90_000)
    await person.until_at_end()
    await keep_picture(Worker(person.page, ""), f"outreach-phone-{size}")
    # An hour without a click: the session has expired.
    operator = await enter(person, "市工信局")
    board = await operator.see(f"{link}/board")
    assert "一共 1 人" in board
    assert "已送达" in board
    await keep_picture(operator, f"outreach-board-{size}")
    for page in PAGES:
        assert "没有这个页面" not in await operator.see(f"/console/{page}")
        await keep_picture(operator, f"outreach-{page}-{size}")


async def test_an_article_is_seen_with_its_picture_before_it_goes_and_opens_on_the_phone(
    person: Person, size: str
) -> None:
    await person.register("云杼传感")
    author = await enter(person, "市工信局")
    await author.see("/console/broadcasts/new")
    assert not await author.page.get_by_label("摘要").is_visible(), "only an article has one"
    await author.page.get_by_label("方式").select_option("article")
    await author.page.get_by_label("标题").fill("算力券11月申报")
    await author.page.get_by_label("摘要").fill("11月16日17:00前在线申报，三步办完。")
    await author.page.get_by_label("正文").fill(
        "一、谁能报：在宁专精特新企业。\n二、怎么报：登录市级平台。\n三、什么时候：11月16日17:00前。"
    )
    picture: FilePayload = {"name": "算力券.png", "mimeType": "image/png", "buffer": drawn()}
    await author.page.get_by_label("图片").set_input_files([picture])
    await keep_picture(author, f"outreach-article-write-{size}")
    assert "对话开着的，马上收到这张图文" in await author.press("保存草稿，看预览")
    await author.page.get_by_role("heading", name="手机上的样子").scroll_into_view_if_needed()
    await keep_picture(author, f"outreach-article-preview-{size}")
    await author.press("提交审批")
    link = author.page.url.removeprefix(author.base)
    approver = await enter(person, "市工信局·审核")
    await approver.see(link)
    await approver.press("批准发送")
    settings = person.page.get_by_role("button", name="设置")
    await settings.click()
    await person.page.get_by_role("button", name="+1 小时").click()
    await settings.click()
    await person.take_phone(0)
    card = person.chat.locator(".card", has_text="算力券11月申报").last
    await card.wait_for(timeout=90_000)
    # Rejected if the picture is unavailable.
    await card.locator("img").evaluate("img => img.decode()")
    await person.until_at_end()
    await keep_picture(Worker(person.page, ""), f"outreach-article-phone-{size}")
    async with person.page.context.expect_page() as opening:
        await card.click()
    page = Worker(await opening.value, author.base)
    await page.page.get_by_text("一、谁能报").wait_for()
    await page.hold_readable()
    await keep_picture(page, f"outreach-article-page-{size}")
    operator = await enter(person, "市工信局")
    assert "其中点开看全文的 1 人" in await operator.see(f"{link}/board")
