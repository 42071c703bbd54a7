"""A sending process that dies by itself: outbox|mass URL KEY AHEAD BASE WHEN NUMBER.

It is killed as by kill -9 inside its NUMBERth transaction, `before` that is committed, or right `after` it was; or,
of mass messages, when its NUMBERth call is `asked` and not yet made, or `taken` by the platform and not yet noted; or
`never`.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from aiohttp import ClientSession

from bot.outgoing import Sender
from bot.shared_token import SharedToken
from bot.wechat.api import Api
from bot.wechat.calls import Calls, Credentials
from bot.wechat.mass_api import MassJob
from bot.wechat.sending import channels_of
from storage.database import Database, Tx
from tests.broadcasts import mass_tick
from tests.simulator.stage import APP_ID, SECRET


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Deadly:
    """A database whose NUMBERth write is the last."""

    def __init__(self, database: Database, when: str, number: int) -> None:
        self._database = database
        self._when = when
        self._left = number if when in ("before", "after") else 0
        self.read = database.read

    async def write(self, fn: Callable[..., Any], *args: Any) -> Any:
        self._left -= 1
        if self._left:
            return await self._database.write(fn, *args)

        def last(tx: Tx) -> Any:
            done = fn(tx, *args)
            if self._when == "before":
                die()
            return done

        done = await self._database.write(last)
        if self._when == "after":
            die()
        return done


class DeadlyPlatform:
    """A platform whose NUMBERth mass message is the last."""

    def __init__(self, api: Api, when: str, number: int) -> None:
        self._api = api
        self._when = when
        self._left = number
        self.mass_get = api.mass_get

    async def mass_send(self, openids: Sequence[str], text: str, clientmsgid: str) -> MassJob:
        self._left -= 1
        if not self._left and self._when == "asked":
            die()
        job = await self._api.mass_send(openids, text, clientmsgid)
        if not self._left and self._when == "taken":
            die()
        return job


async def main(what: str, url: str, key: str, ahead: str, base: str, when: str, number: str) -> None:
    offset = timedelta(seconds=float(ahead))
    database = Database.open(url, key=bytes.fromhex(key), offset=lambda: offset)
    async with ClientSession() as session:
        store = SharedToken(database, APP_ID)
        api = Api(Calls(session, base, Credentials(APP_ID, SECRET), store, lambda: datetime.now(UTC) + offset))
        await api.templates()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        deadly = cast(Database, Deadly(database, when, int(number)))
        if what == "outbox":
            await Sender(deadly, channels_of(api, "", lambda text: text))()
        else:
            await mass_tick(deadly, DeadlyPlatform(api, when, int(number)))()
    await database.close()


asyncio.run(main(*sys.argv[1:]))
