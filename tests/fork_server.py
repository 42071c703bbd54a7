"""A process that holds what its children import: each child is a fork of it, which costs nothing beside imports."""

import asyncio
import importlib
import json
import os
import random
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).parents[1]
_ENDED = "ended "


class ForkServer:
    """Runs one child after another: `main(*given)` of a module, whose lines on standard output can be read here."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.fork_server"]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        self._child = 0

    async def start(self, module: str, *given: str) -> None:
        """Start a child; one that a failed test has left behind is ended first."""
        assert self._process.stdin is not None
        self.kill()
        while self._child:
            self._ended(await self.line())
        self._process.stdin.write(json.dumps([module, given]) + "\n")
        self._child = int(await self.line())

    async def line(self) -> str:
        """Return the child's next line. The loop goes on meanwhile: the child may be talking to it."""
        assert self._process.stdout is not None
        return (await asyncio.to_thread(self._process.stdout.readline)).rstrip("\n")

    def kill(self) -> None:
        """Kill the child as by kill -9, where it has not ended by itself."""
        if self._child:
            with suppress(ProcessLookupError):
                os.kill(self._child, signal.SIGKILL)

    async def ended(self) -> int:
        """Wait for the child's end; return its exit code, below zero where a signal ended it."""
        line = await self.line()
        code = self._ended(line)
        assert code is not None, f"it has not ended but says: {line}"
        return code

    def close(self) -> None:
        """End the server itself."""
        self.kill()
        self._process.communicate()

    def _ended(self, line: str) -> int | None:
        if not line.startswith(_ENDED):
            return None
        self._child = 0
        return int(line.removeprefix(_ENDED))


def _serve() -> None:
    for line in sys.stdin:
        module, given = json.loads(line)
        run = importlib.import_module(module).main
        child = os.fork()
        if not child:
            # Chance must not be the same in each.
            random.seed()
            _say(str(os.getpid()))
            asyncio.run(run(*given))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        _say(f"{_ENDED}{os.waitstatus_to_exitcode(status)}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _serve()
