"""The log: each line has time, level, origin and event; outsiders cannot inject lines."""

import io
import logging
import re
from collections.abc import Iterator

import pytest

from bot.cli.logs import logging_to

LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (INFO|WARNING|ERROR) \S+ \S+ .*")


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    written = io.StringIO()
    with logging_to(written):
        yield written


def test_a_line_has_time_level_act_and_ids(stream: io.StringIO) -> None:
    extra = {"action": "audit_chained", "batch": 7, "head": "ab12"}
    logging.getLogger("bot.jobs.audit_chain").info("audit chained to row %d", 12, extra=extra)
    line = stream.getvalue().rstrip("\n")
    assert LINE.fullmatch(line)
    assert line.endswith(" INFO bot.jobs.audit_chain audit_chained audit chained to row 12 batch=7 head=ab12")


def test_a_line_break_in_a_message_makes_no_second_line(stream: io.StringIO) -> None:
    logging.getLogger("bot").warning("strange %s", "name\n2026-12-01T00:00:00.000Z INFO forged - line\r")
    assert len(stream.getvalue().splitlines()) == 1


def test_a_traceback_follows_its_line(stream: io.StringIO) -> None:
    try:
        raise ZeroDivisionError
    except ZeroDivisionError:
        logging.getLogger("bot").exception("fault")
    first, *rest = stream.getvalue().splitlines()
    assert LINE.fullmatch(first)
    assert "ZeroDivisionError" in rest[-1]


def test_a_library_that_logs_each_run_is_not_heard_below_a_warning(stream: io.StringIO) -> None:
    logging.getLogger("apscheduler.executors.default").info("Running job")
    assert stream.getvalue() == ""


def test_the_log_ends_with_the_block() -> None:
    written, handlers = io.StringIO(), list(logging.getLogger().handlers)
    with logging_to(written):
        pass
    logging.getLogger("bot").error("afterwards")
    assert (written.getvalue(), logging.getLogger().handlers) == ("", handlers)
