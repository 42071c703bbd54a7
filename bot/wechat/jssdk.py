"""How a page speaks to WeChat's browser: the ticket of JS-SDK and the signature made with it (protocol §2.11)."""

import asyncio
import hashlib
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from bot.wechat.api import Api
from bot.wechat.errors import UnreachableError
from bot.wechat.tokens import Tokens, TokenStore

# The name under which the ticket is shared between nodes, beside the token's.
SHARED_AS = "jsapi"


@dataclass(frozen=True, slots=True)
class Signed:
    """What `wx.config` is told on one page."""

    app_id: str
    timestamp: int
    nonce: str
    signature: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class JsSdk:
    """Signs pages of ours. `script`: the address of the platform's script; `ticket` raises ApiError.

    `patience`: seconds that a page waits for the ticket.
    """

    app_id: str
    script: str
    ticket: Callable[[], Awaitable[str]]
    now: Callable[[], datetime]
    nonce: Callable[[], str] = lambda: secrets.token_hex(8)
    patience: float = 1.0

    @property
    def origin(self) -> str:
        """Where the script comes from, for the page's policy."""
        parts = urlsplit(self.script)
        return f"{parts.scheme}://{parts.netloc}"

    def works_in(self, agent: str) -> bool:
        """Whether the browser that calls itself so is WeChat's. A stand-in on this machine works in any."""
        return "MicroMessenger/" in agent or urlsplit(self.script).hostname in ("127.0.0.1", "localhost", "::1")

    async def signed(self, url: str) -> Signed:
        """The page of this address, signed now; raises ApiError where there is no ticket, or none in time."""
        nonce, timestamp = self.nonce(), int(self.now().timestamp())
        try:
            async with asyncio.timeout(self.patience):
                ticket = await self.ticket()
        except TimeoutError:
            # The asking goes on: the next page may have it.
            raise UnreachableError(SHARED_AS, "no ticket in time") from None
        return Signed(self.app_id, timestamp, nonce, signature(ticket, nonce, timestamp, url))


def signature(ticket: str, nonce: str, timestamp: int, url: str) -> str:
    """What proves that the page of this address is the account's; what follows # is no part of the address."""
    signed = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={url.partition('#')[0]}"
    return hashlib.sha1(signed.encode(), usedforsecurity=False).hexdigest()


def tickets(api: Api, store: TokenStore, now: Callable[[], datetime]) -> Tokens:
    """The account's ticket, kept and shared as its token is: the platform gives few a day."""

    async def fetch(_force: bool) -> tuple[str, timedelta]:
        return await api.jsapi_ticket()

    return Tokens(store, fetch, now)
