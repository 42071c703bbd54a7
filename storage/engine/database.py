"""The only access to the tables: service functions run in a transaction on a thread, and are awaited."""

import asyncio
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Protocol, Self, TypeVar, cast

from storage.engine import addresses
from storage.engine.field_encryption import FieldCipher
from storage.engine.postgresql import PostgresqlStore
from storage.engine.sqlite import SqliteStore
from storage.engine.transactions import Actor, Tx
from storage.engine.write_queue import QueuedJob, Watch, unwatched

__all__ = ["Database", "Tx"]

P = ParamSpec("P")
T = TypeVar("T")


class Store(Protocol):
    """SQLite or PostgreSQL: takes jobs, runs each in a transaction and answers its caller."""

    def read(self, job: QueuedJob, /) -> None: ...
    def write(self, job: QueuedJob, /) -> None: ...
    def checkpoint(self) -> None: ...
    def close(self) -> None: ...


def _no_offset() -> timedelta:
    return timedelta()


class Database:
    """Runs functions of the form `fn(tx, …)` off the event loop, each in one transaction.

    A write function may be run again (PostgreSQL) or be undone with its batch (SQLite): it has no effect outside its
    transaction and uses at most 1 ms of CPU.
    """

    def __init__(
        self,
        store: Store,
        cipher: FieldCipher,
        actor: Actor | None = None,
        before: Callable[[Tx], None] | None = None,
    ) -> None:
        self._store = store
        self.cipher = cipher
        self._actor = actor
        self._before = before

    @classmethod
    def open(
        cls,
        url: str,
        *,
        key: bytes,
        offset: Callable[[], timedelta] = _no_offset,
        jitter: Callable[[], float] = random.random,
        server: bool = False,
        watch: Watch = unwatched,
        actor: Actor | None = None,
    ) -> Self:
        """Open the migrated database behind `sqlite:///path` or `postgresql://…`. Blocks for a few milliseconds.

        `key` is the 32 bytes of SRDI_SECRET_KEY. `offset` is asked at each transaction's begin and added to the store's
        clock (the host's for SQLite, the server's for PostgreSQL) to make `tx.now`: only the demo moves time with it.
        `server` says that this is the serving process, of which SQLite allows one. `jitter` (0-1) spreads the repeated
        runs on PostgreSQL. `watch` hears, on any thread, how many jobs were written together and in how many seconds.
        `actor`: whose each write is, see `by`.
        Raises UnavailableError where the store is missing, in use or not what it should be.
        """
        cipher = FieldCipher(key)
        address = addresses.parse(url)
        if isinstance(address, Path):
            store = SqliteStore(address, lambda: datetime.now(UTC) + offset(), cipher, watch, server=server)
            return cls(store, cipher, actor)
        return cls(PostgresqlStore(address, offset, cipher, jitter, watch), cipher, actor)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.close()

    def preceded_by(self, before: Callable[[Tx], None]) -> "Database":
        """Return the same database with each write starting with this function, in the write's own transaction."""
        return Database(self._store, self.cipher, self._actor, before)

    def by(self, actor: Actor | None) -> "Database":
        """Return the same database, where each write is this actor's; None: who acts is found out inside the write."""
        return Database(self._store, self.cipher, actor, self._before)

    async def read(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a read-only function in one consistent view of committed data; return its result."""
        return await self._run(self._store.read, fn, args, kwargs)

    async def write(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function and return its result once its writes are on disk; if it raises, nothing is kept.

        Once accepted it runs even if the caller is cancelled meanwhile.
        """
        return await self._run(self._store.write, self._begun(fn), args, kwargs)

    async def checkpoint(self) -> None:
        """Truncate the write-ahead log, if the database leaves that to us (SQLite)."""
        await asyncio.to_thread(self._store.checkpoint)

    async def close(self) -> None:
        """Finish accepted work, then end the threads; later calls raise UnavailableError."""
        await asyncio.to_thread(self._store.close)

    def _begun(self, fn: Callable[Concatenate[Tx, P], T]) -> Callable[Concatenate[Tx, P], T]:
        actor, before = self._actor, self._before
        if actor is None and before is None:
            return fn

        def begun(tx: Tx, /, *args: P.args, **kwargs: P.kwargs) -> T:
            tx.actor = actor
            if before is not None:
                before(tx)
            return fn(tx, *args, **kwargs)

        return begun

    async def _run(
        self, accept: Callable[[QueuedJob], None], fn: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> T:
        job = QueuedJob(fn, args, kwargs)
        accept(job)
        return cast(T, await job.future)
