"""A separate console for every test."""

import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta

import aiohttp
import pytest
from pydantic import SecretStr

from bot.app import DATABASE, TICKS, build
from bot.chat.context import ChatServices
from bot.cli.demo import APP_ID, HOST
from bot.services.demo import SEEDER, seed
from bot.web.server import serve
from config.settings import Settings
from tests.conftest import TESTER, MovableTime, forget_handlers
from tests.console.stage import Browser, DeskStage


@pytest.fixture
def desk_settings(database_url: str) -> Settings:
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    return Settings(
        wechat_app_id=APP_ID,
        wechat_secret=SecretStr("secret-of-the-story"),
        wechat_token=SecretStr("token-of-the-story"),
        wechat_aes_key=SecretStr("a" * 43),
        database_url=database_url,
        secret_key=SecretStr("A" * 43),
        public_url=f"http://{HOST}:{port}",
    )


async def at_once(_seconds: float) -> None:
    """Do not wait between retries of a call to an absent platform."""


@pytest.fixture
async def desk(desk_settings: Settings, parts: ChatServices, time_offset: MovableTime) -> AsyncIterator[DeskStage]:
    """Return the bot with its console over the seeded demo data."""
    app = await build(desk_settings, parts, offset=time_offset, sleep=at_once)
    await app[DATABASE].by(SEEDER).write(seed)
    runner = await serve(app, HOST, int(desk_settings.public_url.rpartition(":")[2]))
    # A test runs the ticks it wants itself: on a slow machine others would interfere.
    app[TICKS].scheduler.pause()

    def move(by: timedelta) -> None:
        time_offset.ahead += by

    async with AsyncExitStack() as open_browsers:
        sessions: list[aiohttp.ClientSession] = []

        def browser() -> Browser:
            session = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
            sessions.append(session)
            open_browsers.push_async_callback(session.close)
            return Browser(desk_settings.public_url, session)

        yield DeskStage(app[DATABASE].by(TESTER), desk_settings.public_url, app, move, browser, parts)
    await runner.cleanup()
    forget_handlers()
