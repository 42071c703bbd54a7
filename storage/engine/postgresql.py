"""PostgreSQL backend: a pool of threads, each with its own connection; every write is SERIALIZABLE."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from queue import SimpleQueue
from typing import Any, cast

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import URL, Connection, Engine, create_engine, text
from sqlalchemy.engine.interfaces import IsolationLevel
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from config.errors import UnavailableError
from storage.engine.columns import to_json
from storage.engine.field_encryption import FieldCipher
from storage.engine.key_check import ROOT_COLUMN, ROOT_QUERY, adopt_root
from storage.engine.transactions import Tx
from storage.engine.write_queue import QueuedJob, Watch, Workers

WRITERS = 6
READERS = 3
RUNS = 10
PAUSE_SECONDS = 0.01
CONNECT_SECONDS = 5

# The begin also returns the server's time: one round trip for both.
_WRITE = "BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT transaction_timestamp(), pg_advisory_xact_lock_shared(7237955)"
# A snapshot that never fails; SERIALIZABLE would let readers fail with 40001 and make writers fail more often.
_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT transaction_timestamp()"

# A function that failed twice runs while no other write of any node does, and so cannot fail: without this, fast
# threads starved the others (8 writers on one counter: 186 of 800 increments were kept). The lock is taken before
# BEGIN, as the snapshot must not be older than the lock.
SHARED_RUNS = 2
_TAKE_TURN = "SELECT pg_advisory_lock(7237955)"
_END_TURN = "SELECT pg_advisory_unlock(7237955)"

# The database may not be migrated yet.
_HAS_ROOT = text(
    "SELECT 1 FROM information_schema.columns"
    " WHERE table_schema = current_schema() AND table_name = 'key_check' AND column_name = :column"
)

_CONFLICTS = {"40001", "40P01"}
_UNIQUE = "23505"
# A second run sees the conflicting row; if it conflicts again it is meant to fail.
_UNIQUE_RUNS = 3

_SENTENCES = {
    "53100": "store_full",
    "57014": "store_busy",
    "55P03": "store_busy",
    "25006": "store_read_only",
    "42501": "store_read_only",
}


def engine_for(address: URL, isolation_level: IsolationLevel) -> Engine:
    """Return a SQLAlchemy engine with UTC connections; AUTOCOMMIT leaves BEGIN to a listener."""
    return create_engine(
        address.set(drivername="postgresql+psycopg"),
        isolation_level=isolation_level,
        poolclass=NullPool,
        hide_parameters=True,
        json_serializer=to_json,
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "options": "-c timezone=UTC -c statement_timeout=30s -c idle_in_transaction_session_timeout=60s",
        },
    )


def name_of(address: URL) -> str:
    """Return the database's displayable name: host and name, no user, no password."""
    return f"{address.host or 'localhost'}/{address.database or ''}"


def as_app_error(error: BaseException, name: str) -> BaseException:
    """Map server errors about disk, locks or rights to UnavailableError for the caller."""
    code = _SENTENCES.get(sqlstate(error))
    if code is None:
        inner = error.orig if isinstance(error, DBAPIError) else error
        if not isinstance(inner, psycopg.OperationalError) or inner.sqlstate:
            return error
        code = "store_no_answer"
    clear = UnavailableError(code, path=name, why=_reason(error))
    clear.__cause__ = error
    return clear


def sqlstate(error: BaseException) -> str:
    inner = error.orig if isinstance(error, DBAPIError) else error
    return getattr(inner, "sqlstate", None) or ""


class PostgresqlStore:
    """Queries the server once at the start, so that a wrong address or password is reported then."""

    def __init__(
        self,
        address: URL,
        offset: Callable[[], timedelta],
        cipher: FieldCipher,
        jitter: Callable[[], float],
        watch: Watch,
    ) -> None:
        def hand(begin: str) -> _PostgresConnection:
            return _PostgresConnection(address, begin, offset, cipher, jitter, watch if begin == _WRITE else None)

        adopt_root(cipher, hand(_READ).stored_root())
        self._writes = Workers("writer", [hand(_WRITE) for _ in range(WRITERS)])
        self._reads = Workers("reader", [hand(_READ) for _ in range(READERS)])
        self.read = self._reads.accept
        self.write = self._writes.accept

    def checkpoint(self) -> None:
        """Do nothing: the server manages its own log."""

    def close(self) -> None:
        """Finish accepted work, end the threads and their connections. Blocks."""
        self._writes.close()
        self._reads.close()


class _PostgresConnection:
    def __init__(
        self,
        address: URL,
        begin: str,
        offset: Callable[[], timedelta],
        cipher: FieldCipher,
        jitter: Callable[[], float],
        watch: Watch | None,
    ) -> None:
        self._watch = watch
        self._name = name_of(address)
        self._begin_with = begin
        self._offset = offset
        self._cipher = cipher
        self._jitter = jitter
        self._engine = engine_for(address, "AUTOCOMMIT")
        self._connection: Connection | None = None
        self._committing = False

    def work(self, job: QueuedJob, queue: "SimpleQueue[QueuedJob | None]") -> None:
        """Run the function until it commits, at most RUNS times, then answer its caller."""
        began = time.monotonic()
        try:
            self._run(job)
        except BaseException as error:  # noqa: BLE001 - it belongs to the caller, who gets it
            job.fail(as_app_error(error, self._name))
        if self._watch is not None:
            self._watch(1, time.monotonic() - began)
        QueuedJob.answer_all([job])

    def close(self) -> None:
        """Close the connection, abandoning any open transaction."""
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None

    def stored_root(self) -> bytes | None:
        """Connect, read the root of the database's HMACs, and disconnect; raises UnavailableError."""
        connection = self._opened()
        try:
            has_column = connection.execute(_HAS_ROOT, {"column": ROOT_COLUMN}).first() is not None
            return connection.exec_driver_sql(ROOT_QUERY).scalar_one_or_none() if has_column else None
        finally:
            self.close()

    def _run(self, job: QueuedJob) -> None:
        """Raise what the function raised, or UnavailableError."""
        for run in range(RUNS):
            if run:
                time.sleep(self._jitter() * PAUSE_SECONDS)
            if self._settles(job, run):
                return
        raise UnavailableError("store_contended")

    def _settles(self, job: QueuedJob, run: int) -> bool:
        """Run once; False if a retry may succeed.

        A dead connection is replaced once, but not one lost in COMMIT, which may have succeeded.
        """
        try:
            if run < SHARED_RUNS:
                self._once(job)
            else:
                self._alone(job)
        except (DBAPIError, psycopg.Error) as error:
            if self._is_lost():
                self.close()
                if self._committing:
                    raise UnavailableError("store_uncertain", path=self._name) from error
                if run:
                    raise UnavailableError("store_no_answer", path=self._name, why=_reason(error)) from error
                return False
            state = sqlstate(error)
            if state in _CONFLICTS or (state == _UNIQUE and run < _UNIQUE_RUNS - 1):
                return False
            raise
        return True

    def _alone(self, job: QueuedJob) -> None:
        driver = self._driver(self._opened())
        driver.execute(_TAKE_TURN)
        try:
            self._once(job)
        finally:
            if not driver.closed:
                driver.execute(_END_TURN)

    def _once(self, job: QueuedJob) -> None:
        self._committing = False
        connection = self._opened()
        transaction = connection.begin()
        try:
            driver = self._driver(connection)
            job.run(Tx(connection, self._begin(driver) + self._offset(), self._cipher))
            if driver.info.transaction_status != TransactionStatus.INTRANS:
                # The function swallowed a database error: COMMIT would now silently be a ROLLBACK.
                raise UnavailableError("store_dropped")
            self._committing = True
            transaction.commit()
            self._committing = False
        finally:
            # No-op after a COMMIT.
            connection.rollback()

    def _opened(self) -> Connection:
        if self._connection is None:
            try:
                self._connection = self._engine.connect()
            except DBAPIError as error:
                raise as_app_error(error, self._name) from error
        return self._connection

    def _begin(self, driver: "psycopg.Connection[Any]") -> datetime:
        with driver.cursor() as cursor:
            cursor.execute(self._begin_with, prepare=False)
            cursor.nextset()
            return cast("tuple[datetime, ...]", cursor.fetchone())[0]

    def _is_lost(self) -> bool:
        if self._connection is None or self._connection.invalidated:
            return True
        return self._driver(self._connection).closed

    @staticmethod
    def _driver(connection: Connection) -> "psycopg.Connection[Any]":
        return cast("psycopg.Connection[Any]", connection.connection.driver_connection)


def _reason(error: BaseException) -> str:
    inner = error.orig if isinstance(error, DBAPIError) else error
    return str(inner).partition("\n")[0]
