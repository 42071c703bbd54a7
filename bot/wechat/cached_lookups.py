"""Cached platform look-ups for pages: the last known answer is shown at once and refreshed in the background."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from bot.wechat.api import Api
from bot.wechat.errors import ApiError
from storage.engine.database import Database
from storage.engine.transactions import Tx
from storage.notices import platform_cache
from storage.notices.card_templates import Use
from storage.notices.platform_cache import CachedLookup

# Longest wait of a page; none at all while the platform is known not to answer.
PATIENCE = 1.0
# How long a template list counts as current. A QR code is permanent.
FRESH = timedelta(minutes=10)

log = logging.getLogger(__name__)


class CachedLookups:
    """Runs each look-up once at a time, however many pages want it. `api` is available once the application runs.

    `patience`: seconds a page may wait for an unknown answer.
    """

    def __init__(self, database: Database, account: str, api: Callable[[], Api], patience: float = PATIENCE) -> None:
        self._database = database
        self._account = account
        self._api = api
        self._patience = patience
        self._asking: dict[str, asyncio.Task[None]] = {}

    async def code(self, scene: str) -> CachedLookup:
        """Return the address in the account's permanent QR code with this scene."""
        return await self._cached(f"code:{scene}", lambda: self._code(scene), lasting=True)

    async def templates(self, use: Use) -> CachedLookup:
        """Return the account's templates of this use: dictionaries of `Template` fields."""
        return await self._cached(f"templates:{use}", lambda: self._templates(use), lasting=False)

    async def close(self) -> None:
        """Cancel running look-ups."""
        asking = list(self._asking.values())
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)

    async def _cached(self, what: str, ask: Callable[[], Awaitable[Any]], *, lasting: bool) -> CachedLookup:
        name = f"{self._account}:{what}"
        known, is_fresh = await self._database.read(_known, name, lasting)
        if is_fresh:
            return known
        task = self._asking.get(name)
        if task is None:
            task = self._asking[name] = asyncio.create_task(self._ask(name, ask))
            task.add_done_callback(lambda done: self._asked(name, done))
        if known.missed is None:
            # A page that disconnects or stops waiting does not cancel the look-up.
            await asyncio.wait([task], timeout=self._patience)
        return await self._database.read(platform_cache.get, name)

    def _asked(self, name: str, task: asyncio.Task[None]) -> None:
        self._asking.pop(name, None)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            log.error("asking failed", exc_info=error, extra={"action": "alert"})

    async def _ask(self, name: str, ask: Callable[[], Awaitable[Any]]) -> None:
        try:
            value = await ask()
        except ApiError as error:
            log.warning("not told: %s", error.why, extra={"action": "platform_silent"})
            await self._database.write(platform_cache.miss, name)
        else:
            await self._database.write(platform_cache.save, name, value)

    async def _code(self, scene: str) -> str:
        return (await self._api().create_qr(scene)).url

    async def _templates(self, use: Use) -> list[dict[str, str]]:
        api = self._api()
        return [asdict(one) for one in await (api.templates() if use == "template" else api.subscribe_templates())]


def _known(tx: Tx, name: str, lasting: bool) -> tuple[CachedLookup, bool]:
    """Return the cached answer, and whether it is current."""
    told = platform_cache.get(tx, name)
    young = told.learned is not None and (lasting or (told.missed is None and told.learned > tx.now - FRESH))
    return told, young
