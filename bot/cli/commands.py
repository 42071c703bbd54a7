"""Find the requested command, run it, and turn our errors into one line and an exit code."""

import argparse
import importlib
import sys
from typing import Protocol, cast

from config.errors import AppError
from config.texts import Texts
from config.toml_errors import ConfigError

# Imported only when requested: `policy` must not wait for a web server to load.
COMMANDS = {
    "serve": "bot.cli.serve",
    "demo": "bot.cli.demo",
    "migrate": "bot.cli.migrate",
    "ask": "bot.cli.ask",
    "assess": "bot.cli.assess",
    "policy": "bot.cli.policy",
    "resolve": "bot.cli.resolve",
    "rank": "bot.cli.rank",
    "official": "bot.cli.official",
    "pair": "bot.cli.pair",
    "backup": "bot.cli.backup",
    "restore": "bot.cli.restore",
    "audit": "bot.cli.audit",
    "rekey": "bot.cli.rekey",
    "roster": "bot.cli.roster",
    "menu": "bot.cli.menu",
    "doctor": "bot.cli.doctor",
    "check": "bot.cli.check",
    "list": "bot.cli.listing",
}


class Command(Protocol):
    """Interface of a command's module."""

    def arguments(self, parser: argparse.ArgumentParser) -> None: ...
    def main(self, args: argparse.Namespace) -> int: ...


def run(argv: list[str]) -> int:
    """Run one command: 0 done, 1 errors in the input, 2 wrong usage, 3 a component is missing or unreachable."""
    try:
        return _run(argv, Texts.load())
    except ConfigError as error:
        # The texts themselves may be what cannot be read.
        print(error.sentence, file=sys.stderr)
        return error.exit_code


def _run(argv: list[str], texts: Texts) -> int:
    parser = argparse.ArgumentParser(prog="main.py", description=texts("commands.about"))
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    asked = next((word for word in argv if not word.startswith("-")), None)
    command: Command | None = None
    for name, module in COMMANDS.items():
        sub = subparsers.add_parser(name, help=texts(f"commands.{name}"), description=texts(f"commands.{name}"))
        if name == asked:
            command = cast(Command, importlib.import_module(module))
            command.arguments(sub)
    args = parser.parse_args(argv)
    if command is None:
        parser.error(texts("commands.which"))
    try:
        return command.main(args)
    except AppError as error:
        print(texts.error(error), file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        # The reader (head, less) has closed the pipe; it has what it wanted.
        sys.stderr.close()
        return 0
