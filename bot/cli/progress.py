"""Progress of a long command: a bar on a terminal, nothing elsewhere."""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TextIO, TypeVar

Each = TypeVar("Each")

_EVERY = 0.2
_WIDTH = 40


def watched(
    things: Iterable[Each], total: int | None, out: TextIO, clock: Callable[[], float] = time.monotonic
) -> Iterator[Each]:
    """Yield the same things; meanwhile `out` shows how many of `total` (None: unknown) are done."""
    if not out.isatty():
        yield from things
        return
    shown = clock()
    for done, thing in enumerate(things):
        if clock() - shown >= _EVERY:
            shown = clock()
            print(f"\r{_bar(done, total)}", end="", file=out, flush=True)
        yield thing
    print("\r\033[K", end="", file=out, flush=True)


def _bar(done: int, total: int | None) -> str:
    if not total:
        return str(done)
    full = min(_WIDTH, _WIDTH * done // total)
    return f"[{'#' * full}{' ' * (_WIDTH - full)}] {done}/{total}"
