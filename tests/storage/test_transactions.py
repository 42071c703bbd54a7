"""What a service function may rely on, on both databases."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import DBAPIError, IntegrityError

from config.errors import AppError, UnavailableError
from storage.engine.database import Database, Tx
from tests.conftest import TESTER, MovableTime
from tests.storage import counting


@pytest.fixture
async def counter(database: Database) -> Database:
    await database.write(counting.start)
    return database


async def test_eight_writers_adding_to_one_counter_lose_nothing(counter: Database) -> None:
    async def add_a_hundred() -> None:
        for _ in range(100):
            await counter.write(counting.add_one)

    await asyncio.gather(*(add_a_hundred() for _ in range(8)))
    assert await counter.read(counting.value) == 800


async def test_two_processes_worth_of_writers_lose_nothing(
    counter: Database, database_url: str, secret_key: bytes
) -> None:
    other = Database.open(database_url, key=secret_key, actor=TESTER)

    async def add_twenty_five(database: Database) -> None:
        for _ in range(25):
            await database.write(counting.add_one)

    await asyncio.gather(*(add_twenty_five(database) for database in (counter, other) * 2))
    await other.close()
    assert await counter.read(counting.value) == 100


async def test_a_write_returns_what_its_function_returns(counter: Database) -> None:
    assert [await counter.write(counting.add_one) for _ in range(3)] == [1, 2, 3]


class _RefusedError(Exception):
    pass


def _refuse() -> None:
    raise _RefusedError


async def test_a_function_that_raises_leaves_nothing_and_its_caller_gets_the_error(counter: Database) -> None:
    with pytest.raises(_RefusedError):
        await counter.write(counting.add_one_then(_refuse))
    assert await counter.read(counting.value) == 0


async def test_a_failing_function_fails_alone(counter: Database) -> None:
    functions = [counting.add_one if n % 3 else counting.add_one_then(_refuse) for n in range(30)]
    outcomes = await asyncio.gather(*(counter.write(function) for function in functions), return_exceptions=True)
    assert [isinstance(outcome, _RefusedError) for outcome in outcomes] == [n % 3 == 0 for n in range(30)]
    assert await counter.read(counting.value) == 20


async def test_even_stop_iteration_reaches_its_caller(counter: Database) -> None:
    with pytest.raises(RuntimeError):
        await counter.write(lambda tx: next(iter(())))


async def test_a_broken_rule_of_the_tables_is_the_callers_error(counter: Database) -> None:
    def again(tx: Tx) -> None:
        tx.execute(insert(counting.COUNTER), {"id": 1, "n": 5})

    with pytest.raises(IntegrityError):
        await counter.write(again)
    assert await counter.write(counting.add_one) == 1


async def test_a_read_never_sees_what_is_not_committed(counter: Database) -> None:
    written, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        written.set()
        assert go_on.wait(10)

    writing = asyncio.create_task(counter.write(counting.add_one_then(hold)))
    assert await asyncio.to_thread(written.wait, 10)
    before = await counter.read(counting.value)
    go_on.set()
    await writing
    assert (before, await counter.read(counting.value)) == (0, 1)


async def test_one_read_sees_one_moment(counter: Database) -> None:
    looked, go_on = threading.Event(), threading.Event()

    def look_twice(tx: Tx) -> tuple[int, int]:
        first = counting.value(tx)
        looked.set()
        assert go_on.wait(10)
        return first, counting.value(tx)

    reading = asyncio.create_task(counter.read(look_twice))
    assert await asyncio.to_thread(looked.wait, 10)
    await counter.write(counting.add_one)
    go_on.set()
    assert await reading == (0, 0)


async def test_a_read_cannot_write(counter: Database) -> None:
    with pytest.raises((DBAPIError, UnavailableError)):
        await counter.read(counting.add_one)
    assert await counter.read(counting.value) == 0


async def test_now_is_the_clock_plus_the_offset_even_when_it_moves(
    database: Database, time_offset: MovableTime
) -> None:
    def now(tx: Tx) -> datetime:
        return tx.now

    for operation in (database.write, database.read):
        time_offset.ahead = timedelta()
        today = await operation(now)
        time_offset.ahead = timedelta(days=400)
        later = await operation(now)
        assert today.tzinfo == UTC
        assert timedelta(days=400) <= later - today < timedelta(days=401)
        assert abs(today - datetime.now(UTC)) < timedelta(days=1)


async def test_what_a_cancelled_caller_began_is_carried_out_and_harms_nobody(counter: Database) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        begun.set()
        assert go_on.wait(10)

    leaving = asyncio.create_task(counter.write(counting.add_one_then(hold)))
    assert await asyncio.to_thread(begun.wait, 10)
    leaving.cancel()
    staying = asyncio.create_task(counter.write(counting.add_one))
    with pytest.raises(asyncio.CancelledError):
        await leaving
    go_on.set()
    await staying
    assert await counter.read(counting.value) == 2


async def test_close_finishes_what_was_accepted_and_takes_no_more(
    database_url: str, secret_key: bytes, counter: Database
) -> None:
    database = Database.open(database_url, key=secret_key, actor=TESTER)
    accepted = [asyncio.create_task(database.write(counting.add_one)) for _ in range(40)]
    await asyncio.sleep(0)
    await database.close()
    await asyncio.gather(*accepted)
    assert await counter.read(counting.value) == 40
    with pytest.raises(AppError) as refused:
        await database.write(counting.add_one)
    assert refused.value.code == "store_closed"


async def test_a_function_that_swallows_the_stores_error_is_not_taken_for_done(counter: Database) -> None:
    """PostgreSQL would turn its COMMIT into a silent ROLLBACK; on SQLite the other statements persist."""

    def careless(tx: Tx) -> int:
        n = counting.add_one(tx)
        try:
            tx.execute(insert(counting.COUNTER), {"id": 1, "n": 5})
        except IntegrityError:
            return n
        raise AssertionError("the row should have been in the way")

    try:
        answered = await counter.write(careless)
    except AppError:
        answered = 0
    assert await counter.read(counting.value) == answered


async def test_a_read_that_fails_half_way_leaves_no_old_view_to_the_reads_after_it(counter: Database) -> None:
    def half(tx: Tx) -> None:
        rows = tx.execute(counting.TWICE)
        rows.fetchone()
        raise _RefusedError

    with pytest.raises(_RefusedError) as kept:
        await counter.read(half)
    for number in range(1, 10):
        await counter.write(counting.add_one)
        assert await counter.read(counting.value) == number, f"while {kept.type.__name__} is kept"


async def test_a_write_that_fails_half_way_keeps_no_write_after_it_back(
    counter: Database, database_url: str, secret_key: bytes
) -> None:
    def half(tx: Tx) -> None:
        rows = tx.execute(counting.TWICE)
        rows.fetchone()
        raise _RefusedError

    with pytest.raises(_RefusedError) as kept:
        await counter.write(half)
    beside = Database.open(database_url, key=secret_key, actor=TESTER)
    assert await beside.write(counting.add_one) == 1
    assert await counter.write(counting.add_one) == 2, f"while {kept.type.__name__} is kept"
    await beside.close()
