"""A sending process that stops at its platform call, to be killed there: URL KEY AHEAD BASE before|after."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta

from aiohttp import ClientSession

from bot.cli.demo import APP_ID
from bot.jobs.outbox import Sender
from bot.wechat.api import Api
from bot.wechat.calls import Calls, Credentials
from bot.wechat.sending import channels_of
from bot.wechat.tokens import SharedToken
from notifications.channels import Parcel, SendOutcome, Sends
from storage.engine.database import Database
from storage.engine.transactions import SERVICE


class Stopping:
    """Sends or not, reports being there, and blocks."""

    def __init__(self, channel: Sends, *, after: bool) -> None:
        self._channel = channel
        self._after = after

    async def send(self, parcel: Parcel) -> SendOutcome:
        outcome = await self._channel.send(parcel) if self._after else None
        sys.stdout.write(f"{outcome.ending if outcome else 'unsent'}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()
        raise AssertionError("the dead do not go on")


async def main(url: str, key: str, ahead: str, base: str, when: str) -> None:
    offset = timedelta(seconds=float(ahead))
    database = Database.open(url, key=bytes.fromhex(key), offset=lambda: offset, actor=SERVICE)

    def now() -> datetime:
        return datetime.now(UTC) + offset

    async with ClientSession() as session:
        credentials = Credentials(APP_ID, "secret-of-the-story")
        api = Api(Calls(session, base, credentials, SharedToken(database, APP_ID), now))
        every = channels_of(api, "", lambda text: text)
        await Sender(database, {name: Stopping(one, after=when == "after") for name, one in every.items()})()
