"""A separate bot and platform for every story, and phones controlled over HTTP."""

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import replace

import aiohttp
import pytest
from aiohttp import web
from pydantic import SecretStr
from yarl import URL

from bot.app import API, DATABASE, TICKS, build
from bot.chat.context import ChatServices
from bot.cli.demo import APP_ID, HOST, simulator_account
from bot.jobs.outbox import Sender
from bot.services.demo import SEEDER, seed
from bot.services.people.login import code_of
from bot.simulator.app import make_app
from bot.simulator.platform import Platform
from bot.web.server import serve
from bot.wechat import menu
from bot.wechat.api import Api
from bot.wechat.calls import Calls, Credentials
from bot.wechat.sending import channels_of
from bot.wechat.tokens import SharedToken
from config.settings import Settings
from notifications.channels import Channel, Sends
from storage.engine.transactions import SERVICE
from tests.conftest import TESTER, forget_handlers
from tests.conversations.stage import Stage, StoryClock
from tests.simulator.phone import Phone


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(
        wechat_app_id=APP_ID,
        wechat_secret=SecretStr("secret-of-the-story"),
        wechat_token=SecretStr("token-of-the-story"),
        wechat_aes_key=SecretStr("a" * 43),
        database_url=database_url,
        secret_key=SecretStr("A" * 43),
    )


@pytest.fixture
async def stage(settings: Settings, parts: ChatServices) -> AsyncIterator[Stage]:
    """Return the bot over a seeded database, the platform, and the bot's menu pushed to it."""
    clock = StoryClock()
    platform = Platform(simulator_account(settings, 1, "宁专通"), clock)
    await platform.start()
    pages = await serve(make_app(platform), HOST, 0)
    base = f"http://{HOST}:{pages.addresses[0][1]}"
    settings = settings.model_copy(update={"wechat_api_base": base, "wechat_jssdk": f"{base}/pages/jweixin.js"})
    codes = random.Random(2026)
    parts = replace(parts, receipt_code=lambda: code_of(codes.getrandbits(40)))
    running: dict[str, web.AppRunner] = {}

    async def start(port: int = URL(settings.public_url).port or 0) -> None:
        app = await build(settings, parts, offset=clock.offset)
        await app[DATABASE].by(SEEDER).write(seed)
        running["bot"] = await serve(app, HOST, port)
        app[TICKS].scheduler.pause_job("outbox")
        await app[API].create_menu(menu.load())
        platform.account.set_callback(f"http://{HOST}:{running['bot'].addresses[0][1]}/wechat")

    async def restart() -> None:
        port = int(running["bot"].addresses[0][1])
        await running["bot"].cleanup()
        await start(port)

    async def at_once(_seconds: float) -> None:
        await asyncio.sleep(0)

    def channels() -> dict[Channel, Sends]:
        # Like the bot's own, but retried without a pause.
        credentials = Credentials(APP_ID, settings.wechat_secret.get_secret_value())
        store = SharedToken(running["bot"].app[DATABASE], APP_ID)
        api = Api(Calls(session, base, credentials, store, clock.now, at_once))
        return channels_of(api, settings.public_url, lambda text: parts.texts("chat.notices.line", text=text))

    async def send() -> None:
        await Sender(running["bot"].app[DATABASE].by(SERVICE), channels())()

    def lively() -> None:
        running["bot"].app[TICKS].scheduler.resume_job("outbox")

    await start()
    async with aiohttp.ClientSession() as session:
        yield Stage(
            database=lambda: running["bot"].app[DATABASE].by(TESTER),
            clock=clock,
            platform=platform,
            phone=lambda name: Phone(base, session, name),
            restart=restart,
            parts=parts,
            sender=send,
            sender_over=lambda database: Sender(database, channels()),
            channels=channels,
            api=base,
            lively=lively,
            app=lambda: running["bot"].app,
        )
    await pages.cleanup()
    await platform.close()
    await running["bot"].cleanup()
    forget_handlers()
