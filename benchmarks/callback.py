"""Benchmark of the callback against the common recipe (wechatpy on aiohttp), echoing text, in interleaved rounds.

python -m benchmarks.callback [--rounds N] [--seconds S] [--connections C] [--load PATH/wxload.py]

Prints requests per second, the server's CPU microseconds per request, and the ratios. The CPU figure is the stable one.
"""

import argparse
import asyncio
import json
import multiprocessing as mp
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing.connection import Connection

from aiohttp import web
from wechatpy import create_reply, parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import InvalidSignatureException
from wechatpy.utils import check_signature

from bot.web.server import serve
from bot.wechat.callback import Callback
from bot.wechat.crypto import Envelope
from bot.wechat.messages import Push, Text
from bot.wechat.replies import TextReply, render
from tests.wechat import platform

MOST_SECONDS = 60
REQUESTS = 4000


def ours() -> web.Application:
    """Return our callback with an answer that costs nothing."""

    async def respond(push: Push) -> str | None:
        words = push.content if isinstance(push, Text) else ""
        return render(TextReply(words), to=push.openid, account=push.account, created=push.created)

    app = web.Application()
    envelope = Envelope(platform.TOKEN, platform.APP_ID, [platform.CURRENT_KEY])
    Callback(envelope, respond, lambda: datetime.now(UTC), plain=True).add_to(app)
    return app


def recipe() -> web.Application:
    """Return an application following wechatpy's documentation."""
    crypto = WeChatCrypto(platform.TOKEN, platform.CURRENT_KEY, platform.APP_ID)

    async def post(request: web.Request) -> web.Response:
        query = request.query
        body = await request.text()
        sealed = query.get("encrypt_type") == "aes"
        try:
            check_signature(platform.TOKEN, query["signature"], query["timestamp"], query["nonce"])
            if sealed:
                body = crypto.decrypt_message(body, query["msg_signature"], query["timestamp"], query["nonce"])
        except InvalidSignatureException:
            return web.Response(status=403)
        message = parse_message(body)
        reply = create_reply(message.content, message).render()
        if sealed:
            reply = crypto.encrypt_message(reply, query["nonce"], query["timestamp"])
        return web.Response(text=reply, content_type="application/xml")

    app = web.Application()
    app.router.add_post("/wechat", post)
    return app


def run(make: Callable[[], web.Application], ready: Connection) -> None:
    """Serve until ended; send the port once listening."""

    async def main() -> None:
        app = make()

        async def cpu(_request: web.Request) -> web.Response:
            return web.json_response(time.process_time())

        app.router.add_get("/cpu", cpu)
        if make is ours:
            runner = await serve(app, "127.0.0.1", 0)
        else:
            runner = web.AppRunner(app, access_log=None)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
        ready.send(runner.addresses[0][1])
        await asyncio.sleep(3600)

    asyncio.run(main())


def _cpu(port: int) -> float:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/cpu", timeout=10) as response:
        return float(json.load(response))


def _requests(mode: str) -> list[bytes]:
    make = platform.safe if mode == "aes" else platform.plain
    now = int(time.time())
    prepared = []
    for number in range(REQUESTS):
        post = make(platform.text(f"你好 hello {number}", number + 1), now=now)
        head = f"POST {post.path} HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\n"
        head += f"Content-Length: {len(post.body)}\r\n\r\n"
        prepared.append(head.encode() + post.body)
    return prepared


def _load(port: int, prepared: list[bytes], connections: int, seconds: float) -> int:
    """Keep so many connections busy for so long; return how many good answers came."""
    sockets = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(connections)]
    end = time.perf_counter() + seconds
    done = 0
    while time.perf_counter() < end:
        for place, sock in enumerate(sockets):
            sock.sendall(prepared[(done + place) % len(prepared)])
        for sock in sockets:
            answer = sock.recv(65536)
            assert answer.startswith(b"HTTP/1.1 200"), answer[:80]
            assert b"<xml>" in answer or b"<xml>" in sock.recv(65536)
        done += connections
    for sock in sockets:
        sock.close()
    return done


def _external(load: str, port: int, mode: str, connections: int, seconds: float) -> int:
    command = [sys.executable, load, "--url", f"http://127.0.0.1:{port}/wechat", "--token", platform.TOKEN]
    command += ["--aes-key", platform.CURRENT_KEY, "--appid", platform.APP_ID, "--account", platform.ACCOUNT]
    command += ["--mode", mode, "-c", str(connections), "-d", str(seconds), "--expect", "{text}", "--json"]
    found = json.loads(subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout)
    assert found["ok"], found
    return int(found["requests"])


def main() -> None:
    """Run the rounds and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--load", help="an external generator with wxload's arguments instead of the loop in here")
    args = parser.parse_args()
    rounds, seconds = min(args.rounds, 20), min(args.seconds, MOST_SECONDS)
    context = mp.get_context("spawn")
    servers: dict[str, tuple[mp.context.SpawnProcess, int]] = {}
    for name, make in (("ours", ours), ("recipe", recipe)):
        here, there = context.Pipe()
        process = context.Process(target=run, args=(make, there), daemon=True)
        process.start()
        servers[name] = (process, here.recv())
    figures: dict[tuple[str, str], list[tuple[float, float]]] = {}
    try:
        for number in range(rounds + 1):
            for mode in ("plain", "aes"):
                prepared = _requests(mode)
                for name, (_, port) in servers.items():
                    cpu, start = _cpu(port), time.perf_counter()
                    if args.load:
                        done = _external(args.load, port, mode, args.connections, seconds)
                    else:
                        done = _load(port, prepared, args.connections, seconds)
                    spent, took = _cpu(port) - cpu, time.perf_counter() - start
                    if number:  # the first round only warms up
                        figures.setdefault((mode, name), []).append((done / took, spent / done * 1e6))
    finally:
        for process, _ in servers.values():
            process.terminate()
    for mode in ("plain", "aes"):
        median = {
            name: [statistics.median(column) for column in zip(*figures[mode, name], strict=True)] for name in servers
        }
        for name, (rate, cost) in median.items():
            print(f"{mode:5s} {name:6s} {rate:8.0f} requests/s  {cost:7.1f} CPU us a request")
        rate, cost = (median["ours"][0] / median["recipe"][0], median["recipe"][1] / median["ours"][1])
        print(f"{mode:5s} ratio  {rate:8.2f} x requests/s {cost:7.2f} x less CPU")


if __name__ == "__main__":
    main()
