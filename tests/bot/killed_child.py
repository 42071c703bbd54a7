"""A sending process that kills itself: URL KEY AHEAD BASE before|after NUMBER, or `never`.

Killed as by kill -9 inside its NUMBERth transaction, before it is committed, or right after.
"""

import sys
from datetime import UTC, datetime, timedelta
from typing import cast

from aiohttp import ClientSession

from bot.jobs.outbox import Sender
from bot.wechat.api import Api
from bot.wechat.calls import Calls, Credentials
from bot.wechat.sending import channels_of
from bot.wechat.tokens import SharedToken
from storage.engine.database import Database
from storage.engine.transactions import SERVICE
from tests.bot.dying import Deadly
from tests.simulator.stage import APP_ID, SECRET


async def main(url: str, key: str, ahead: str, base: str, when: str, number: str) -> None:
    offset = timedelta(seconds=float(ahead))
    database = Database.open(url, key=bytes.fromhex(key), offset=lambda: offset, actor=SERVICE)
    async with ClientSession() as session:
        store = SharedToken(database, APP_ID)
        api = Api(Calls(session, base, Credentials(APP_ID, SECRET), store, lambda: datetime.now(UTC) + offset))
        await api.templates()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        deadly = cast(Database, Deadly(database, when, int(number)))
        await Sender(deadly, channels_of(api, "", lambda text: text))()
    await database.close()
