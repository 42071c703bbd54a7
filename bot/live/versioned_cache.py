"""Process cache kept in step with the database by one version row."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Generic, TypeVar

from storage.engine import change_counters
from storage.engine.transactions import Tx

T = TypeVar("T")


class VersionedCache(Generic[T]):
    """One kind of data in memory. `load(tx, version, held)` brings in all that changed after this version."""

    def __init__(self, name: str, load: Callable[[Tx, int, T], T], empty: T) -> None:
        self._name = name
        self._load = load
        # Replaced whole: readers on other threads see the one or the other.
        self._held = (0, empty)
        # Queries run on several read threads; half-loaded data must not be searched.
        self._lock = Lock()

    @contextmanager
    def at(self, tx: Tx) -> Iterator[int]:
        """Hold the data as of this transaction inside the block, yielding its version; other threads wait."""
        with self._lock:
            yield self._brought(tx)[0]

    def current(self, tx: Tx) -> T:
        """Return the data as it stands in this transaction; what changed is loaded first."""
        with self._lock:
            return self._brought(tx)[1]

    def held(self, tx: Tx) -> T | None:
        """Return the data as it stands in this transaction; None where something must be loaded first."""
        version, data = self._held
        return data if version == change_counters.current(tx, self._name) else None

    def _brought(self, tx: Tx) -> tuple[int, T]:
        version, data = self._held
        now_at = change_counters.current(tx, self._name)
        if now_at != version:
            self._held = (now_at, self._load(tx, version, data))
        return self._held
