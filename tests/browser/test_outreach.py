"""What is told without being asked, in a real browser: a broadcast from its draft to the phone and the board."""

import pytest

from tests.browser.desk import Worker, enter, keep_picture
from tests.browser.person import Person

pytestmark = pytest.mark.browser

# What is sent, what is to be reminded of, and how the cards look.
PAGES = ("reminders", "outbox", "cards")


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
    # The tick that begins a broadcast comes once a minute.
    await person.chat.get_by_text("【消息】算力券辅导会").last.wait_for(timeout=90_000)
    await person.until_at_end()
    await keep_picture(Worker(person.page, ""), f"outreach-phone-{size}")
    # An hour without a click: the session is over.
    operator = await enter(person, "市工信局")
    board = await operator.see(f"{link}/board")
    assert "一共 1 人" in board
    assert "已送达" in board
    await keep_picture(operator, f"outreach-board-{size}")
    for page in PAGES:
        assert "没有这个页面" not in await operator.see(f"/console/{page}")
        await keep_picture(operator, f"outreach-{page}-{size}")
