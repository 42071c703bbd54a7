"""JS-SDK: the ticket that signs pages, and verification of page signatures (protocol §2.11)."""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe
from urllib.parse import urlsplit

from bot.simulator.account import Account, is_loopback
from bot.simulator.calls import Answer, ApiError, Call
from bot.simulator.media import Endpoint

LIFE = timedelta(seconds=7200)
# Assumed as for the stable token: in its last five minutes the next one is issued, and both are valid.
OVERLAP = timedelta(seconds=300)


@dataclass(frozen=True)
class _Ticket:
    value: str
    expires_at: datetime


class ConfigError(Exception):
    """The page is refused, with the browser's message to its script."""


class JsSdk:
    """The account's tickets."""

    def __init__(self, account: Account, now: Callable[[], datetime]) -> None:
        self._account = account
        self._now = now
        self._tickets: list[_Ticket] = []

    def endpoints(self) -> dict[str, Endpoint]:
        """Return the single address."""
        return {"/cgi-bin/ticket/getticket": Endpoint("GET", self.give)}

    def give(self, call: Call) -> Answer:
        """Return the account's ticket, the same until its last five minutes; raises ApiError 40097, 48001."""
        if call.query.get("type") != "jsapi":
            raise ApiError(40097)
        if not self._account.certified:
            raise ApiError(48001)
        now = self._now()
        if not self._tickets or self._tickets[-1].expires_at - now < OVERLAP:
            self._tickets = [*self._tickets[-1:], _Ticket(token_urlsafe(64), now + LIFE)]
        newest = self._tickets[-1]
        seconds = int((newest.expires_at - now).total_seconds())
        return {"errcode": 0, "errmsg": "ok", "ticket": newest.value, "expires_in": seconds}

    def check(self, asked: Mapping[str, str]) -> None:
        """Check the requesting page's signature for this account; raises ConfigError. It must be on this machine."""
        if asked.get("appId") != self._account.app_id:
            raise ConfigError("config:fail, invalid appid")
        url = asked.get("url", "")
        if not is_loopback(urlsplit(url).hostname or ""):
            raise ConfigError("config:fail, invalid url domain")
        rest = f"&noncestr={asked.get('nonceStr')}&timestamp={asked.get('timestamp')}&url={url.partition('#')[0]}"
        held = [
            hashlib.sha1(f"jsapi_ticket={ticket.value}{rest}".encode(), usedforsecurity=False).hexdigest()
            for ticket in self._tickets
            if self._now() < ticket.expires_at
        ]
        given = asked.get("signature", "").encode()
        if not any(hmac.compare_digest(one.encode(), given) for one in held):
            raise ConfigError("config:fail, invalid signature")
