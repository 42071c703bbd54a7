"""A node that sends a broadcast and stops after so many transactions, to be killed there: URL KEY AHEAD STEPS."""

import asyncio
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

from bot.jobs.broadcasts import BroadcastTick
from config.markup import expand
from config.policy.loader import load
from config.texts import Texts
from storage.engine.database import Database
from storage.engine.transactions import SERVICE
from tests.broadcasts import RULES, NoPlatform


class Stopping:
    """The database, blocking after so many committed writes."""

    def __init__(self, database: Database, steps: int) -> None:
        self._database = database
        self._left = steps

    async def read(self, function: Callable[..., Any], *given: Any) -> Any:
        return await self._database.read(function, *given)

    async def write(self, function: Callable[..., Any], *given: Any) -> Any:
        if not self._left:
            sys.stdout.write("waiting\n")
            sys.stdout.flush()
            await asyncio.Event().wait()
        self._left -= 1
        return await self._database.write(function, *given)


async def main(url: str, key: str, ahead: str, steps: str) -> None:
    offset = timedelta(seconds=float(ahead))
    database = Database.open(url, key=bytes.fromhex(key), offset=lambda: offset, actor=SERVICE)
    stopping, rules = cast(Database, Stopping(database, int(steps))), replace(RULES, portion=2)
    await BroadcastTick(stopping, load(), Texts.load(markup=expand), NoPlatform(), rules)()
