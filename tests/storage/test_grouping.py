"""SQLite: pending writes share a transaction, and a rollback undoes all of them."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from queue import SimpleQueue
from typing import Any, cast

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from config.errors import AppError, UnavailableError
from storage.engine.database import Database, Tx
from storage.engine.field_encryption import FieldCipher
from storage.engine.sqlite import BATCH_JOBS, Writer, connect
from storage.engine.write_queue import QueuedJob
from tests.storage import counting


@pytest.fixture
async def counter(path: Path, secret_key: bytes) -> AsyncIterator[Database]:
    database = Database.open(f"sqlite:///{path}", key=secret_key)
    await database.write(counting.start)
    yield database
    await database.close()


def _driver(tx: Tx) -> sqlite3.Connection:
    return cast(sqlite3.Connection, tx.connection.connection.driver_connection)


async def _as_one_batch(path: Path, key: bytes, functions: list[Callable[[Tx], Any]]) -> list[Any]:
    """Return what callers get if these functions wait together for the writer."""
    queue: SimpleQueue[QueuedJob | None] = SimpleQueue()
    jobs = [QueuedJob(function, (), {}) for function in functions]
    for job in jobs:
        queue.put(job)
    writer = Writer(path, lambda: datetime.now(UTC), FieldCipher(key))
    while not queue.empty():
        writer.work(cast(QueuedJob, queue.get()), queue)
    writer.close()
    return await asyncio.gather(*(job.future for job in jobs), return_exceptions=True)


async def test_a_batch_is_one_begin_one_commit_and_a_savepoint_a_job(
    path: Path, secret_key: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    statements: list[str] = []
    wake_ups: list[object] = []
    loop = asyncio.get_running_loop()
    wake_up = loop.call_soon_threadsafe

    def counted(callback: Callable[..., object], *given: object) -> object:
        wake_ups.append(callback)
        return wake_up(callback, *given)

    def watch(tx: Tx) -> None:
        _driver(tx).set_trace_callback(statements.append)

    writer = Writer(path, lambda: datetime.now(UTC), FieldCipher(secret_key))
    queue: SimpleQueue[QueuedJob | None] = SimpleQueue()
    writer.work(QueuedJob(watch, (), {}), queue)
    writer.work(QueuedJob(counting.start, (), {}), queue)
    statements.clear()
    jobs = [QueuedJob(counting.add_one, (), {}) for _ in range(20)]
    for job in jobs[1:]:
        queue.put(job)
    monkeypatch.setattr(loop, "call_soon_threadsafe", counted)
    writer.work(jobs[0], queue)
    writer.close()
    assert await asyncio.gather(*(job.future for job in jobs)) == list(range(1, 21))
    words = [statement.split()[0] for statement in statements]
    assert (words[0], words.count("BEGIN"), words[-1], words.count("COMMIT")) == ("BEGIN", 1, "COMMIT", 1)
    assert statements[0] == "BEGIN IMMEDIATE"
    assert (words.count("SAVEPOINT"), words.count("RELEASE"), words.count("UPDATE")) == (20, 20, 20)
    assert len(wake_ups) == 1


async def test_many_callers_at_once_share_few_commits(counter: Database) -> None:
    commits: list[str] = []

    def watch(tx: Tx) -> None:
        _driver(tx).set_trace_callback(lambda statement: commits.append(statement) if statement == "COMMIT" else None)

    await counter.write(watch)
    commits.clear()
    await asyncio.gather(*(counter.write(counting.add_one) for _ in range(2 * BATCH_JOBS)))
    assert 2 <= len(commits) < BATCH_JOBS


async def test_a_failing_job_is_undone_alone(path: Path, secret_key: bytes) -> None:
    def clash(tx: Tx) -> None:
        counting.add_one(tx)
        tx.execute(text("INSERT INTO counter (id, n) VALUES (1, 7)"))

    outcomes = await _as_one_batch(path, secret_key, [counting.start, counting.add_one, clash, counting.add_one])
    assert outcomes[:2] == [None, 1]
    assert isinstance(outcomes[2], IntegrityError)
    assert outcomes[3] == 2


async def test_where_sqlite_drops_the_transaction_every_job_of_the_batch_fails(path: Path, secret_key: bytes) -> None:
    """RAISE(ROLLBACK) ends the whole transaction, not the statement: nothing of the batch may count as done."""

    def forbid(tx: Tx) -> None:
        tx.execute(
            text(
                "CREATE TRIGGER no_seven BEFORE UPDATE ON counter WHEN NEW.n = 7"
                " BEGIN SELECT RAISE(ROLLBACK, 'no'); END"
            )
        )

    def seven(tx: Tx) -> None:
        tx.execute(text("UPDATE counter SET n = 7"))

    await _as_one_batch(path, secret_key, [counting.start, forbid])
    outcomes = await _as_one_batch(path, secret_key, [counting.add_one, seven, counting.add_one])
    assert isinstance(outcomes[0], UnavailableError)
    assert outcomes[0].code == "store_dropped"
    assert isinstance(outcomes[1], IntegrityError)
    assert outcomes[2] == 1, "the job behind it runs in a batch of its own"


async def test_after_a_dropped_transaction_the_writer_goes_on(counter: Database) -> None:
    def drop(tx: Tx) -> None:
        counting.add_one(tx)
        _driver(tx).execute("ROLLBACK")

    with pytest.raises(UnavailableError):
        await counter.write(drop)
    assert await counter.write(counting.add_one) == 1


async def test_a_commit_that_fails_fails_its_whole_batch(path: Path, secret_key: bytes) -> None:
    """A deferred foreign key is checked in the COMMIT itself."""

    def tables(tx: Tx) -> None:
        tx.execute(text("CREATE TABLE a (id INTEGER PRIMARY KEY)"))
        tx.execute(text("CREATE TABLE b (a INTEGER REFERENCES a DEFERRABLE INITIALLY DEFERRED)"))

    def orphan(tx: Tx) -> None:
        tx.execute(text("INSERT INTO b VALUES (99)"))

    await _as_one_batch(path, secret_key, [counting.start, tables])
    outcomes = await _as_one_batch(path, secret_key, [counting.add_one, orphan])
    assert [getattr(outcome, "code", None) for outcome in outcomes] == ["store_dropped"] * 2
    assert await _as_one_batch(path, secret_key, [counting.value]) == [0]


async def test_a_disk_that_fills_in_mid_batch_takes_back_only_what_nobody_was_told(
    path: Path, secret_key: bytes
) -> None:
    def narrow(tx: Tx) -> None:
        pages = _driver(tx).execute("PRAGMA page_count").fetchone()[0]
        _driver(tx).execute(f"PRAGMA max_page_count = {pages + 20}")

    def note(number: int) -> Callable[[Tx], int]:
        def function(tx: Tx) -> int:
            tx.execute(text("INSERT INTO notes VALUES (:number, zeroblob(9000))"), {"number": number})
            return number

        return function

    database = Database.open(f"sqlite:///{path}", key=secret_key)
    await database.write(lambda tx: tx.execute(text("CREATE TABLE notes (number INTEGER, body BLOB)")).rowcount)
    await database.write(narrow)
    outcomes = await asyncio.gather(*(database.write(note(number)) for number in range(30)), return_exceptions=True)
    kept = await database.read(lambda tx: tx.execute(text("SELECT number FROM notes")).scalars().all())
    # The writer reopened the file if the transaction was dropped, so the artificial limit may be gone.
    await database.close()
    assert sorted(kept) == sorted(outcome for outcome in outcomes if isinstance(outcome, int))
    full = [outcome for outcome in outcomes if isinstance(outcome, UnavailableError) and outcome.code == "store_full"]
    assert full


async def test_a_lock_held_by_another_program_is_said_to_all_who_wait(
    path: Path, secret_key: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.engine.sqlite.BUSY_SECONDS", 0.05)
    other = connect(path)
    other.execute("BEGIN IMMEDIATE")
    outcomes = await _as_one_batch(path, secret_key, [counting.start, counting.add_one])
    other.execute("ROLLBACK")
    other.close()
    assert [getattr(outcome, "code", None) for outcome in outcomes] == ["store_busy"] * 2


async def test_callers_on_two_event_loops_each_get_their_answer(counter: Database) -> None:
    def elsewhere() -> int:
        return asyncio.run(counter.write(counting.add_one))

    answers = await asyncio.gather(
        asyncio.to_thread(elsewhere), counter.write(counting.add_one), asyncio.to_thread(elsewhere)
    )
    assert sorted(answers) == [1, 2, 3]


async def test_a_caller_whose_loop_is_gone_does_not_stop_the_writer(counter: Database) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        begun.set()
        assert go_on.wait(10)

    async def leave() -> None:
        task = asyncio.create_task(counter.write(counting.add_one_then(hold)))
        await asyncio.to_thread(begun.wait, 10)
        task.cancel()

    await asyncio.to_thread(asyncio.run, leave())
    go_on.set()
    assert await counter.write(counting.add_one) == 2


async def test_a_second_server_process_is_refused_until_the_first_ends(path: Path, secret_key: bytes) -> None:
    url = f"sqlite:///{path}"
    first = Database.open(url, key=secret_key, server=True)
    with pytest.raises(AppError) as refused:
        Database.open(url, key=secret_key, server=True)
    assert refused.value.code == "store_locked"
    beside = Database.open(url, key=secret_key)
    await beside.close()
    await first.close()
    second = Database.open(url, key=secret_key, server=True)
    await second.close()
