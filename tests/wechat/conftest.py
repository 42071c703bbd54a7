"""The callback behind a real server on a free loopback port, with an answer chosen by each test."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from aiohttp import ClientSession, web

from bot.web.server import serve
from bot.wechat.api import Api
from bot.wechat.callback import Callback
from bot.wechat.calls import Calls, Credentials
from bot.wechat.crypto import Envelope
from bot.wechat.messages import Push, Text
from bot.wechat.replies import TextReply, render
from tests.wechat import platform
from tests.wechat.scripted import SECRET, Client, Scripted, Shelf


async def echo(push: Push) -> str | None:
    """Echo text, answer nothing else."""
    if not isinstance(push, Text):
        return None
    return render(TextReply(push.content), to=push.openid, account=push.account, created=push.created)


@dataclass
class Line:
    """The callback and its externally visible behaviour."""

    client: ClientSession
    callback: Callback
    seen: list[Push] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    respond: Callable[[Push], Awaitable[str | None]] = echo
    now: float = platform.NOW

    async def post(self, post: platform.Post) -> tuple[int, str]:
        """Return the answer's status and body."""
        async with self.client.post(post.path, data=post.body) as response:
            return response.status, await response.text()


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    """Return a callback with both keys and a patience of 0.2 s, on the platform's clock."""

    async def respond(push: Push) -> str | None:
        end.seen.append(push)
        return await end.respond(push)

    def count(outcome: str) -> None:
        end.outcomes[outcome] += 1

    envelope = Envelope(platform.TOKEN, platform.APP_ID, [platform.CURRENT_KEY, platform.PREVIOUS_KEY])

    def now() -> datetime:
        return datetime.fromtimestamp(end.now, UTC)

    callback = Callback(envelope, respond, now, plain=True, patience=0.2, count=count)
    app = web.Application()
    callback.add_to(app)
    runner = await serve(app, "127.0.0.1", 0)
    async with ClientSession(f"http://127.0.0.1:{runner.addresses[0][1]}") as client:
        end = Line(client, callback)
        yield end
        await callback.settled(5)
    await runner.cleanup()


@pytest.fixture
def gate() -> asyncio.Event:
    """Return an event an answer can wait for."""
    return asyncio.Event()


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    """Return our client, connected to a scripted platform."""
    scripted = Scripted()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", scripted.handle)
    runner = await serve(app, "127.0.0.1", 0)
    base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with ClientSession() as session:
        credentials = Credentials("wx0000000000000001", SECRET)
        calls = Calls(session, base, credentials, Shelf(), lambda: scripted.now, scripted.sleep)
        yield Client(scripted, calls, Api(calls))
    await runner.cleanup()
