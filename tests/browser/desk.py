"""A console user: logs in through the chat, and views pages on a phone or a PC."""

from __future__ import annotations

import io
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.browser.conftest import ROOT, device
from tests.browser.person import FOCUS, Person

if TYPE_CHECKING:
    from playwright.async_api import Page

COLOURS = 64
LIMIT = 80_000
_WIDER = """() => document.documentElement.scrollWidth - document.documentElement.clientWidth"""
_UNNAMED = """() => [...document.querySelectorAll("input:not([type=hidden]), select, textarea, button, a[href]")]
    .filter((node) => !(node.labels && node.labels.length) && !node.getAttribute("aria-label")
        && !node.getAttribute("aria-labelledby") && !node.textContent.trim()
        && !node.querySelector("img[alt]:not([alt=''])"))
    .map((node) => node.outerHTML.slice(0, 120))"""
# WCAG 2.2 AA, 2.5.8: at least 24 by 24, except links within a sentence.
_TINY = """() => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, summary")]
    .filter((node) => node.checkVisibility() && !node.closest(".visually-hidden-focusable"))
    .filter((node) => !(node.tagName === "A" && node.parentElement.matches("p, li, caption, dd")
        && node.parentElement.textContent.trim() !== node.textContent.trim()))
    .map((node) => [node, (node.closest("label") || node).getBoundingClientRect()])
    .filter(([node, box]) => Math.min(box.width, box.height) < 24)
    .map(([node, box]) => `${Math.round(box.width)}x${Math.round(box.height)} ${node.outerHTML.slice(0, 100)}`)"""
# What Tab must reach, one radio button per group; which has the focus, and whether it is visible.
_STOPS = """() => {
    window.stops = [...document.querySelectorAll("a[href], button, input, select, summary, textarea")]
        .filter((node) => node.checkVisibility() && node.type !== "hidden" && !node.disabled && node.tabIndex >= 0)
        .filter((node) => node.type !== "radio" || node.checked);
    document.activeElement.blur();
    return window.stops.map((node) => node.outerHTML.slice(0, 120));
}"""
_AT = f"() => [window.stops.indexOf(document.activeElement), ({FOCUS})().seen]"
# WCAG AA: 4.5 to 1, 3 to 1 for large text. Only plain backgrounds are checked: there are no others.
_FAINT = """() => {
    const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
    const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
        .map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, at) => sum + v * [0.2126, 0.7152, 0.0722][at], 0);
    const ground = (node) => {
        for (; node; node = node.parentElement) {
            const colour = parts(getComputedStyle(node).backgroundColor);
            if (colour.length < 4 || colour[3] === 1) return colour;
        }
        return [255, 255, 255];
    };
    const faint = [], weigh = (node, colour, said) => {
        const look = getComputedStyle(node), [a, b] = [light(parts(colour)), light(ground(node))].sort((x, y) => y - x);
        const size = parseFloat(look.fontSize), large = size >= 24 || size >= 18.66 && look.fontWeight >= 700;
        const ratio = (a + 0.05) / (b + 0.05);
        if (ratio < (large ? 3 : 4.5)) faint.push(`${ratio.toFixed(2)} ${said.trim().slice(0, 30)}`);
    };
    const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (words.nextNode()) {
        const node = words.currentNode.parentElement, said = words.currentNode.textContent;
        if (said.trim() && node.checkVisibility()) weigh(node, getComputedStyle(node).color, said);
    }
    for (const node of document.querySelectorAll("input, select, textarea")) {
        if (!node.checkVisibility() || ["hidden", "checkbox", "radio"].includes(node.type)) continue;
        weigh(node, getComputedStyle(node).color, node.value);
        if (node.placeholder) weigh(node, getComputedStyle(node, "::placeholder").color, node.placeholder);
    }
    return faint;
}"""


@dataclass
class Worker:
    """An official or SOE person in the console."""

    page: Page
    base: str

    async def see(self, path: str) -> str:
        """Open this console page and return its text. It must fit its width and be readable."""
        await self.page.goto(self.base + path)
        await self.hold_readable()
        return str(await self.page.locator("main").inner_text())

    async def press(self, words: str) -> str:
        """Press the button with this text, confirming if asked; return the next page's text."""
        # Each button submits a form, and another page follows: the old one must not be read instead.
        async with self.page.expect_navigation():
            await self.page.get_by_role("button", name=words, exact=True).first.click()
        await self.hold_readable()
        if await self.page.get_by_role("heading", name="请再确认一次").count():
            async with self.page.expect_navigation():
                await self.page.get_by_role("button", name="确定", exact=True).click()
            await self.hold_readable()
        return str(await self.page.locator("main").inner_text())

    async def hold_readable(self) -> None:
        """Check that nothing is too wide, too faint, too small to touch, or without an accessible name."""
        where = self.page.url
        # The last pressed element may still be under the pointer, with changed colours.
        await self.page.mouse.move(0, 0)
        await self.page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished.catch(() => one)))")
        assert await self.page.evaluate(_WIDER) <= 0, f"{where} needs sideways scrolling"
        for fault, script in (("without a name", _UNNAMED), ("faint", _FAINT), ("small", _TINY)):
            found = await self.page.evaluate(script)
            assert not found, f"{where}, {fault}: {found}"

    async def tab_through(self) -> None:
        """Tab through the page: every control gets a visible focus."""
        stops = await self.page.evaluate(_STOPS)
        missing = set(range(len(stops)))
        # The parts of a date field are separate stops.
        for _ in range(4 * len(stops)):
            await self.page.keyboard.press("Tab")
            at, is_seen = await self.page.evaluate(_AT)
            assert is_seen, f"{self.page.url}: {stops[at]} is not seen to have the focus"
            missing.discard(at)
            if not missing:
                return
        raise AssertionError(f"{self.page.url}: Tab does not reach {[stops[at] for at in missing]}")

    async def letters(self) -> float:
        """Return the font size, in pixels."""
        return float(await self.page.evaluate("parseFloat(getComputedStyle(document.querySelector('main')).fontSize)"))

    async def menu(self) -> list[str]:
        """Return the main menu's addresses, which a phone shows on demand."""
        shown = self.page.get_by_role("checkbox", name="菜单")
        if await shown.count():
            await shown.check()
        links = self.page.get_by_role("navigation", name="主菜单").get_by_role("link")
        return [str(await link.get_attribute("href")) for link in await links.all()]


async def enter(person: Person, phone: str) -> Worker:
    """Log in with this person's phone, by the link from the chat."""
    await person.pick(phone)
    await person.say("登录")
    async with person.page.context.expect_page() as opening:
        await person.chat.get_by_role("link", name="点这里登录").last.click()
    page = await opening.value
    page.set_default_timeout(10_000)
    await page.get_by_role("button", name="是我本人，登录").click()
    await page.wait_for_url("**/console")
    return Worker(page, page.url.removesuffix("/console"))


@asynccontextmanager
async def another_device(person: Person, base: str, size: str) -> AsyncIterator[Worker]:
    """Return a browser without earlier visits."""
    browser = person.page.context.browser
    assert browser is not None
    context = await browser.new_context(**device(size))
    page = await context.new_page()
    page.set_default_timeout(10_000)
    yield Worker(page, base)
    await context.close()


async def keep_picture(worker: Worker, name: str) -> None:
    """Take the picture for the documents if requested; otherwise check that there is one."""
    from PIL import Image

    path = ROOT / "docs" / "pictures" / f"{name}.png"
    if os.environ.get("WRITE_DOCS"):
        await worker.page.evaluate("document.activeElement.blur()")
        picture = Image.open(io.BytesIO(await worker.page.screenshot())).convert("RGB")
        picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    assert path.stat().st_size < LIMIT
