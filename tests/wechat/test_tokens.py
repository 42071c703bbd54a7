"""One token for everybody: when it is fetched, how often, and what happens on refusal."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.wechat.errors import ApiRefusedError, ApiUncertainError
from bot.wechat.tokens import Tokens
from storage.notices.access_tokens import AccessToken

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
TWO_HOURS = timedelta(hours=2)


class Shelf:
    """A store shared by several nodes."""

    def __init__(self, token: AccessToken | None = None) -> None:
        self.token = token

    async def load(self) -> AccessToken | None:
        await asyncio.sleep(0)
        return self.token

    async def save(self, token: AccessToken) -> None:
        self.token = token


class Platform:
    """Issues token-1, token-2 …; a new one only if forced, or in the old one's last five minutes."""

    def __init__(self) -> None:
        self.now = NOON
        self.made = 0
        self.expires = NOON
        self.calls: list[bool] = []
        self.error: Exception | None = None
        self.open = asyncio.Event()
        self.open.set()

    def clock(self) -> datetime:
        return self.now

    async def fetch(self, force: bool) -> tuple[str, timedelta]:
        self.calls.append(force)
        await self.open.wait()
        if self.error:
            raise self.error
        if force or self.expires - self.now < timedelta(seconds=300):
            self.made += 1
            self.expires = self.now + TWO_HOURS
        return f"token-{self.made}", self.expires - self.now


def node(platform: Platform, shelf: Shelf | None = None) -> Tokens:
    return Tokens(shelf or Shelf(), platform.fetch, platform.clock)


async def settled(tokens: Tokens) -> str:
    """Return the token after background work has ended."""
    await tokens.get()
    for _ in range(10):
        await asyncio.sleep(0)
    return await tokens.get()


async def test_the_first_need_fetches_and_the_next_do_not() -> None:
    platform = Platform()
    tokens = node(platform)
    assert [await tokens.get() for _ in range(3)] == ["token-1"] * 3
    assert platform.calls == [False]


async def test_fifty_callers_at_once_make_one_call() -> None:
    platform = Platform()
    tokens = node(platform)
    platform.open.clear()
    callers = [asyncio.create_task(tokens.get()) for _ in range(50)]
    await asyncio.sleep(0)
    platform.open.set()
    assert set(await asyncio.gather(*callers)) == {"token-1"}
    assert platform.calls == [False]


@pytest.mark.parametrize(("left", "token"), [(301, "token-1"), (299, "token-2")])
async def test_it_is_renewed_when_less_than_300_seconds_are_left(left: int, token: str) -> None:
    platform = Platform()
    tokens = node(platform)
    await tokens.get()
    platform.now += TWO_HOURS - timedelta(seconds=left)
    assert await settled(tokens) == token


async def test_the_old_one_is_served_while_the_new_one_is_fetched() -> None:
    platform = Platform()
    tokens = node(platform)
    await tokens.get()
    platform.now += TWO_HOURS - timedelta(seconds=200)
    platform.open.clear()
    assert [await tokens.get() for _ in range(20)] == ["token-1"] * 20
    await asyncio.sleep(0)
    platform.open.set()
    assert await settled(tokens) == "token-2"
    assert platform.calls == [False, False]


async def test_a_failed_renewal_leaves_the_old_one_in_service() -> None:
    platform = Platform()
    tokens = node(platform)
    await tokens.get()
    platform.now += TWO_HOURS - timedelta(seconds=200)
    platform.error = ApiUncertainError("/cgi-bin/stable_token", "no answer in time")
    assert await settled(tokens) == "token-1"
    platform.now += timedelta(seconds=190)
    with pytest.raises(ApiUncertainError):
        await tokens.get()
    platform.error = None
    assert await tokens.get() == "token-2"


async def test_an_expired_one_is_not_served() -> None:
    platform = Platform()
    tokens = node(platform)
    await tokens.get()
    platform.now += TWO_HOURS
    assert await tokens.get() == "token-2"


async def test_what_another_node_has_stored_is_used() -> None:
    platform, shelf = Platform(), Shelf()
    first, second = node(platform, shelf), node(platform, shelf)
    assert await first.get() == await second.get() == "token-1"
    platform.now += TWO_HOURS - timedelta(seconds=100)
    assert await settled(first) == "token-2"
    platform.now += timedelta(seconds=80)
    assert await second.get() == "token-2"
    assert platform.calls == [False, False]


async def test_a_newer_one_in_the_store_is_found_within_a_minute() -> None:
    platform = Platform()
    shelf = Shelf()
    tokens = node(platform, shelf)
    await tokens.get()
    shelf.token = AccessToken("from-elsewhere", NOON + TWO_HOURS, NOON)
    platform.now += timedelta(seconds=61)
    assert await settled(tokens) == "from-elsewhere"


async def test_where_the_platform_gives_the_old_one_again_it_is_left_alone_for_a_while() -> None:
    platform = Platform()
    tokens = node(platform)
    await tokens.get()
    # Its clock is 10 s behind ours: at our 295 s left it sees 305.
    platform.now += TWO_HOURS - timedelta(seconds=295)
    platform.expires += timedelta(seconds=10)
    for _ in range(10):
        assert await settled(tokens) == "token-1"
    assert len(platform.calls) == 1 + 1
    platform.now += timedelta(seconds=16)
    assert await settled(tokens) == "token-2"


# Refusals.


async def test_a_refused_one_is_replaced_by_the_stored_one() -> None:
    platform, shelf = Platform(), Shelf()
    tokens = node(platform, shelf)
    old = await tokens.get()
    shelf.token = AccessToken("newer", NOON + TWO_HOURS, NOON)
    assert await tokens.after(old) == "newer"
    assert platform.calls == [False]


async def test_fifty_callers_with_one_refused_token_make_one_call() -> None:
    platform = Platform()
    tokens = node(platform)
    old = await tokens.get()
    platform.expires = NOON
    assert set(await asyncio.gather(*(tokens.after(old) for _ in range(50)))) == {"token-2"}
    assert platform.calls == [False, False]


async def test_force_is_used_only_where_the_platform_stands_by_what_it_refuses() -> None:
    platform = Platform()
    tokens = node(platform)
    old = await tokens.get()
    assert await tokens.after(old) == "token-2"
    assert platform.calls == [False, False, True]


async def test_force_is_not_used_again_and_again() -> None:
    platform = Platform()
    tokens = node(platform)
    token = await tokens.get()
    for _ in range(20):
        token = await tokens.after(token)
    assert platform.calls.count(True) == 1


async def test_after_a_final_refusal_the_platform_is_left_alone() -> None:
    platform = Platform()
    tokens = node(platform)
    platform.error = ApiRefusedError("/cgi-bin/stable_token", 40125, "invalid appsecret")
    for _ in range(30):
        with pytest.raises(ApiRefusedError):
            await tokens.get()
    assert len(platform.calls) == 1
    platform.now += timedelta(minutes=10)
    platform.error = None
    assert await tokens.get() == "token-1"


async def test_an_address_refused_for_a_day_is_not_tried_for_a_day() -> None:
    platform = Platform()
    tokens = node(platform)
    platform.error = ApiRefusedError("/cgi-bin/stable_token", 89506, "")
    for hours in (0, 1, 23):
        platform.now = NOON + timedelta(hours=hours)
        with pytest.raises(ApiRefusedError):
            await tokens.get()
    assert len(platform.calls) == 1
