"""Processes that kill themselves, as by kill -9, at a given moment."""

import os
import signal
from collections.abc import Callable
from typing import Any

from storage.engine.database import Database, Tx


def die() -> None:
    """Kill this process: nothing after this runs."""
    os.kill(os.getpid(), signal.SIGKILL)


class Deadly:
    """A database whose NUMBERth write is the last: killed `before` it is committed, or right `after`; else never."""

    def __init__(self, database: Database, when: str, number: int) -> None:
        self._database = database
        self._when = when
        self._left = number if when in ("before", "after") else 0
        self.read = database.read

    async def write(self, fn: Callable[..., Any], *args: Any) -> Any:
        self._left -= 1
        if self._left:
            return await self._database.write(fn, *args)

        def last(tx: Tx) -> Any:
            done = fn(tx, *args)
            if self._when == "before":
                die()
            return done

        done = await self._database.write(last)
        if self._when == "after":
            die()
        return done
