"""A server whose clock is set back an hour continues its ticks; libfaketime moves only the wall clock."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from storage.engine import migration

pytestmark = pytest.mark.faketime

LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), Path("libfaketimeMT.so.1"))
# Ticks running every few seconds; the others use the same scheduler.
QUICK = ("outbox", "way_codes", "broadcasts", "licences")
TICKED = re.compile(r'^srdi_tick_last_success_timestamp_seconds\{tick="(\w+)"\} (\S+)$', re.MULTILINE)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Served:
    """A `main.py serve` process, and the file with its clock's offset."""

    def __init__(self, folder: Path) -> None:
        self._clock, self._port = folder / "clock", free_port()
        url = f"sqlite:///{folder / 'srdi.db'}"
        migration.upgrade(url)
        self.set_clock("+0")
        ours = {
            "SRDI_DATABASE_URL": url,
            "SRDI_SECRET_KEY": "A" * 43,
            "SRDI_WECHAT_TOKEN": "a-token-of-the-tests",
            "SRDI_WECHAT_API_BASE": "http://127.0.0.1:9",
            "LD_PRELOAD": str(LIBRARY),
            "FAKETIME_TIMESTAMP_FILE": str(self._clock),
            "FAKETIME_NO_CACHE": "1",
            "DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        command = [sys.executable, "main.py", "serve", "--port", str(self._port)]
        self.process = subprocess.Popen(command, env=os.environ | ours, stderr=subprocess.DEVNULL)

    def set_clock(self, offset: str) -> None:
        self._clock.write_text(f"{offset}\n", encoding="ascii")

    def ticked(self) -> dict[str, float]:
        """Return when each tick last succeeded, by the process's own clock; empty while it does not answer."""
        try:
            with urlopen(f"http://127.0.0.1:{self._port}/metrics", timeout=5) as answer:
                return {name: float(at) for name, at in TICKED.findall(answer.read().decode())}
        except OSError:
            return {}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    running = Served(tmp_path)
    yield running
    running.process.terminate()
    running.process.wait(20)


def _wait_until_all_ticked(served: Served, low: float, high: float) -> None:
    """Wait until each quick tick has succeeded between these offsets (seconds) from the true time."""
    for _ in range(240):
        now, ticked = time.time(), served.ticked()
        if all(low < ticked.get(name, 0) - now < high for name in QUICK):
            return
        time.sleep(0.25)
    raise AssertionError(f"these have ticked: { {name: at - time.time() for name, at in served.ticked().items()} }")


def test_a_clock_that_is_set_back_an_hour_or_forward_stops_no_tick(served: Served) -> None:
    assert LIBRARY.exists(), "libfaketime is not installed: .ci/clock does it"
    _wait_until_all_ticked(served, -60, 60)
    served.set_clock("-3600")
    _wait_until_all_ticked(served, -3660, -3540)
    served.set_clock("+3600")
    _wait_until_all_ticked(served, 3540, 3660)
