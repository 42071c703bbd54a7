"""`main.py serve`: the bot in one process, with settings from the environment."""

import argparse
import asyncio
import gc
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence

from aiohttp import web

from bot.app import build, load_parts
from bot.cli.logs import logging_to
from bot.web.server import serve
from config.errors import UnavailableError
from config.settings import load_settings
from config.texts import Texts


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments: where to listen."""
    texts = Texts.load()
    parser.add_argument("--host", default="127.0.0.1", help=texts("commands.serve_host"))
    parser.add_argument("--port", type=int, default=8080, help=texts("commands.serve_port"))


def main(args: argparse.Namespace) -> int:
    """Serve until Ctrl-C or SIGTERM; log to standard error."""
    with logging_to(sys.stderr):
        asyncio.run(_serve(args.host, args.port))
    return 0


async def _serve(host: str, port: int) -> None:
    settings = load_settings()
    app = await build(settings, load_parts())

    async def tell() -> None:
        print(Texts.load()("commands.serving", host=host, port=port), file=sys.stderr)

    await serve_until_signal([(app, host, port)], tell)


async def serve_until_signal(
    sites: Sequence[tuple[web.Application, str, int]], started: Callable[[], Awaitable[None]]
) -> None:
    """Serve each (application, host, port); `started` is awaited once all listen. Ctrl-C and SIGTERM end it in seconds.

    Raises UnavailableError if a port is taken or an address is not local.
    """
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, ended.set)
    runners: list[web.AppRunner] = []
    try:
        for app, host, port in sites:
            try:
                runners.append(await serve(app, host, port))
            except OSError as error:
                raise UnavailableError("port_taken", host=host, port=port) from error
        freeze_loaded_objects()
        await started()
        await ended.wait()
    finally:
        for runner in reversed(runners):
            await runner.cleanup()


def freeze_loaded_objects() -> None:
    """Collect garbage less often, and never among what is loaded by now: policy, texts and tables stay.

    Scanning all of that repeatedly cost a quarter of the CPU per message sent (benchmarks.outbox).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
