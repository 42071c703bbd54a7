"""Calls to the platform's API, from token to error reaction: retried if useful and harmless."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

import aiohttp

from bot.wechat.errors import ApiRefusedError, ApiUncertainError, ApiUnreachableError
from bot.wechat.reactions import ReactionKind
from bot.wechat.tokens import Tokens, TokenStore
from bot.wechat.transport import ApiRequest, ApiResponse, JsonObject, exchange, to_json
from config.calendar import SHANGHAI

MOST_REPEATS = 3
MOST_SEND_REPEATS = 1
EVERYWHERE = ""
QUOTA_SPENT = 45009

T = TypeVar("T")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Credentials:
    """Our credentials at the platform."""

    app_id: str
    secret: str = field(repr=False)


async def _never() -> int:
    """Default: no quota resets."""
    return 0


class Calls:
    """Makes calls with the shared token and reacts to refusals by the table in reactions.py.

    If the platform is busy or unreachable, a call is repeated up to 3 times, 1, 2 and 4 s apart; a send once. Without a
    credible answer a send is never repeated: it may have arrived. A refused token is replaced once. If the platform
    wants a pause, calls to that address (or all) are refused locally until it is over. `sleep` waits so many seconds.
    `cleared` returns the last quota reset on any node: a pause for a spent daily quota ends with the next one.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base: str,
        credentials: Credentials,
        store: TokenStore,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        cleared: Callable[[], Awaitable[int]] = _never,
    ) -> None:
        self.base = base.rstrip("/")
        self.credentials = credentials
        self._session = session
        self._now = now
        self._sleep = sleep
        self._tokens = Tokens(store, self._fetch_token, now)
        self._cleared = cleared
        self._pauses: dict[str, tuple[ApiRefusedError, datetime]] = {}
        self._spent: dict[str, int] = {}

    async def json(self, request: ApiRequest, expected: str, *, is_send: bool = False) -> JsonObject:
        """Return the JSON answer with the expected field; raises ApiError."""
        return await self.answer(request, lambda answer: answer.json(expected), is_send=is_send)

    async def answer(
        self, request: ApiRequest, read: Callable[[ApiResponse], T], *, is_send: bool = False, with_token: bool = True
    ) -> T:
        """Return `read` of the answer; it raises ApiError for an invalid answer, and so does this."""
        await self._wait_for_pause(request.path)
        token = await self._tokens.get() if with_token else ""
        most = MOST_SEND_REPEATS if is_send else MOST_REPEATS
        repeats, may_replace = 0, with_token
        while True:
            try:
                return read(await exchange(self._session, self.base, request, token))
            except ApiRefusedError as error:
                if error.reaction.kind is ReactionKind.REFRESH_TOKEN and may_replace:
                    may_replace = False
                    token, refused = await self._tokens.after(token), token
                    if token != refused:
                        continue
                if error.reaction.kind is not ReactionKind.RETRY or repeats >= most:
                    await self._react(error)
                    raise
            except ApiUnreachableError:
                if repeats >= most:
                    raise
            except ApiUncertainError:
                if is_send or repeats >= most:
                    raise
            await self._sleep(2.0**repeats)
            repeats += 1

    def reset_spent_quotas(self) -> None:
        """End pauses until midnight for a spent daily quota."""
        for path in self._spent:
            self._pauses.pop(path, None)
        self._spent.clear()

    async def _fetch_token(self, force: bool) -> tuple[str, timedelta]:
        asked = {
            "grant_type": "client_credential",
            "appid": self.credentials.app_id,
            "secret": self.credentials.secret,
            "force_refresh": force,
        }
        request = ApiRequest("POST", "/cgi-bin/stable_token", body=to_json(asked))
        return await self.answer(request, _token_in, with_token=False)

    async def _wait_for_pause(self, path: str) -> None:
        if path in self._spent:
            last = await self._cleared()
            # Other calls may have checked meanwhile, and been refused again.
            if self._spent.get(path, last) < last:
                self.reset_spent_quotas()
        for place in (EVERYWHERE, path):
            if place in self._pauses:
                error, until = self._pauses[place]
                if self._now() < until:
                    raise error.with_traceback(None)
                del self._pauses[place]
                self._spent.pop(place, None)

    async def _react(self, error: ApiRefusedError) -> None:
        reaction, now = error.reaction, self._now()
        if error.number == QUOTA_SPENT:
            self._spent[error.call] = await self._cleared()
        if reaction.alert or reaction.kind is ReactionKind.REFRESH_TOKEN:
            log.error("the platform refused %s (rid %s) %s", error, error.rid, error.address, extra={"action": "alert"})
        match reaction.kind:
            case ReactionKind.STOP_ALL if reaction.pause:
                self._pauses[EVERYWHERE] = error, now + reaction.pause
            case ReactionKind.STOP_API:
                self._pauses[error.call] = error, now + reaction.pause if reaction.pause else _midnight_after(now)
            case ReactionKind.SLOW_DOWN:
                self._pauses[error.call] = error, now.replace(second=0, microsecond=0) + timedelta(minutes=1)


def _token_in(answer: ApiResponse) -> tuple[str, timedelta]:
    found = answer.json("access_token")
    value, seconds = found["access_token"], found.get("expires_in")
    if not isinstance(value, str) or not value or not isinstance(seconds, int) or seconds <= 0:
        raise ApiUncertainError(answer.call, "no token in the answer")
    return value, timedelta(seconds=seconds)


def _midnight_after(now: datetime) -> datetime:
    local = now.astimezone(SHANGHAI)
    return local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
