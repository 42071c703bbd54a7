"""Runs a process that dies by itself at a given moment, or kills it after a while."""

import asyncio
import sys

from tests.conftest import KEY


async def child(
    module: str, url: str, ahead: float, base: str, when: str, number: int, kill_after: float | None = None
) -> bool:
    """Run this module of tests/bot over this database and platform; whether it died."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", f"tests.bot.{module}", url, KEY.hex(), str(ahead), base, when, str(number)),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ready\n"
    if kill_after is not None:
        await asyncio.sleep(kill_after)
        if process.returncode is None:
            process.kill()
    return await process.wait() != 0
