"""PostgreSQL only: failed transactions are retried, dead connections replaced, uncertainty reported."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime

import psycopg
import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError

from config.errors import UnavailableError
from storage.engine.database import Database, Tx
from tests.conftest import TESTER, Server
from tests.storage import counting


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Server:
    """Return the server of `--postgres`; skip without one."""
    if not request.config.getoption("postgres"):
        pytest.skip("needs --postgres URL")
    server: Server = request.getfixturevalue("postgres_server")
    return server


@pytest.fixture
def name(server: Server) -> str:
    return server.migrated()


class Jitter:
    """No pause; counts how often one was due."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self) -> float:
        self.asked += 1
        return 0.0


@pytest.fixture
def jitter() -> Jitter:
    return Jitter()


@pytest.fixture
async def counter(server: Server, name: str, secret_key: bytes, jitter: Jitter) -> AsyncIterator[Database]:
    database = Database.open(server.url_of(name), key=secret_key, jitter=jitter, actor=TESTER)
    await database.write(counting.start)
    yield database
    await database.close()
    server.drop(name)


def _raise(state: str, times: int) -> tuple[Callable[[Tx], int], list[int]]:
    """Return a function that adds one and fails with this SQLSTATE so many times; and the list of its runs."""
    runs: list[int] = []

    def function(tx: Tx) -> int:
        runs.append(counting.add_one(tx))
        if len(runs) <= times:
            tx.connection.exec_driver_sql(f"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{state}'; END $$")
        return len(runs)

    return function, runs


def _end_others(name: str, server: Server) -> None:
    with psycopg.connect(server.url_of("postgres"), autocommit=True) as admin:
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))


@pytest.mark.parametrize("state", ["40001", "40P01", "23505"])
async def test_a_refused_function_is_run_again_and_counts_once(counter: Database, state: str) -> None:
    function, runs = _raise(state, 2)
    assert await counter.write(function) == 3
    assert runs == [1, 1, 1]
    assert await counter.read(counting.value) == 1


async def test_after_ten_refusals_the_caller_is_told(counter: Database, jitter: Jitter) -> None:
    function, runs = _raise("40001", 99)
    with pytest.raises(UnavailableError) as refused:
        await counter.write(function)
    assert refused.value.code == "store_contended"
    assert (len(runs), jitter.asked) == (10, 9)
    assert await counter.write(counting.add_one) == 1


async def test_a_row_that_stays_in_the_way_is_the_callers_error(counter: Database) -> None:
    runs: list[int] = []

    def clash(tx: Tx) -> None:
        runs.append(1)
        tx.execute(insert(counting.COUNTER), {"id": 1, "n": 5})

    with pytest.raises(IntegrityError):
        await counter.write(clash)
    assert len(runs) == 3


async def test_connections_that_died_while_idle_are_replaced_unnoticed(
    counter: Database, server: Server, name: str
) -> None:
    await asyncio.gather(*(counter.write(counting.add_one) for _ in range(20)))
    _end_others(name, server)
    await asyncio.gather(*(counter.write(counting.add_one) for _ in range(20)))
    assert await counter.read(counting.value) == 40


async def test_a_connection_lost_inside_a_function_is_replaced_and_the_function_run_again(
    counter: Database, server: Server, name: str
) -> None:
    runs: list[int] = []

    def interrupted(tx: Tx) -> None:
        runs.append(counting.add_one(tx))
        if len(runs) == 1:
            _end_others(name, server)
        counting.value(tx)

    await counter.write(interrupted)
    assert runs == [1, 1]
    assert await counter.read(counting.value) == 1


async def test_a_connection_lost_in_the_commit_is_said_to_leave_doubt(counter: Database) -> None:
    def booby_trap(tx: Tx) -> None:
        for line in (
            "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$",
            "CREATE CONSTRAINT TRIGGER dies AFTER UPDATE ON counter DEFERRABLE INITIALLY DEFERRED"
            " FOR EACH ROW EXECUTE FUNCTION die()",
        ):
            tx.execute(text(line))

    await counter.write(booby_trap)
    with pytest.raises(UnavailableError) as doubt:
        await counter.write(counting.add_one)
    assert doubt.value.code == "store_uncertain"
    assert await counter.read(counting.value) == 0


async def test_a_database_that_went_away_is_said_and_used_again_once_it_is_back(
    counter: Database, server: Server, name: str
) -> None:
    server.drop(name)
    with pytest.raises(UnavailableError) as gone:
        await counter.write(counting.add_one)
    assert gone.value.code == "store_no_answer"
    server.migrated(name)
    await counter.write(counting.start)
    assert await counter.write(counting.add_one) == 1


async def test_writes_are_serializable_and_reads_are_a_read_only_snapshot(counter: Database) -> None:
    def mode(tx: Tx) -> tuple[str, str]:
        show = ("transaction_isolation", "transaction_read_only")
        isolation, read_only = (tx.connection.exec_driver_sql(f"SHOW {setting}").scalar_one() for setting in show)
        return isolation, read_only

    assert await counter.write(mode) == ("serializable", "off")
    assert await counter.read(mode) == ("repeatable read", "on")


async def test_now_is_the_servers_clock(counter: Database) -> None:
    def both(tx: Tx) -> tuple[datetime, datetime]:
        return tx.now, tx.connection.exec_driver_sql("SELECT transaction_timestamp()").scalar_one()

    ours, servers = await counter.write(both)
    assert ours == servers
