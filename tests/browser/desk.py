"""Somebody who works at the desk: they come in through the chat, and look at pages on a phone or a PC."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.browser.person import Person

if TYPE_CHECKING:
    from playwright.async_api import Page

_WIDER = """() => document.documentElement.scrollWidth - document.documentElement.clientWidth"""
_UNNAMED = """() => [...document.querySelectorAll("input:not([type=hidden]), select, textarea, button, a[href]")]
    .filter((node) => !(node.labels && node.labels.length) && !node.getAttribute("aria-label")
        && !node.getAttribute("aria-labelledby") && !node.textContent.trim())
    .map((node) => node.outerHTML.slice(0, 120))"""
# WCAG AA: 4.5 to 1, 3 to 1 for large words. Only plain backgrounds are asked: there are no others.
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
    const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), faint = [];
    while (words.nextNode()) {
        const node = words.currentNode.parentElement, look = getComputedStyle(node);
        if (!words.currentNode.textContent.trim() || !node.checkVisibility()) continue;
        const [a, b] = [light(parts(look.color)), light(ground(node))].sort((x, y) => y - x);
        const size = parseFloat(look.fontSize), large = size >= 24 || size >= 18.66 && look.fontWeight >= 700;
        const ratio = (a + 0.05) / (b + 0.05);
        if (ratio < (large ? 3 : 4.5)) faint.push(`${ratio.toFixed(2)} ${node.textContent.trim().slice(0, 30)}`);
    }
    return faint;
}"""


@dataclass
class Worker:
    """One official or SOE person inside the desk."""

    page: Page
    base: str

    async def see(self, path: str) -> str:
        """Open this page of the desk; returns its words. It must fit its width and be readable."""
        await self.page.goto(self.base + path)
        await self.hold_readable()
        return str(await self.page.locator("main").inner_text())

    async def press(self, words: str) -> str:
        """Press the button with these words; returns what the next page says."""
        await self.page.get_by_role("button", name=words, exact=True).first.click()
        await self.page.wait_for_load_state()
        await self.hold_readable()
        return str(await self.page.locator("main").inner_text())

    async def hold_readable(self) -> None:
        """Nothing is too wide, too faint or without a name for those who cannot see it."""
        where = self.page.url
        assert await self.page.evaluate(_WIDER) <= 0, f"{where} needs sideways scrolling"
        assert await self.page.evaluate(_UNNAMED) == [], where
        assert await self.page.evaluate(_FAINT) == [], where

    async def menu(self) -> list[str]:
        """The addresses of the main menu."""
        links = self.page.get_by_role("navigation", name="主菜单").get_by_role("link")
        return [str(await link.get_attribute("href")) for link in await links.all()]


async def enter(person: Person, phone: str) -> Worker:
    """Take this person's phone, ask to come in, and open the link that the chat gives."""
    labels = person.page.locator(".phone .phone-label")
    # The phones come with a call of their own after the page: counted too early, somebody's would be missing.
    await labels.filter(has_text=phone).first.wait_for(state="attached")
    names = [str(name).strip() for name in await labels.all_text_contents()]
    await person.take_phone(names.index(phone))
    await person.follow()
    await person.say("登录")
    async with person.page.context.expect_page() as opening:
        await person.chat.get_by_role("link", name="点这里登录").last.click()
    page = await opening.value
    page.set_default_timeout(10_000)
    await page.get_by_role("button", name="是我本人，登录").click()
    await page.wait_for_url("**/console")
    return Worker(page, page.url.removesuffix("/console"))
