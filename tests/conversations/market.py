"""A marketplace for stories: phones that open pages, the console, verified firms."""

import re
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import aiohttp
import pytest

from bot.cli.demo import HOST
from bot.services.firms import verification
from bot.simulator.account import Mode
from config.settings import Settings
from storage.engine.transactions import Tx
from storage.roster import roster
from tests.console.stage import Browser, DeskStage, Page
from tests.conversations.stage import Stage, register, said
from tests.simulator.phone import Phone


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Return the same bot's settings, reachable by browsers too."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    return settings.model_copy(update={"public_url": f"http://{HOST}:{port}"})


@dataclass(frozen=True)
class Market:
    """The chat's and the console's stages, over one bot."""

    stage: Stage
    desk: DeskStage

    async def firm(self, name: str, firm: str, code: str) -> Phone:
        """Return a phone whose person registered a roster firm and verified it by this code from an official."""
        phone = self.stage.phone(name)
        await register(phone, firm)

        def give(tx: Tx) -> None:
            entry_id = next(entry.id for entry in roster.everything(tx) if firm in entry.name)
            verification.issue_code(tx, code, 14, roster_id=entry_id)

        await self.stage.database().write(give)
        assert "核验通过" in said(await phone.say(f"核验 {code}"))
        return phone

    async def open(self, phone: Phone, words: str) -> tuple[Browser, Page]:
        """Send this text and open the page linked in the answer, as the phone's browser does."""
        (bubble,) = await phone.say(words)
        (path,) = set(re.findall(r"/h5/in/[\w-]{43}", bubble.text))
        browser = self.desk.browser()
        await browser.get(path)
        entered = await browser.post(path)
        assert entered.status == 303
        return browser, await browser.get(entered.location)


@pytest.fixture
async def market(stage: Stage, settings: Settings) -> AsyncIterator[Market]:
    """Return a market with encrypted platform messages."""
    stage.platform.account.set_mode(Mode.SAFE)
    async with AsyncExitStack() as open_browsers:

        def browser() -> Browser:
            session = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
            open_browsers.push_async_callback(session.close)
            return Browser(settings.public_url, session)

        base, database = settings.public_url, stage.database()
        yield Market(stage, DeskStage(database, base, stage.app(), stage.clock.advance, browser, stage.parts))
