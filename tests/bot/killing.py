"""Runs a process that kills itself at a given moment, or kills it after a while."""

import asyncio

from tests.conftest import KEY
from tests.fork_server import ForkServer


async def child(
    server: ForkServer,
    module: str,
    url: str,
    ahead: float,
    base: str,
    when: str,
    number: int,
    kill_after: float | None = None,
) -> bool:
    """Run this module of tests/bot over this database and platform; return whether it died."""
    await server.start(f"tests.bot.{module}", url, KEY.hex(), str(ahead), base, when, str(number))
    assert await server.line() == "ready"
    if kill_after is not None:
        await asyncio.sleep(kill_after)
        server.kill()
    return await server.ended() != 0
