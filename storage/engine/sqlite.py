"""SQLite backend: one writer thread that groups pending writes into one commit, and a few read threads."""

import logging
import os
import sqlite3
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import cast
from urllib.parse import quote

from sqlalchemy import Connection, Engine, RootTransaction, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from config.errors import AppError, UnavailableError
from storage.engine.columns import to_json
from storage.engine.field_encryption import FieldCipher
from storage.engine.key_check import ROOT_QUERY, adopt_root
from storage.engine.server_lock import hold_server_lock
from storage.engine.transactions import Tx
from storage.engine.write_queue import QueuedJob, Watch, Workers, unwatched

log = logging.getLogger(__name__)

BUSY_SECONDS = 10.0
# A checkpoint blocks writers while it waits for readers: it gives up soon and the next one retries.
CHECKPOINT_WAIT_MS = 200
READERS = 3
# A batch ends at whichever comes first, so that its first caller does not wait for an endless queue.
BATCH_JOBS = 256
BATCH_SECONDS = 0.05

_SENTENCES = {
    sqlite3.SQLITE_FULL: "store_full",
    sqlite3.SQLITE_IOERR: "store_failing",
    sqlite3.SQLITE_BUSY: "store_busy",
    sqlite3.SQLITE_READONLY: "store_read_only",
    sqlite3.SQLITE_CANTOPEN: "store_unreachable",
    sqlite3.SQLITE_CORRUPT: "store_damaged",
    sqlite3.SQLITE_NOTADB: "store_damaged",
}


def as_app_error(error: BaseException, path: Path) -> BaseException:
    """Map SQLite errors about disk, file or lock to UnavailableError for the caller; others stay."""
    inner = error.orig if isinstance(error, DBAPIError) else error
    code = _SENTENCES.get(getattr(inner, "sqlite_errorcode", 0) & 0xFF)
    if code is None:
        return error
    clear = UnavailableError(code, path=path)
    clear.__cause__ = error
    return clear


def connect(path: Path, *, create: bool = False) -> sqlite3.Connection:
    """Return a connection without implicit BEGIN; WAL, every commit on disk (synchronous=FULL), foreign keys.

    A created file, and those SQLite puts beside it, are readable only by the owner (mode 0600). Deleted data is
    overwritten with zeros (secure_delete).

    Raises UnavailableError naming what is wrong with the folder or file.
    """
    if not path.parent.is_dir():
        raise UnavailableError("store_folder_missing", path=path.parent)
    if not create and not path.exists():
        raise UnavailableError("store_missing", path=path)
    for written in (path.parent, path):
        if written.exists() and not os.access(written, os.W_OK):
            raise UnavailableError("store_read_only", path=written)
    try:
        if create and not path.exists():
            path.touch(mode=0o600)
        connection = sqlite3.connect(
            f"file:{quote(str(path))}?mode={'rwc' if create else 'rw'}",
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            cached_statements=256,
        )
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA secure_delete=ON")
    except sqlite3.Error as error:
        clear = as_app_error(error, path)
        if isinstance(clear, AppError):
            raise clear from error
        raise
    except OSError as error:
        raise UnavailableError("store_read_only", path=path) from error
    return connection


def engine_for(path: Path, *, create: bool = False) -> Engine:
    """Return a SQLAlchemy engine over `connect`: each transaction must also send BEGIN to the driver, see `begin`."""
    return create_engine(
        "sqlite://",
        creator=lambda: connect(path, create=create),
        poolclass=NullPool,
        hide_parameters=True,
        json_serializer=to_json,
    )


def begin(connection: Connection, statement: str) -> RootTransaction:
    """Begin with exactly this statement, as SQLAlchemy's own begin does nothing on a connection of `connect`.

    An engine listener would also work, but costs each statement a fifth more CPU: a single one enables all hooks.
    """
    transaction = connection.begin()
    driver_of(connection).execute(statement)
    return transaction


def driver_of(connection: Connection) -> sqlite3.Connection:
    """Return the underlying sqlite3 connection."""
    return cast(sqlite3.Connection, connection.connection.driver_connection)


def _let_go(error: BaseException) -> None:
    """Clear the frames of the functions that raised this: an unfinished result keeps its old snapshot on its
    connection, and once another process has written, that connection cannot write any more.
    """
    told: BaseException | None = error
    while told is not None:
        traceback.clear_frames(told.__traceback__)
        told = told.__context__


class _DroppedError(Exception):
    """SQLite rolled the transaction back by itself."""


def _stored_root(connection: sqlite3.Connection) -> bytes | None:
    try:
        found = connection.execute(ROOT_QUERY).fetchone()
    except sqlite3.OperationalError as error:
        # No such table or column: not migrated, which is reported elsewhere.
        if error.sqlite_errorcode == sqlite3.SQLITE_ERROR:
            return None
        raise
    return None if found is None else cast("bytes | None", found[0])


class SqliteStore:
    """Opens the file at once, so that problems are reported at the start."""

    def __init__(
        self, path: Path, clock: Callable[[], datetime], cipher: FieldCipher, watch: Watch, *, server: bool
    ) -> None:
        self._path = path
        self._lock = hold_server_lock(path) if server else None
        try:
            with closing(connect(path)) as connection:
                adopt_root(cipher, _stored_root(connection))
        except AppError:
            if self._lock is not None:
                self._lock.close()
            raise
        self._writes = Workers("writer", [Writer(path, clock, cipher, watch)])
        self._reads = Workers("reader", [Reader(path, clock, cipher) for _ in range(READERS)])
        self.read = self._reads.accept
        self.write = self._writes.accept

    def checkpoint(self) -> None:
        """Copy the log into the database and truncate it: erased data is gone from both. Blocks.

        No-op while a reader still needs the log.
        """
        with closing(connect(self._path)) as connection:
            connection.execute(f"PRAGMA busy_timeout={CHECKPOINT_WAIT_MS}")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Finish accepted work, end the threads, release the lock. Blocks."""
        self._writes.close()
        self._reads.close()
        if self._lock is not None:
            self._lock.close()


class _SqliteReader:
    """A thread's connection, opened on first use and reopened after it was closed."""

    def __init__(self, path: Path, clock: Callable[[], datetime], cipher: FieldCipher) -> None:
        self._path = path
        self._clock = clock
        self._cipher = cipher
        self._engine = engine_for(path)
        self._connection: Connection | None = None

    def _opened(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
        return self._connection

    def _tx(self, connection: Connection) -> Tx:
        return Tx(connection, self._clock(), self._cipher)

    def close(self) -> None:
        """Close the connection, abandoning any open transaction."""
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None


class Reader(_SqliteReader):
    """A read thread's connection: each job sees one consistent view and cannot write."""

    def _opened(self) -> Connection:
        if self._connection is None:
            driver_of(super()._opened()).execute("PRAGMA query_only=ON")
        return super()._opened()

    def work(self, job: QueuedJob, queue: "SimpleQueue[QueuedJob | None]") -> None:
        """Run this one job."""
        try:
            connection = self._opened()
            with begin(connection, "BEGIN") as transaction:
                job.run(self._tx(connection))
                transaction.rollback()
        except BaseException as error:  # noqa: BLE001 - it belongs to the caller, who gets it
            job.fail(as_app_error(error, self._path))
            # An unfinished result would keep its old snapshot on this connection as long as the error is kept.
            self.close()
        QueuedJob.answer_all([job])


class Writer(_SqliteReader):
    """The write thread's connection."""

    def __init__(
        self, path: Path, clock: Callable[[], datetime], cipher: FieldCipher, watch: Watch = unwatched
    ) -> None:
        super().__init__(path, clock, cipher)
        self._watch = watch

    def work(self, job: QueuedJob, queue: "SimpleQueue[QueuedJob | None]") -> None:
        """Run all pending jobs in one transaction, commit once, then answer all callers.

        If the batch cannot be committed all its callers get the error, and the connection is reopened.
        """
        batch: list[QueuedJob] = []
        began = time.monotonic()
        waiting = _waiting(job, queue)
        try:
            connection = self._opened()
            with begin(connection, "BEGIN IMMEDIATE") as transaction:
                self._run(connection, waiting, batch)
                transaction.commit()
        except BaseException as error:  # noqa: BLE001 - it belongs to the callers, who get it
            if not batch:
                # Not even begun: jobs waiting now would wait for the same lock or disk in vain.
                batch.extend(waiting)
            log.warning(
                "a batch was not committed",
                extra={"action": "batch_failed", "jobs": len(batch), "error": type(error).__name__},
            )
            for undone in batch:
                undone.fail(self._undone(error))
            self.close()
        self._watch(len(batch), time.monotonic() - began)
        QueuedJob.answer_all(batch)

    def _undone(self, error: BaseException) -> BaseException:
        clear = as_app_error(error, self._path)
        if clear is error and not isinstance(error, AppError):
            clear = UnavailableError("store_dropped")
            clear.__cause__ = error
        return clear

    def _run(self, connection: Connection, waiting: Iterator[QueuedJob], batch: list[QueuedJob]) -> None:
        driver = driver_of(connection)
        cursor = driver.cursor()
        for job in waiting:
            batch.append(job)
            cursor.execute("SAVEPOINT job")
            try:
                job.run(self._tx(connection))
            except BaseException as error:  # noqa: BLE001 - it belongs to the caller, who gets it
                _let_go(error)
                job.fail(as_app_error(error, self._path))
                if driver.in_transaction:
                    cursor.execute("ROLLBACK TO job")
            if not driver.in_transaction:
                # The disk is full or a trigger did RAISE(ROLLBACK): the writes of earlier jobs are gone too.
                raise _DroppedError
            cursor.execute("RELEASE job")


def _waiting(first: QueuedJob, queue: "SimpleQueue[QueuedJob | None]") -> Iterator[QueuedJob]:
    yield first
    until = time.monotonic() + BATCH_SECONDS
    for _ in range(BATCH_JOBS - 1):
        if time.monotonic() > until:
            return
        try:
            job = queue.get_nowait()
        except Empty:
            return
        if job is None:
            queue.put(None)
            return
        yield job
