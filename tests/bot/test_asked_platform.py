"""Platform data on pages is shown at once, fetched once in the background, and marked since when it is outdated."""

import asyncio
from datetime import timedelta
from typing import cast

from bot.wechat.api import Api, QrCode
from bot.wechat.cached_lookups import FRESH, CachedLookups
from bot.wechat.errors import ApiUnreachableError
from bot.wechat.notices_api import AccountTemplate
from storage.engine.database import Database
from storage.notices.platform_cache import CachedLookup
from tests.conftest import MovableTime


class Platform:
    """Answers when allowed, or not at all; counts the calls."""

    def __init__(self) -> None:
        self.asked = 0
        self.let = asyncio.Event()
        self.there = True

    async def create_qr(self, scene: str) -> QrCode:
        await self._answer()
        return QrCode("t", "p", f"http://weixin.qq.com/q/{scene}", 0)

    async def templates(self) -> list[AccountTemplate]:
        await self._answer()
        return [AccountTemplate("id-1", "群发", "标题{{thing1.DATA}}")]

    async def _answer(self) -> None:
        self.asked += 1
        await self.let.wait()
        if not self.there:
            raise ApiUnreachableError("/x", "nobody there")


def asking(database: Database, platform: Platform, patience: float = 0) -> CachedLookups:
    return CachedLookups(database, "wx1", lambda: cast(Api, platform), patience)


async def settled(asked: CachedLookups) -> None:
    """Wait until every look-up is answered and stored."""
    while asked._asking:
        await asyncio.wait(list(asked._asking.values()))


async def test_no_page_waits_for_a_platform_that_does_not_answer_and_however_many_ask_once(database: Database) -> None:
    platform = Platform()
    asked = asking(database, platform)
    assert [await asked.code("area:江宁") for _ in range(3)] == [CachedLookup()] * 3
    platform.let.set()
    await settled(asked)
    assert platform.asked == 1
    assert (await asked.code("area:江宁")).value == "http://weixin.qq.com/q/area:江宁"
    assert (await asking(database, Platform()).code("area:江宁")).value is not None, "another node asks no more"
    await asked.close()


async def test_where_the_answer_comes_in_time_the_page_has_it(database: Database) -> None:
    platform = Platform()
    platform.let.set()
    told = await asking(database, platform, patience=30).templates("template")
    assert told.value == [{"id": "id-1", "title": "群发", "content": "标题{{thing1.DATA}}"}]


async def test_the_last_list_stays_and_it_is_said_since_when_nobody_answers(
    database: Database, time_offset: MovableTime
) -> None:
    platform = Platform()
    platform.let.set()
    asked = asking(database, platform, patience=3600)
    first = await asked.templates("template")
    assert await asked.templates("template") == first
    assert platform.asked == 1, "it is fresh"
    platform.there = False
    time_offset.ahead += FRESH
    silent = await asked.templates("template")
    assert (silent.value, silent.learned) == (first.value, first.learned)
    assert silent.missed is not None
    time_offset.ahead += timedelta(hours=1)
    platform.let.clear()
    async with asyncio.timeout(10):
        assert await asked.templates("template") == silent, "since the first time, and nobody waits any more"
    platform.there = True
    platform.let.set()
    await settled(asked)
    again = await asked.templates("template")
    assert again.missed is None
    assert again.learned is not None
    assert first.learned is not None
    assert again.learned > first.learned
    await asked.close()
