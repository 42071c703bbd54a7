"""Publishes changes to every open page."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

_MAX_BEHIND = 500


class Change(NamedTuple):
    """One change: `kind` says which, `data` is the new state."""

    kind: str
    data: dict[str, object]


class Feed:
    """A list of listeners; one too far behind must start over."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Queue[Change | None]] = set()

    def publish(self, kind: str, data: dict[str, object]) -> None:
        """Publish to all listeners."""
        for queue in self._listeners:
            if queue.qsize() < _MAX_BEHIND:
                queue.put_nowait(Change(kind, data))
            elif queue.qsize() == _MAX_BEHIND:
                queue.put_nowait(None)

    def end(self) -> None:
        """End every listener's stream."""
        for queue in self._listeners:
            queue.put_nowait(None)

    @contextmanager
    def listen(self) -> Iterator[asyncio.Queue[Change | None]]:
        """Yield a queue of changes from now on; None means: start over."""
        queue: asyncio.Queue[Change | None] = asyncio.Queue()
        self._listeners.add(queue)
        try:
            yield queue
        finally:
            self._listeners.discard(queue)
