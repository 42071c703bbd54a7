"""Column types behave the same on both databases."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Column, MetaData, String, Table, insert, select
from sqlalchemy.exc import StatementError

from storage.engine.columns import BigId, UtcTime
from storage.engine.database import Database, Tx

MOMENTS = Table(
    "moment",
    MetaData(),
    Column("id", BigId, primary_key=True),
    Column("at", UtcTime),
    Column("note", String),
)
SHANGHAI = timezone(timedelta(hours=8))


def _make(tx: Tx) -> None:
    MOMENTS.create(tx.connection)


def _keep(tx: Tx, at: datetime | None, row_id: int | None = None) -> int:
    row = {"at": at} if row_id is None else {"id": row_id, "at": at}
    return int(tx.execute(insert(MOMENTS).values(row).returning(MOMENTS.c.id)).scalar_one())


def _all(tx: Tx) -> list[datetime | None]:
    return list(tx.execute(select(MOMENTS.c.at).order_by(MOMENTS.c.at.is_(None), MOMENTS.c.at)).scalars())


@pytest.fixture
async def moments(database: Database) -> Database:
    await database.write(_make)
    return database


async def test_a_moment_comes_back_in_utc_to_the_microsecond(moments: Database) -> None:
    await moments.write(_keep, datetime(2028, 12, 31, 23, 59, 59, 999_999, SHANGHAI))
    (found,) = await moments.read(_all)
    assert found == datetime(2028, 12, 31, 15, 59, 59, 999_999, UTC)
    assert found.tzinfo == UTC


async def test_a_naive_moment_is_refused(moments: Database) -> None:
    with pytest.raises(StatementError, match="needs its zone"):
        await moments.write(_keep, datetime(2028, 12, 31))  # noqa: DTZ001 - that is the case


async def test_moments_sort_and_compare_as_time_does_whatever_zone_they_came_in(moments: Database) -> None:
    early, late = datetime(2026, 1, 1, 7, 59, tzinfo=SHANGHAI), datetime(2026, 1, 1, tzinfo=UTC)
    for moment in (late, None, early):
        await moments.write(_keep, moment)
    assert await moments.read(_all) == [early, late, None]

    def before(tx: Tx, moment: datetime) -> int:
        return len(tx.execute(select(MOMENTS.c.id).where(MOMENTS.c.at < moment)).all())

    assert await moments.read(before, datetime(2026, 1, 1, 8, tzinfo=SHANGHAI)) == 1


async def test_ids_count_up_by_themselves_and_have_64_bits(moments: Database) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert [await moments.write(_keep, now) for _ in range(2)] == [1, 2]
    assert await moments.write(_keep, now, 2**40) == 2**40
