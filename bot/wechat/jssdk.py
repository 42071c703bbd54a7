"""JS-SDK for pages in WeChat's browser: the ticket and the signature made with it (protocol §2.11)."""

import asyncio
import hashlib
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from bot.wechat.api import Api
from bot.wechat.errors import ApiUnreachableError
from bot.wechat.tokens import Tokens, TokenStore

# The name under which nodes share the ticket, beside the token's.
SHARED_AS = "jsapi"


@dataclass(frozen=True, slots=True)
class SignedConfig:
    """Arguments of `wx.config` for one page."""

    app_id: str
    timestamp: int
    nonce: str
    signature: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class JsSdk:
    """Signs our pages. `script`: the address of the platform's script; `ticket` raises ApiError.

    `patience`: seconds a page waits for the ticket.
    """

    app_id: str
    script: str
    ticket: Callable[[], Awaitable[str]]
    now: Callable[[], datetime]
    nonce: Callable[[], str] = lambda: secrets.token_hex(8)
    patience: float = 1.0

    @property
    def origin(self) -> str:
        """Return the script's origin, for the page's content policy."""
        parts = urlsplit(self.script)
        return f"{parts.scheme}://{parts.netloc}"

    def works_in(self, agent: str) -> bool:
        """Tell whether this User-Agent is WeChat's browser. A local simulator works in any."""
        return "MicroMessenger/" in agent or urlsplit(self.script).hostname in ("127.0.0.1", "localhost", "::1")

    async def signed(self, url: str) -> SignedConfig:
        """Sign the page at this address now; raises ApiError without a ticket in time."""
        nonce, timestamp = self.nonce(), int(self.now().timestamp())
        try:
            async with asyncio.timeout(self.patience):
                ticket = await self.ticket()
        except TimeoutError:
            # The request goes on: the next page may have it.
            raise ApiUnreachableError(SHARED_AS, "no ticket in time") from None
        return SignedConfig(self.app_id, timestamp, nonce, signature(ticket, nonce, timestamp, url))


def signature(ticket: str, nonce: str, timestamp: int, url: str) -> str:
    """Return the signature proving that the page at this address is the account's; the part after # is ignored."""
    signed = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={url.partition('#')[0]}"
    return hashlib.sha1(signed.encode(), usedforsecurity=False).hexdigest()


def tickets(api: Api, store: TokenStore, now: Callable[[], datetime]) -> Tokens:
    """Return the account's ticket cache, shared like the token: the platform issues few a day."""

    async def fetch(_force: bool) -> tuple[str, timedelta]:
        return await api.jsapi_ticket()

    return Tokens(store, fetch, now)
