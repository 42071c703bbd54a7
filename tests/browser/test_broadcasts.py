"""A broadcast in a real browser at both widths: written, reach previewed, approved by another, read by a firm."""

import pytest

from tests.browser.desk import Worker, enter, keep_picture
from tests.browser.person import Person

pytestmark = pytest.mark.browser

# The demo's tick runs every five seconds.
TICK = 20_000


async def written(person: Person) -> Worker:
    """Return the city official's page of a broadcast written for the story's one firm."""
    author = await enter(person, "市工信局")
    await author.see("/console/broadcasts/new")
    await author.page.locator("#title").fill("算力券开始申报")
    await author.page.locator("#text").fill("请登录系统提交材料，12月15日17:00截止。")
    await author.page.get_by_label("江宁", exact=True).check()
    await author.page.get_by_label("专精特新中小企业").check()
    seen = await author.press("保存草稿，看预览")
    assert "现在发，一共 1 人（1 家企业）" in seen
    assert "【消息】算力券开始申报" in seen
    assert "南京云杼传感科技有限公司" in seen
    return author


async def test_one_official_writes_another_approves_and_the_board_says_that_it_was_read(
    person: Person, size: str
) -> None:
    await person.register()
    author = await written(person)
    await keep_picture(author, f"desk-broadcast-{size}")
    path = author.page.url.removeprefix(author.base)
    assert "要请另一位同事批准" in await author.press("提交审批")
    assert "算力券开始申报" in await author.see("/console/broadcasts")
    await author.see(f"{path}/edit")
    await author.see(f"{path}/group")
    other = await enter(person, "市工信局·审核")
    assert "批准发送" in await other.see(path)
    assert "在这以前可以撤回" in await other.press("批准发送")
    await person.page.evaluate(
        """() => fetch("/controls", {method: "POST", headers: {"Content-Type": "application/json"},
            body: JSON.stringify({hours: 0.1})})"""
    )
    await person.take_phone(0)
    await person.chat.get_by_text("【消息】算力券开始申报").wait_for(timeout=TICK)
    board = await other.see(f"{path}/board")
    assert "一共 1 人" in board
    assert "已送达" in board
    await keep_picture(other, f"desk-broadcast-board-{size}")


async def test_what_was_approved_too_early_is_taken_back(person: Person) -> None:
    await person.register()
    author = await written(person)
    path = author.page.url.removeprefix(author.base)
    await author.press("提交审批")
    other = await enter(person, "市工信局·审核")
    await other.see(path)
    await other.press("批准发送")
    assert "草稿，谁也收不到" in await other.press("撤回，变回草稿")
