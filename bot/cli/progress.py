"""How far a long command is, for people: a bar on a terminal, nothing anywhere else."""

import time
from collections.abc import Iterable, Iterator
from typing import TextIO, TypeVar

Each = TypeVar("Each")

_EVERY = 0.2
_WIDTH = 40


def watched(things: Iterable[Each], total: int | None, out: TextIO) -> Iterator[Each]:
    """The same things; while they are worked on, `out` shows how many of `total` (None: unknown) are done."""
    if not out.isatty():
        yield from things
        return
    shown = time.monotonic()
    for done, thing in enumerate(things):
        if time.monotonic() - shown >= _EVERY:
            shown = time.monotonic()
            print(f"\r{_bar(done, total)}", end="", file=out, flush=True)
        yield thing
    print("\r\033[K", end="", file=out, flush=True)


def _bar(done: int, total: int | None) -> str:
    if not total:
        return str(done)
    full = min(_WIDTH, _WIDTH * done // total)
    return f"[{'#' * full}{' ' * (_WIDTH - full)}] {done}/{total}"
