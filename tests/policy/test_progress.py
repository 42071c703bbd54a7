"""A terminal shows a long command's progress; files and pipes do not contain it."""

import io
from collections.abc import Callable
from itertools import count

from bot.cli.progress import watched


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def slow_clock() -> Callable[[], float]:
    """Return a clock advancing half a second per call."""
    seconds = count(0, 0.5)
    return lambda: next(seconds)


def test_a_terminal_shows_a_bar_and_leaves_a_clean_line() -> None:
    out = Terminal()
    assert list(watched(range(4), 4, out, slow_clock())) == [0, 1, 2, 3]
    assert f"[{'#' * 20}{' ' * 20}] 2/4" in out.getvalue()
    assert out.getvalue().endswith("\r\033[K")


def test_without_a_known_end_it_counts() -> None:
    out = Terminal()
    assert list(watched(range(3), None, out, slow_clock())) == [0, 1, 2]
    assert "\r2" in out.getvalue()


def test_a_pipe_sees_nothing() -> None:
    out = io.StringIO()
    assert list(watched(range(3), 3, out, slow_clock())) == [0, 1, 2]
    assert out.getvalue() == ""
