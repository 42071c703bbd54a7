"""Keeps what a process holds in memory in step with the database: one version row tells whether anything changed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

from storage.engine import change_counters
from storage.engine.transactions import Tx


class InStep:
    """One kind of data in memory. `load(tx, version)` brings in all that changed after this version."""

    def __init__(self, name: str, load: Callable[[Tx, int], None]) -> None:
        self._name = name
        self._load = load
        self._version = 0
        # Queries run on several read threads; what is half loaded must not be searched.
        self._lock = Lock()

    @contextmanager
    def at(self, tx: Tx) -> Iterator[int]:
        """Inside, the data stands as in this transaction, at the version given; other threads wait."""
        with self._lock:
            version = change_counters.current(tx, self._name)
            if version != self._version:
                self._load(tx, self._version)
                self._version = version
            yield version
