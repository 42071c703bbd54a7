"""The access token: one per account, shared through the store, fetched once however many callers need it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Protocol

from bot.wechat.errors import ApiError, ApiRefusedError
from bot.wechat.reactions import ReactionKind
from storage.engine.database import Database
from storage.notices import access_tokens
from storage.notices.access_tokens import AccessToken

# In a token's last five minutes the platform issues its successor, and both work.
REFRESH_LEFT = timedelta(seconds=300)
# With less left it may expire on its way to the platform.
USABLE_LEFT = timedelta(seconds=30)
# How long a token is used without checking the store for a newer one.
BELIEVED = timedelta(minutes=1)
# Retry interval while the platform still returns the old token (its clock and ours differ).
ASKED_APART = timedelta(seconds=15)
# The platform forces at most 20 a day, at least 30 seconds apart.
FORCED_APART = timedelta(minutes=5)
REFUSED_PAUSE = timedelta(minutes=10)

Fetch = Callable[[bool], Awaitable[tuple[str, timedelta]]]

log = logging.getLogger(__name__)


class TokenStore(Protocol):
    """Where every node finds the newest token."""

    async def load(self) -> AccessToken | None: ...
    async def save(self, token: AccessToken) -> None: ...


class SharedToken:
    """A TokenStore over the database, shared by all nodes."""

    def __init__(self, database: Database, app_id: str) -> None:
        self._database = database
        self._app_id = app_id

    async def load(self) -> AccessToken | None:
        """Return the newest token of any node."""
        return await self._database.read(access_tokens.load, self._app_id)

    async def save(self, token: AccessToken) -> None:
        """Save this token for all, unless a newer one is stored."""
        await self._database.write(access_tokens.save, self._app_id, token)


class Tokens:
    """Returns a working token.

    `fetch(force)` calls the platform and returns the token with its remaining life; `now` is the clock. However many
    callers need a new token, one look into the store and at most one fetch serve them all. After a refusal that only
    people can fix (wrong secret, wrong address) the platform is not called during the reaction's pause.
    """

    def __init__(self, store: TokenStore, fetch: Fetch, now: Callable[[], datetime]) -> None:
        self._store = store
        self._fetch = fetch
        self._now = now
        self._token: AccessToken | None = None
        self._looked = datetime.min.replace(tzinfo=now().tzinfo)
        self._forced = self._looked
        self._looking: asyncio.Task[AccessToken] | None = None
        self._refusal: tuple[ApiRefusedError, datetime] | None = None

    async def get(self) -> str:
        """Return the shared token. One with less than 300 s left is still used while its successor is fetched.

        Raises ApiError if none can be had.
        """
        token, now = self._token, self._now()
        if token is None or token.expires - now <= USABLE_LEFT:
            return (await self._look()).value
        if now - self._looked > BELIEVED or not self._is_fresh(token, now):
            self._start("")
        return token.value

    async def after(self, refused: str) -> str:
        """Return the token to use after the platform refused this one; the same again if it has no other."""
        token = self._token
        if token is not None and token.value != refused:
            return token.value
        found = await self._look(refused)
        # We may have joined a look-up unaware of the refusal.
        return (found if found.value != refused else await self._look(refused)).value

    async def _look(self, refused: str = "") -> AccessToken:
        return await asyncio.shield(self._start(refused))

    def _start(self, refused: str) -> asyncio.Task[AccessToken]:
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._find(refused))
            self._looking.add_done_callback(_note)
        return self._looking

    async def _find(self, refused: str) -> AccessToken:
        stored = await self._store.load()
        now = self._now()
        if stored is None or stored.value == refused or not self._is_fresh(stored, now):
            stored = await self._renew(refused)
            await self._store.save(stored)
        self._token, self._looked = stored, now
        return stored

    async def _renew(self, refused: str) -> AccessToken:
        asked = self._now()
        if self._refusal and asked < self._refusal[1]:
            raise self._refusal[0].with_traceback(None)
        try:
            value, life = await self._fetch(False)
            if value == refused and asked - self._forced > FORCED_APART:
                # The platform returns a token that it refuses: only force makes another.
                self._forced = asked
                value, life = await self._fetch(True)
        except ApiRefusedError as error:
            if error.reaction.kind not in (ReactionKind.RETRY, ReactionKind.SLOW_DOWN):
                self._refusal = error, asked + (error.reaction.pause or REFUSED_PAUSE)
            raise
        return AccessToken(value, asked + life, asked)

    def _is_fresh(self, token: AccessToken, now: datetime) -> bool:
        return token.expires - now > REFRESH_LEFT or (
            now - token.asked < ASKED_APART and token.expires - now > USABLE_LEFT
        )


def _note(look: asyncio.Task[AccessToken]) -> None:
    error = None if look.cancelled() else look.exception()
    if isinstance(error, ApiRefusedError):
        log.error(
            "the platform gives no token: %s %s (rid %s)",
            error,
            error.address,
            error.rid,
            extra={"action": "token_refused"},
        )
    elif isinstance(error, ApiError):
        log.warning("no token for now: %s", error, extra={"action": "token_failed"})
