"""The demo as `make run` starts it, and a person at its page. Without Playwright nothing here is collected:
`make setup` leaves it out, `.ci/browser` brings it."""

import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TextIO

import pytest

from tests.browser.person import Person
from tests.house.test_starting import free_port

collect_ignore_glob = [] if find_spec("playwright") else ["test_*.py"]

ROOT = Path(__file__).parents[2]
SIZES = {"phone": (390, 844), "pc": (1440, 900)}
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
# The whole process lives on one day, so that a visit reads the same in every year.
DEMO = """
import sys, time_machine
from bot.cli.entry import run
with time_machine.travel("2026-11-05T10:00:00+08:00"):
    sys.exit(run(sys.argv[1:]))
"""
STARTS_WITHIN = 60.0
SAID_LINES = 3


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """The demo's page with the phones, over an empty data folder; its terminal stays free of tracebacks."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SRDI_")}
    with open(tmp_path / "demo.log", "a+", encoding="utf-8") as log:
        running = subprocess.Popen(
            [sys.executable, "-c", DEMO, "demo", "--port", str(port), "--data", str(tmp_path / "data")],
            cwd=ROOT,
            env=environment,
            stderr=log,
        )
        try:
            deadline = time.monotonic() + STARTS_WITHIN
            # Its three lines come once all listen. Knocking would not do: a knock at an unused port of the range that
            # outgoing connections take theirs from now and then meets itself.
            while len(said := _read(log)) < SAID_LINES:
                assert running.poll() is None, said
                assert time.monotonic() < deadline, said
                time.sleep(0.05)
            yield f"http://127.0.0.1:{port + 1}/"
        finally:
            running.terminate()
            running.wait(10)
        log.seek(0)
        assert "Traceback" not in log.read()


def _read(log: TextIO) -> list[str]:
    log.seek(0)
    return log.readlines()


@pytest.fixture(params=SIZES)
def size(request: pytest.FixtureRequest) -> str:
    """Whether the page is seen on a phone or on a PC."""
    return str(request.param)


@pytest.fixture
async def person(address: str, size: str, tmp_path: Path) -> AsyncIterator[Person]:
    """Somebody who has just opened the page; at the end nothing may have gone wrong behind it."""
    from playwright.async_api import async_playwright

    width, height = SIZES[size]
    troubles: list[str] = []
    async with async_playwright() as playwright:
        context = await playwright.chromium.launch_persistent_context(
            str(tmp_path / "profile"),
            executable_path=CHROMIUM,
            args=FLAGS,
            viewport={"width": width, "height": height},
            has_touch=size == "phone",
            is_mobile=size == "phone",
            locale="zh-CN",
        )
        page = context.pages[0]
        page.set_default_timeout(10_000)
        page.on("console", lambda said: troubles.append(f"{said.type}: {said.text}"))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("requestfailed", lambda request: troubles.append(f"{request.url} {request.failure}"))
        await page.goto(address)
        yield Person(page)
        await context.close()
    assert [trouble for trouble in troubles if "/phones/events" not in trouble] == []
