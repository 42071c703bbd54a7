"""A person allows one reminder on their dates page, by touch."""

import pytest

from tests.browser.desk import Worker, keep_picture
from tests.browser.person import Person

pytestmark = pytest.mark.browser


async def test_a_tap_on_the_page_lets_one_reminder_in(person: Person, size: str) -> None:
    await person.follow()
    await person.say("加入日历")
    async with person.page.context.expect_page() as opened:
        await person.chat.get_by_role("link").last.click()
    page = await opened.value
    refused: list[str] = []
    page.on("console", lambda line: refused.append(line.text) if line.type == "error" else None)
    await page.get_by_role("button", name="是我本人").click()
    button = page.get_by_role("button", name="截止前提醒我一次")
    await button.wait_for()
    green = "getComputedStyle(node).backgroundColor"
    assert await button.evaluate(f"node => {green}") == "rgb(6, 122, 63)", "its own sheet is let in"
    await keep_picture(Worker(page, ""), f"outreach-allow-{size}")
    await button.click()
    await page.get_by_text("申报截止提醒").wait_for()
    await keep_picture(Worker(page, ""), f"outreach-popup-{size}")
    await page.get_by_role("link", name="企业·财务：允许").click()
    await page.get_by_text("已允许，还可收1条").wait_for()
    await person.chat.get_by_text("你已更改该公众号的通知订阅").wait_for()
    assert refused == []
