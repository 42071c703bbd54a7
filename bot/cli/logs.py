"""Set up logging: one line per event, with time (UTC), level, logger, act and ids; never bodies or secrets."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TextIO

# Standard record fields; any other was given by its caller as an id or number.
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "action"}
# These log every run of a tick.
_CHATTY = ("apscheduler",)


class LineFormatter(logging.Formatter):
    """Formats "2026-12-01T06:00:00.123Z WARNING bot.jobs.ticks tick_failed tick outbox: store_busy jobs=3"."""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802 - logging's name
        """Return the record's time in UTC with milliseconds."""
        at = datetime.fromtimestamp(record.created, UTC)
        return f"{at:%Y-%m-%dT%H:%M:%S}.{int(record.msecs):03d}Z"

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """Return the line; a message's line breaks are escaped, so that lines cannot be forged."""
        values = vars(record)
        given = [f"{name}={values[name]}" for name in sorted(values.keys() - _STANDARD)]
        parts = [self.formatTime(record), record.levelname, record.name, values.get("action", "-"), record.message]
        return " ".join(part.replace("\n", "\\n").replace("\r", "\\r") for part in (*map(str, parts), *given))


@contextmanager
def logging_to(stream: TextIO, level: int = logging.INFO) -> Iterator[None]:
    """Write every record of this level and above to this stream during the block."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(LineFormatter())
    loggers = [(logging.getLogger(), level), *((logging.getLogger(name), logging.WARNING) for name in _CHATTY)]
    before = [logger.level for logger, _ in loggers]
    loggers[0][0].addHandler(handler)
    for logger, least in loggers:
        logger.setLevel(least)
    try:
        yield
    finally:
        loggers[0][0].removeHandler(handler)
        for (logger, _), least in zip(loggers, before, strict=True):
            logger.setLevel(least)
