"""Start the processes that read uploaded files, few at once, and kill those that take too long."""

import asyncio
import json
import logging
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from dataclasses import dataclass
from pathlib import Path

from bot.sandbox.__main__ import REFUSED
from bot.services.roster.spreadsheet import ParsedTable
from config.errors import InputError, UnavailableError

log = logging.getLogger(__name__)

_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class ProcessLimits:
    """Limits of one process: address space, CPU, and wall time, as others run beside it."""

    megabytes: int
    cpu_seconds: int
    seconds: int


TABLE = ProcessLimits(512, 15, 40)
PICTURE = ProcessLimits(384, 8, 20)
AT_ONCE = 2
PATIENCE = 20.0


class Sandbox:
    """Reads uploaded files; `close` kills running processes and refuses new ones.

    Every read raises InputError for a file unreadable within its limits, and UnavailableError if no place is free
    within `patience` seconds or after `close`: it may be readable later.
    """

    def __init__(
        self,
        table: ProcessLimits = TABLE,
        picture: ProcessLimits = PICTURE,
        at_once: int = AT_ONCE,
        patience: float = PATIENCE,
    ) -> None:
        self._table = table
        self._picture = picture
        self._patience = patience
        self._room = asyncio.Semaphore(at_once)
        self._running: set[Process] = set()
        self._is_closed = False

    async def roster(self, data: bytes, *, mentioning: bool) -> ParsedTable:
        """Read an official's firm table; `mentioning`: with every cell's text, for a complete list."""
        made = await self._run("roster_table", data, self._table, "table_unreadable", "mentioning" * mentioning)
        # Line by line off the event loop: a long table blocks nobody.
        return await asyncio.to_thread(lambda: ParsedTable.from_lines(made.decode().split("\n")))

    async def names(self, data: bytes) -> list[str]:
        """Read the names or codes of a firm list."""
        made = await self._run("firm_names", data, self._table, "table_unreadable")
        return [str(name) for name in json.loads(made)]

    async def challenge(self, data: bytes) -> dict[str, str]:
        """Read the fields of a challenge's table."""
        made = await self._run("challenge_fields", data, self._table, "table_unreadable")
        return {str(key): str(value) for key, value in json.loads(made).items()}

    async def picture(self, content: bytes, longest: int) -> bytes:
        """Re-encode a picture from its pixels, its longer side at most `longest`."""
        return await self._run("picture", content, self._picture, "picture_unreadable", str(longest))

    def close(self) -> None:
        """Kill every process, and start no more."""
        self._is_closed = True
        for process in self._running:
            _end(process)

    async def _run(self, job: str, data: bytes, limits: ProcessLimits, failed: str, given: str = "") -> bytes:
        try:
            await asyncio.wait_for(self._room.acquire(), self._patience)
        except TimeoutError:
            raise UnavailableError("reading_busy") from None
        try:
            if self._is_closed:
                raise UnavailableError("reading_stopped")
            return await self._within(job, data, limits, failed, given)
        finally:
            self._room.release()

    async def _within(self, job: str, data: bytes, limits: ProcessLimits, failed: str, given: str) -> bytes:
        words = (job, str(limits.megabytes), str(limits.cpu_seconds), given)
        # Empty environment: no keys of ours. Its own process group: receives only our signals.
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-B", "-m", "bot.sandbox", *words,
            stdin=PIPE, stdout=PIPE, stderr=DEVNULL, cwd=_ROOT, env={}, start_new_session=True,
        )  # fmt: skip
        self._running.add(process)
        if self._is_closed:
            # `close` was called during its start.
            _end(process)
        try:
            made, _ = await asyncio.wait_for(process.communicate(data), limits.seconds)
        except TimeoutError:
            log.warning("%s took over %d s", job, limits.seconds, extra={"action": "reading_ended"})
            raise InputError(failed) from None
        finally:
            self._running.discard(process)
            _end(process)
            await process.wait()
        if process.returncode == 0:
            return made
        if process.returncode == REFUSED:
            refused = json.loads(made)
            raise InputError(refused["code"], **refused["details"])
        if self._is_closed:
            raise UnavailableError("reading_stopped")
        log.warning("%s ended with %s", job, process.returncode, extra={"action": "reading_ended"})
        raise InputError(failed)


def _end(process: Process) -> None:
    if process.returncode is None:
        process.kill()
