"""`main.py serve`: the bot in one process, over the settings of the environment."""

import argparse
import asyncio
import sys

from bot.app import build, load_parts
from bot.cli.logs import logging_to
from bot.cli.serving import serve_until_signal
from config.settings import load_settings
from config.texts import Texts


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen."""
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
