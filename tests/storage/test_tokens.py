"""One token for all nodes: sealed, replaced only by a later-requested one."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from storage.engine.database import Database
from storage.engine.transactions import Tx
from storage.notices import access_tokens
from storage.notices.access_tokens import AccessToken

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
FIRST = AccessToken("first-token", NOON + timedelta(hours=2), NOON)
SECOND = AccessToken("second-token", NOON + timedelta(hours=1), NOON + timedelta(minutes=1))


async def test_there_is_no_token_before_the_first(database: Database) -> None:
    assert await database.read(access_tokens.load, "wx1") is None


async def test_every_node_reads_the_token_that_one_has_stored(database: Database) -> None:
    await database.write(access_tokens.save, "wx1", FIRST)
    assert await database.read(access_tokens.load, "wx1") == FIRST
    assert await database.read(access_tokens.load, "wx2") is None


async def test_what_was_asked_for_later_wins_even_where_it_ends_earlier(database: Database) -> None:
    await database.write(access_tokens.save, "wx1", FIRST)
    await database.write(access_tokens.save, "wx1", SECOND)
    assert await database.read(access_tokens.load, "wx1") == SECOND
    await database.write(access_tokens.save, "wx1", FIRST)
    assert await database.read(access_tokens.load, "wx1") == SECOND


async def test_the_table_does_not_show_the_token(database: Database) -> None:
    def raw(tx: Tx) -> bytes:
        return bytes(tx.execute(select(access_tokens.TOKENS.c.sealed)).scalar_one())

    await database.write(access_tokens.save, "wx1", FIRST)
    assert b"first" not in await database.read(raw)
    assert "first" not in repr(FIRST)
