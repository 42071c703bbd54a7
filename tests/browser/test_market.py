"""发榜, 揭榜 and events in a real browser, at both widths: every page fits, is readable, and has its picture."""

from __future__ import annotations

import io
import os
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.app import MATCHER
from bot.console.context import COOKIE as DESK_COOKIE
from bot.h5.context import COOKIE as PHONE_COOKIE
from bot.jobs.recommendations import refresh_recommendations
from storage.challenges import bids
from storage.engine.transactions import Tx
from storage.firms import firms, offerings, verifications
from storage.people import people
from storage.people.roles import RoleKind
from tests.bids.stage import BID, act
from tests.browser.conftest import CHROMIUM, FLAGS, ROOT, SIZES
from tests.browser.desk import Worker
from tests.console.challenge_stage import PDF, PHRASES, Poster, a_poster, hand_in, published
from tests.console.conftest import desk, desk_settings
from tests.console.stage import Browser, DeskStage
from tests.console.test_events import FORM

if TYPE_CHECKING:
    from playwright.async_api import Page

__all__ = ["desk", "desk_settings"]

pytestmark = pytest.mark.browser
LIMIT = 160_000
RULE = "揭榜对接不是投标"
FIRMS = {
    "南京演示巡检机器人有限公司": "防爆巡检机器人；隧道巡检",
    "南京演示传感科技有限公司": "机器人用传感器；防爆电气",
    "南京演示食品有限公司": "盐水鸭",
    "南京演示幕墙有限公司": "幕墙玻璃",
    "南京演示刀具有限公司": "数控刀具",
    "南京演示园林有限公司": "园林养护",
    "南京演示软件有限公司": "车门控制软件",
}
OPENING = {
    "solution": "采用磁吸轮式底盘和本安型电路，整机防爆等级 Ex d IIC，续航八小时。",
    "team": "九人，其中博士两人。",
}


def _enter(tx: Tx) -> list[tuple[int, int]]:
    found = []
    for number, (name, products) in enumerate(FIRMS.items()):
        firm_id, person_id = firms.add(tx, name=name, credit_code=None), people.meet(tx, f"o-{number}").id
        people.join_firm(tx, person_id, firm_id)
        verifications.enter(tx, firm_id, f"9132{number:014d}", "code")
        offerings.put(tx, firm_id, {"products": products}, "self")
        found.append((firm_id, person_id))
    return found


@pytest.fixture
async def page(size: str) -> AsyncIterator[Page]:
    """Return a browser of this width; at the end its pages must have no errors."""
    from playwright.async_api import async_playwright

    width, height = SIZES[size]
    troubles: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = await browser.new_context(
            viewport={"width": width, "height": height}, has_touch=size == "phone", locale="zh-CN"
        )
        opened = await context.new_page()
        opened.set_default_timeout(10_000)
        opened.on("pageerror", lambda error: troubles.append(str(error)))
        opened.on("requestfailed", lambda request: troubles.append(f"{request.url} {request.failure}"))
        yield opened
        await browser.close()
    assert troubles == []


async def as_one(page: Page, base: str, name: str, browser: Browser) -> Worker:
    """View pages as this browser's person."""
    cookie = next(cookie.value for cookie in browser._session.cookie_jar if cookie.key == name)
    await page.context.clear_cookies()
    await page.context.add_cookies([{"name": name, "value": cookie, "url": base}])
    return Worker(page, base)


async def keep(page: Page, name: str, size: str) -> None:
    """Save the picture for docs/market.md, the top two screens; without WRITE_DOCS check that there is one."""
    from PIL import Image

    path = ROOT / "docs" / "pictures" / f"market-{name}-{size}.png"
    if os.environ.get("WRITE_DOCS"):
        picture = Image.open(io.BytesIO(await page.screenshot(full_page=True))).convert("RGB")
        width, height = picture.size
        picture = picture.crop((0, 0, width, min(height, 2 * SIZES[size][1])))
        picture.quantize(48, dither=Image.Dither.NONE).save(path, optimize=True)
    assert path.stat().st_size < LIMIT


async def test_the_pages_of_a_bidder(desk: DeskStage, page: Page, size: str) -> None:
    made = await desk.database.write(_enter)
    who, official = await a_poster(desk), await desk.official(RoleKind.APPROVER)
    challenge_id, _ = await published(desk, who, official)
    hidden, _ = await published(desk, who, official, title="水厂滤池液位视觉检测", named="0", sealing="none")
    await refresh_recommendations(desk.database, desk.app[MATCHER])
    asker = await desk.on_phone(made[1][1])
    await asker.get(f"/h5/board/{challenge_id}")
    await asker.post(f"/h5/board/{challenge_id}/ask", question="隧道最小断面多大？现场有没有供电？")
    review = await who.poster.get(f"/console/challenges/{challenge_id}/review")
    question = review.text.split('name="question" value="')[1].split('"')[0]
    await act(who.poster, challenge_id, "answer", question=question, answer="最小净宽4米，有380伏供电。")

    phone = await as_one(page, desk.base, PHONE_COOKIE, await desk.on_phone(made[0][1]))
    seen = await phone.see("/h5/board")
    assert "为您推荐" in seen
    assert RULE in seen
    await keep(page, "board", size)
    assert "380伏" in await phone.see(f"/h5/board/{challenge_id}")
    await keep(page, "challenge", size)
    assert "互相公开名称" in await phone.see(f"/h5/board/{hidden}")
    assert "等发榜方答复" in await phone.press("同意互相公开名称")
    await phone.see(f"/h5/board/{challenge_id}/bid")
    await keep(page, "bid", size)
    for name in ("solution", "team", "milestones", "price"):
        await page.locator(f"[name={name}]").fill({**BID, **OPENING, "price": "118万元"}[name])
    for box in await page.locator("input[type=checkbox]").all():
        await box.check()
    await page.locator("[name=confirmed_by]").fill("审查人某")
    await page.locator("[name=application]").set_input_files(
        {"name": "申请书.pdf", "mimeType": "application/pdf", "buffer": b"no pdf"}
    )
    assert "不是 PDF" in await phone.press("密封并提交")
    assert await page.locator("[name=price]").input_value() == "118万元", "what was typed is still there"
    await page.locator("[name=application]").set_input_files(
        {"name": "申请书.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    assert "请现在保存自己的副本" in await phone.press("密封并提交")
    await keep(page, "receipt", size)
    assert "已提交" in await phone.see("/h5/my-bids")
    await keep(page, "mine", size)
    (one,) = await desk.database.read(bids.of_challenge, challenge_id)
    await phone.see(f"/h5/my-bids/{one.id}")
    assert "谁也找不回来" in await phone.see(f"/h5/my-bids/{one.id}/withdraw")
    assert "已撤回" in await phone.press("确定撤回第 1 次提交")
    for path in ("/h5/board", f"/h5/board/{challenge_id}/bid", "/h5/none"):
        await phone.see(f"{path}?care=1")
        await phone.see(f"{path}?care=0")


async def opened(desk: DeskStage, who: Poster, challenge_id: int, printed: str, bidders: list[int]) -> Poster:
    """Return two bids, opened after the deadline, in review."""
    for number, person_id in enumerate(bidders):
        browser = await desk.on_phone(person_id)
        await browser.get("/h5/mine")
        fields: dict[str, object] = {**BID, **OPENING, "price": f"{118 + number}万元", "application": ("a.pdf", PDF)}
        sent = await browser.post(f"/h5/board/{challenge_id}/bid", origin=None, csrf=None, **fields)
        assert "下载副本" in (await browser.get(sent.location)).text
    await act(who.poster, challenge_id, "criteria", criteria="技术 60\n价格 40")
    desk.ahead(timedelta(days=21))
    who = await who.again(desk)
    await hand_in(who.poster, challenge_id, 3, printed)
    await hand_in(who.approver, challenge_id, 1, PHRASES[1])
    await who.poster.get(f"/console/challenges/{challenge_id}")
    assert (await who.poster.post(f"/console/challenges/{challenge_id}/begin-review")).status == 303
    await act(who.poster, challenge_id, "reviewers", name="评审一", note="无")
    return who


async def test_the_pages_of_a_poster_and_of_officials(desk: DeskStage, page: Page, size: str) -> None:
    made = await desk.database.write(_enter)
    who, official = await a_poster(desk), await desk.official(RoleKind.APPROVER)
    challenge_id, printed = await published(desk, who, official)
    poster = await as_one(page, desk.base, DESK_COOKIE, who.poster)
    review = f"/console/challenges/{challenge_id}/review"
    assert "可能合适的企业" in await poster.see(review)
    await keep(page, "shortlist", size)
    for path in ("/console/challenges", "/console/challenges/new", f"/console/challenges/{challenge_id}"):
        assert RULE in await poster.see(path)
    who = await opened(desk, who, challenge_id, printed, [person_id for _, person_id in made[:2]])
    poster = await as_one(page, desk.base, DESK_COOKIE, who.poster)
    assert "118万元" in await poster.see(review)
    await keep(page, "review", size)

    editor = await desk.official(RoleKind.EDITOR)
    await editor.get("/console/events")
    path = (await editor.post("/console/events", **{**FORM, "theme": "轨道交通与智能制造"})).location
    await editor.get(path)
    await editor.post(f"{path}/tables", buyer="演示轨道交通公司", need="隧道防爆巡检机器人", at_once="1")
    await editor.post(f"{path}/tables", buyer="演示水务公司", need="机器人用传感器", at_once="2")
    await editor.post(f"{path}/publish")
    looking = await as_one(page, desk.base, DESK_COOKIE, editor)
    for shown in ("/console/events", "/console/board", f"/console/board/{challenge_id}"):
        assert RULE in await looking.see(shown)
    await looking.see(f"{path}/invitations")
    assert "南京演示巡检机器人有限公司" in await looking.press("提一份名单")
    await page.get_by_label("邀请南京演示巡检机器人有限公司").check()
    await page.locator("#why").fill("需求与产品相近")
    assert "已邀请：需求与产品相近" in await looking.press("邀请勾选的企业")
    await keep(page, "invitations", size)
    assert "洽谈桌（2）" in await looking.see(path)
    await keep(page, "event", size)
