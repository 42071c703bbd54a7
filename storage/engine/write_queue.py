"""Work accepted from an event loop, done on a thread, answered on that loop."""

import asyncio
import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from queue import SimpleQueue
from typing import Any, Protocol

from config.errors import UnavailableError
from storage.engine.transactions import Tx

# Called with how many jobs were done together, and the seconds that took.
Watch = Callable[[int, float], None]

log = logging.getLogger(__name__)


def unwatched(_jobs: int, _seconds: float) -> None:
    """No-op callback."""


class QueuedJob:
    """A function to run in a transaction, and its waiting caller.

    Once accepted it runs even if the caller no longer waits: a message's effects do not depend on it.
    """

    __slots__ = ("_args", "_error", "_fn", "_future", "_kwargs", "_loop", "_result")

    def __init__(self, fn: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Bind to the running event loop."""
        self._fn = fn
        self._args = args
        self._kwargs = kwargs
        self._loop = asyncio.get_running_loop()
        self._future: asyncio.Future[Any] = self._loop.create_future()
        self._result: Any = None
        self._error: BaseException | None = None

    @property
    def future(self) -> asyncio.Future[Any]:
        """Return the future that the caller awaits."""
        return self._future

    def run(self, tx: Tx) -> None:
        """Call the function and store its result; its exceptions propagate."""
        self._result = self._fn(tx, *self._args, **self._kwargs)

    def fail(self, error: BaseException) -> None:
        """Set the caller's error, whatever the function returned; the first one wins."""
        if self._error is not None:
            return
        if isinstance(error, StopIteration):
            # A future rejects it: inside a coroutine it would mean "finished".
            self._error = RuntimeError("a storage function raised StopIteration")
            self._error.__cause__ = error
        else:
            self._error = error

    def _answer(self) -> None:
        if self._future.done():
            return
        if self._error is not None:
            self._future.set_exception(self._error)
        else:
            self._future.set_result(self._result)

    @staticmethod
    def answer_all(jobs: Iterable["QueuedJob"]) -> None:
        """Answer the callers, with one wake-up per event loop."""
        by_loop: dict[asyncio.AbstractEventLoop, list[QueuedJob]] = defaultdict(list)
        for job in jobs:
            by_loop[job._loop].append(job)
        for loop, theirs in by_loop.items():
            try:
                loop.call_soon_threadsafe(_answer_each, theirs)
            except RuntimeError:
                log.warning(
                    "the event loop that waited is closed", extra={"action": "jobs_unheard", "jobs": len(theirs)}
                )


def _answer_each(jobs: list[QueuedJob]) -> None:
    for job in jobs:
        job._answer()


class Worker(Protocol):
    """A worker thread's connection, never shared."""

    def work(self, job: QueuedJob, queue: "SimpleQueue[QueuedJob | None]") -> None:
        """Run this job and answer its caller; may take more from the queue, but puts back a None."""

    def close(self) -> None:
        """Close the connection."""


class Workers:
    """A fixed number of threads taking jobs from one queue, oldest first."""

    def __init__(self, name: str, workers: Iterable[Worker]) -> None:
        self._queue: SimpleQueue[QueuedJob | None] = SimpleQueue()
        self._gate = threading.Lock()
        self._closed = False
        self._threads = [
            threading.Thread(target=self._serve, args=(worker,), name=f"{name}-{number}", daemon=True)
            for number, worker in enumerate(workers)
        ]
        for thread in self._threads:
            thread.start()

    def accept(self, job: QueuedJob) -> None:
        """Queue a job; raises UnavailableError `store_closed` after `close`."""
        with self._gate:
            if self._closed:
                raise UnavailableError("store_closed")
            self._queue.put(job)

    def close(self) -> None:
        """Finish accepted jobs, then end the threads. Blocks; idempotent."""
        with self._gate:
            if not self._closed:
                self._closed = True
                for _ in self._threads:
                    self._queue.put(None)
        for thread in self._threads:
            thread.join()

    def _serve(self, worker: Worker) -> None:
        while (job := self._queue.get()) is not None:
            worker.work(job, self._queue)
        worker.close()
