"""Cost of one large or malformed form to everybody else: how long it blocks the event loop, and peak memory.

python -m benchmarks.forms

Each request goes to a separate server process over a fresh SQLite file on loopback. Prints the status (0: closed
without an answer), the longest time the loop was blocked, the server's CPU time, and the increase of its peak memory.
"""

import asyncio
import contextlib
import http.client
import multiprocessing as mp
import re
import resource
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

from pydantic import SecretStr

from bot.app import DATABASE, build, load_parts
from bot.h5.context import COOKIE
from bot.web.server import serve
from config.settings import Settings
from storage.engine import migration
from storage.engine.transactions import Tx
from storage.people import page_sessions, people

VISITOR = "benchmark-visitor"
LINE = "benchmark"
MOST_SECONDS = 60
Make = Callable[[str], tuple[str, str, bytes]]


def many_parts(_csrf: str) -> tuple[str, str, bytes]:
    """Return an anonymous form of 51 KB in 999 parts."""
    part = f'--{LINE}\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n'
    return "/console/enter", f"multipart/form-data; boundary={LINE}", (part * 999 + f"--{LINE}--\r\n").encode()


def large_bid(csrf: str) -> tuple[str, str, bytes]:
    """Return a bid with a 19 MB file, from somebody who may not bid."""
    head = f'--{LINE}\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n{csrf}\r\n'
    head += f'--{LINE}\r\nContent-Disposition: form-data; name="application"; filename="a.pdf"\r\n\r\n'
    body = head.encode() + b"\r\n%PDF-x\n" * (19 * 2**20 // 9) + f"\r\n--{LINE}--\r\n".encode()
    return "/h5/board/1/bid", f"multipart/form-data; boundary={LINE}", body


def long_words(csrf: str) -> tuple[str, str, bytes]:
    """Return 20 MB of urlencoded text, to a page that takes files."""
    body = f"csrf={csrf}&solution=".encode() + b"%E5%A5%BD" * (20_000_000 // 9)
    return "/h5/board/1/bid", "application/x-www-form-urlencoded", body


def many_fields(csrf: str) -> tuple[str, str, bytes]:
    """Return 400 KB in 200,000 urlencoded fields."""
    return "/h5/board/1/ask", "application/x-www-form-urlencoded", f"csrf={csrf}".encode() + b"&a" * 200_000


CASES: dict[str, Make] = {
    "999 parts": many_parts,
    "bid of 19 MB": large_bid,
    "20 MB urlencoded": long_words,
    "200,000 fields": many_fields,
}


def served(ready: Connection) -> None:
    """Serve until told to stop; send the port, then the loop and memory measurements."""
    asyncio.run(_serve(ready))


async def _serve(ready: Connection) -> None:
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        url = f"sqlite:///{Path(folder) / 'srdi.db'}"
        migration.upgrade(url)
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        settings = Settings(
            wechat_token=SecretStr("t"),
            database_url=url,
            secret_key=SecretStr("A" * 43),
            public_url=f"http://127.0.0.1:{port}",
        )
        app = await build(settings, load_parts())

        def come_in(tx: Tx) -> None:
            page_sessions.begin(tx, VISITOR, people.meet(tx, "o-visitor").id)

        await app[DATABASE].write(come_in)
        runner = await serve(app, "127.0.0.1", port)
        ready.send(port)
        # The first request of a page is not measured.
        await asyncio.to_thread(ready.recv)
        before, cpu, worst = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time(), [0.0]
        watching = asyncio.create_task(_watch(worst))
        await asyncio.to_thread(ready.recv)
        watching.cancel()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        ready.send((worst[0], time.process_time() - cpu, peak - before))
        await runner.cleanup()


async def _watch(worst: list[float]) -> None:
    while True:
        begun = time.perf_counter()
        await asyncio.sleep(0.002)
        worst[0] = max(worst[0], time.perf_counter() - begun - 0.002)


def csrf_of(port: int) -> str:
    """Return the visitor's form token."""
    here = http.client.HTTPConnection("127.0.0.1", port, timeout=MOST_SECONDS)
    here.request("GET", "/h5/register", headers={"Cookie": f"{COOKIE}={VISITOR}"})
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', here.getresponse().read().decode())
    here.close()
    return found[1] if found else ""


def post(port: int, path: str, kind: str, body: bytes) -> int:
    """Send the form as a browser would; return the status."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
        f"Cookie: {COOKIE}={VISITOR}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
        "Connection: close\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port), timeout=MOST_SECONDS) as connection:
        with contextlib.suppress(ConnectionError):
            connection.sendall(head.encode() + body)
        try:
            answer = connection.recv(64)
        except ConnectionError:
            return 0
    return int(answer.split()[1]) if answer else 0


def main() -> int:
    """Measure each form."""
    context = mp.get_context("spawn")
    for name, make in CASES.items():
        here, there = context.Pipe()
        child = context.Process(target=served, args=(there,), daemon=True)
        child.start()
        port = here.recv()
        path, kind, body = make(csrf_of(port))
        here.send("begin")
        time.sleep(0.3)
        status = post(port, path, kind, body)
        time.sleep(0.3)
        here.send("end")
        worst, cpu, peak = here.recv()
        child.join(10)
        held = f"loop held {worst * 1000:6.0f} ms  CPU {cpu * 1000:6.0f} ms  memory +{peak / 1024:.0f} MB"
        print(f"{name:18} {status}  {held}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
