"""A node that sends mass messages and kills itself: URL KEY AHEAD BASE WHEN NUMBER.

Killed as by kill -9 inside its NUMBERth transaction, `before` it is committed, or right `after`; or when its NUMBERth
call is `asked` but not yet made, or `taken` by the platform but not yet recorded; or `never`.
"""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import cast

from aiohttp import ClientSession

from bot.wechat.api import Api
from bot.wechat.calls import Calls, Credentials
from bot.wechat.mass_api import MassJob
from bot.wechat.tokens import SharedToken
from config.markup import expand
from config.policy.loader import load
from config.texts import Texts
from storage.engine.database import Database
from storage.engine.transactions import SERVICE
from tests.bot.dying import Deadly, die
from tests.broadcasts import mass_tick
from tests.simulator.stage import APP_ID, SECRET


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


async def main(url: str, key: str, ahead: str, base: str, when: str, number: str) -> None:
    offset = timedelta(seconds=float(ahead))
    database = Database.open(url, key=bytes.fromhex(key), offset=lambda: offset, actor=SERVICE)
    async with ClientSession() as session:
        store = SharedToken(database, APP_ID)
        api = Api(Calls(session, base, Credentials(APP_ID, SECRET), store, lambda: datetime.now(UTC) + offset))
        policy, texts = load(), Texts.load(markup=expand)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        deadly = cast(Database, Deadly(database, when, int(number)))
        await mass_tick(deadly, policy, texts, DeadlyPlatform(api, when, int(number)))()
    await database.close()
