"""The chat's pages run in the same application as the console."""

import re
from dataclasses import dataclass

import pytest

from bot.chat.inbound import Inbound
from bot.chat.people.login import LoginLinks
from bot.chat.router import Router
from bot.live.matcher import LiveMatcher
from bot.wechat.messages import Text
from tests.console.conftest import desk, desk_settings
from tests.console.stage import Browser, DeskStage, Page

__all__ = ["desk", "desk_settings"]

_LINK = re.compile(r"(/h5/in/[\w-]{43})")


@dataclass
class Visitor:
    """A person with a chat and a browser."""

    desk: DeskStage
    openid: str
    browser: Browser
    inbound: Inbound
    number: int = 0

    async def say(self, words: str, *, secure: bool = True, repeat: bool = False) -> str:
        self.number += not repeat
        key = f"{self.openid}-{self.number}"
        push = Text(account="gh", openid=self.openid, created=1, key=key, secure=secure, content=words)
        return await self.inbound(push) or ""

    async def link(self, words: str) -> str:
        found = _LINK.search(await self.say(words))
        assert found is not None
        return found[1]

    async def open(self, words: str) -> Page:
        """Request a page in the chat and open it."""
        link = await self.link(words)
        await self.browser.get(link)
        entered = await self.browser.post(link)
        assert entered.status == 303
        return await self.browser.get(entered.location)


@dataclass(frozen=True)
class Cast:
    """Creates people by name."""

    desk: DeskStage

    def person(self, openid: str, *, door: LoginLinks | None = None) -> Visitor:
        router = Router(self.desk.parts, door or LoginLinks(self.desk.base))
        inbound = Inbound(self.desk.database, router, LiveMatcher(), self.desk.parts.texts.error)
        return Visitor(self.desk, openid, self.desk.browser(), inbound)


@pytest.fixture
def cast(desk: DeskStage) -> Cast:
    return Cast(desk)
