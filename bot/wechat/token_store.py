"""The access token's place in the database, as the wire wants to see it."""

from storage.engine.database import Database
from storage.notices import access_tokens
from storage.notices.access_tokens import Token


class SharedToken:
    """A TokenStore over the database: every node that opens it shares one token."""

    def __init__(self, database: Database, app_id: str) -> None:
        self._database = database
        self._app_id = app_id

    async def load(self) -> Token | None:
        """The newest token of any node."""
        return await self._database.read(access_tokens.load, self._app_id)

    async def save(self, token: Token) -> None:
        """Keep this token for all, unless a newer one is kept."""
        await self._database.write(access_tokens.save, self._app_id, token)
