"""A user of the page with touch, mouse or keyboard."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.async_api import FilePayload, Locator, Page

_TOO_WIDE = """async () => {
    for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
    return [...document.querySelectorAll("html, body, header, main, section, footer, ol, .phones, .wire")]
        .filter((node) => node.scrollWidth > node.clientWidth + 1)
        .map((node) => `${node.tagName}.${node.className}: ${node.scrollWidth} > ${node.clientWidth}`);
}"""
FOCUS = """() => {
    const node = document.activeElement, look = getComputedStyle(node);
    return { words: node.textContent.trim() || node.getAttribute("aria-label"),
        seen: node === document.body || look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2 };
}"""
_AT_END = """() => {
    const chat = document.querySelector(".phone.front .chat");
    return chat.scrollHeight - chat.scrollTop - chat.clientHeight < 2;
}"""
_STOPS = 60


class Person:
    """A person with the phone in front."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.phone = page.locator(".phone.front")
        self.chat = self.phone.locator(".chat")
        self.theirs = self.chat.locator(".bubble.theirs")

    def button(self, words: str) -> Locator:
        """Return the newest link or button with this text in the chat."""
        return self.chat.get_by_role("button", name=words, exact=True).last

    async def follow(self) -> str:
        """Follow the account; return the greeting."""
        return await self.answer(self.phone.get_by_role("button", name="关注公众号").click())

    async def tap(self, words: str) -> str:
        """Tap a link in the chat; return the answer."""
        return await self.answer(self.button(words).click())

    async def say(self, words: str) -> str:
        """Type a message and press Enter; return the answer."""
        await self.phone.locator(".say").fill(words)
        return await self.answer(self.phone.locator(".say").press("Enter"))

    async def take_phone(self, number: int) -> None:
        """Bring another phone to the front: by its tab if space is limited, else by touching it."""
        tab = self.page.locator("#tabs button").nth(number)
        phone = self.page.locator(".phone").nth(number).locator(".phone-head")
        await (tab if await tab.is_visible() else phone).click()

    async def pick(self, name: str) -> None:
        """Bring the phone with this name to the front, following the account if needed."""
        labels = self.page.locator(".phone .phone-label")
        # The phones load after the page: counted too early, one would be missing.
        await labels.filter(has_text=name).first.wait_for(state="attached")
        names = [str(one).strip() for one in await labels.all_text_contents()]
        await self.page.bring_to_front()
        await self.take_phone(names.index(name))
        if await self.phone.get_by_role("button", name="关注公众号").is_visible():
            await self.follow()

    async def send_picture(self, content: bytes) -> str:
        """Send this picture; return the answer."""
        await self.phone.get_by_role("button", name="更多发送方式").click()
        await self.phone.get_by_role("button", name="图片").click()
        dialog = self.page.locator("dialog.ask")
        file: FilePayload = {"name": "picture.jpg", "mimeType": "image/jpeg", "buffer": content}
        await dialog.locator("input[type=file]").set_input_files(file)
        return await self.answer(dialog.get_by_role("button", name="发送").click())

    async def register(self, name: str = "云杼传感") -> str:
        """Complete a registration by taps and typing; return the last answer."""
        await self.follow()
        await self.tap("注册")
        await self.say(name)
        await self.say("小型")
        await self.tap("跳过")
        return await self.tap("确认")

    async def answer(self, gesture: Awaitable[None]) -> str:
        """Return the next bubble's text after this gesture; nothing may need sideways scrolling."""
        # A card may be pushed at the same moment: an answer is a bubble with words.
        spoken = self.theirs.filter(has=self.page.locator(".words"))
        before = await spoken.count()
        await gesture
        await spoken.nth(before).wait_for()
        wide = await self.too_wide()
        assert not wide, wide
        return str(await spoken.nth(before).locator(".words").inner_text())

    async def too_wide(self) -> list[str]:
        """Return elements wider than their space, after layout."""
        return list(await self.page.evaluate(_TOO_WIDE))

    async def until_at_end(self) -> None:
        """Wait until the chat shows its end."""
        await self.page.wait_for_function(_AT_END)

    async def tab_to(self, words: str) -> None:
        """Press Tab until this text has the focus; every stop must show its focus."""
        stops = []
        for _ in range(_STOPS):
            await self.page.keyboard.press("Tab")
            focus = await self.page.evaluate(FOCUS)
            assert focus["seen"], focus
            stops.append(focus["words"])
            if focus["words"] == words:
                return
        raise AssertionError(f"{words} cannot be reached: {stops}")
