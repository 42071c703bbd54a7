"""A bid draft saves itself while written, and is there when the form is reopened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.h5.context import COOKIE as PHONE_COOKIE
from storage.challenges import bid_drafts
from storage.people.roles import RoleKind
from tests.bids.stage import a_bidder
from tests.browser.test_market import as_one, desk, desk_settings, page
from tests.console.challenge_stage import a_poster, published
from tests.console.stage import DeskStage

if TYPE_CHECKING:
    from playwright.async_api import Page

__all__ = ["desk", "desk_settings", "page"]

pytestmark = pytest.mark.browser


async def test_a_bid_that_is_being_written_keeps_itself(desk: DeskStage, page: Page) -> None:
    challenge_id, _ = await published(desk, await a_poster(desk), await desk.official(RoleKind.APPROVER))
    browser, _, person_id = await a_bidder(desk, "甲某科技有限公司")
    phone = await as_one(page, desk.base, PHONE_COOKIE, browser)
    await phone.see(f"/h5/board/{challenge_id}/bid")
    await page.locator("[name=solution]").fill("用磁吸轮式底盘。")
    await page.get_by_text("草稿已自动存好").wait_for()
    assert len(await desk.database.read(bid_drafts.of_person, person_id)) == 1
    # Input of the last seconds is saved when the page is left.
    await page.locator("[name=team]").fill("九个人。")
    async with page.expect_response(lambda answer: answer.url.endswith("/draft")):
        await page.evaluate(
            "Object.defineProperty(document, 'visibilityState', { value: 'hidden' });"
            "document.dispatchEvent(new Event('visibilitychange'))"
        )
    assert "上次没写完的内容已放回表里" in await phone.see(f"/h5/board/{challenge_id}/bid")
    assert await page.locator("[name=solution]").input_value() == "用磁吸轮式底盘。"
    assert await page.locator("[name=team]").input_value() == "九个人。"
    assert "草稿已删除" in await phone.press("删除草稿")
    assert await page.locator("[name=solution]").input_value() == ""
