"""The demo as started by `make run`, and a person at its page. Without Playwright nothing here is collected: `make
setup` omits it, `.ci/browser` brings it.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.browser.person import Person
from tests.house.test_starting import free_port

collect_ignore_glob = [] if find_spec("playwright") else ["test_*.py"]

ROOT = Path(__file__).parents[2]
SIZES = {"phone": (390, 844), "pc": (1440, 900)}
_KIT = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0"
AGENTS = {
    "phone": f"Mozilla/5.0 (Linux; Android 15) {_KIT} Mobile Safari/537.36 MicroMessenger/8.0.60",
    "pc": f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_KIT} Safari/537.36",
}
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=zh-CN",
]
# Each demo is forked from one process that has imported everything, which takes seconds. Its date is fixed, so that a
# visit is the same in every year.
NURSERY = """
import os, signal, sys, time_machine
from bot.cli import demo
from bot.cli.commands import run
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
print("ready", flush=True)
for line in sys.stdin:
    port, data, log = line.rstrip("\\n").split("\\t")
    child = os.fork()
    if child:
        print(child, flush=True)
        continue
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND), 2)
    with time_machine.travel("2026-11-05T10:00:00+08:00"):
        os._exit(run(["demo", "--port", port, "--data", data]))
"""
STARTS_WITHIN = 60.0
SAID_LINES = 3


@pytest.fixture(scope="session")
def nursery() -> Iterator[subprocess.Popen[str]]:
    """Start the process that every demo is forked from."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SRDI_")}
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", NURSERY], cwd=ROOT, env=environment, **pipes) as running:
        assert _answer(running) == "ready"
        yield running
        running.terminate()


@pytest.fixture
def address(tmp_path: Path, nursery: subprocess.Popen[str]) -> Iterator[str]:
    """Return the demo's page with the phones, over an empty data folder; its log must have no tracebacks."""
    path = tmp_path / "demo.log"
    child, port = _born(nursery, tmp_path / "data", path)
    yield f"http://127.0.0.1:{port + 1}/"
    assert _lives(child), path.read_text("utf-8")
    os.kill(child, signal.SIGTERM)
    while _lives(child):
        time.sleep(0.05)
    assert "Traceback" not in path.read_text("utf-8")


def _born(nursery: subprocess.Popen[str], data: Path, log: Path) -> tuple[int, int]:
    """Return a listening demo's process and port. Retries if the port was taken meanwhile.

    It listens once it has printed its three lines. Connecting would not do: a connection to an unused ephemeral port
    may occasionally connect to itself.
    """
    assert nursery.stdin is not None
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        port = free_port()
        log.write_text("", "utf-8")
        nursery.stdin.write(f"{port}\t{data}\t{log}\n")
        nursery.stdin.flush()
        child = int(_answer(nursery))
        while _lives(child) and time.monotonic() < deadline:
            if len(log.read_text("utf-8").splitlines()) >= SAID_LINES:
                return child, port
            time.sleep(0.05)
        assert str(port) in log.read_text("utf-8"), "it ended for another reason than its port"
    raise AssertionError(log.read_text("utf-8"))


def _answer(running: subprocess.Popen[str]) -> str:
    assert running.stdout is not None
    return running.stdout.readline().strip()


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture(params=SIZES)
def size(request: pytest.FixtureRequest) -> str:
    """Return whether the page is viewed on a phone or a PC."""
    return str(request.param)


def device(size: str) -> dict[str, Any]:
    """Return a phone or a PC, as browser options."""
    width, height = SIZES[size]
    is_phone = size == "phone"
    return {
        "viewport": {"width": width, "height": height},
        "has_touch": is_phone,
        "is_mobile": is_phone,
        "locale": "zh-CN",
        "user_agent": AGENTS[size],
    }


@pytest.fixture
async def person(address: str, size: str) -> AsyncIterator[Person]:
    """Return a person who has just opened the page; at the end there must be no errors."""
    from playwright.async_api import async_playwright

    troubles: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=FLAGS, env={**os.environ, "LANGUAGE": "zh_CN"}
        )
        context = await browser.new_context(**device(size))
        page = await context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda said: troubles.append(f"{said.type}: {said.text}"))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("requestfailed", lambda request: troubles.append(f"{request.url} {request.failure}"))
        await page.goto(address)
        yield Person(page)
        await browser.close()
    assert [trouble for trouble in troubles if "/phones/events" not in trouble] == []
