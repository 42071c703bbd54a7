"""`resolve`: which roster firm each typed name means."""

import argparse
import sys
from collections.abc import Iterator

from bot.cli import jsonl, progress
from config.errors import InputError, UsageError
from config.texts import Texts
from matchmaking.names.resolve import NameIndex, Resolution

LONGEST = 200


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add `--roster NAMES`; the typed names come on standard input."""
    parser.add_argument("--roster", required=True, metavar="NAMES", help=Texts.load()("commands.resolve_roster"))


def main(args: argparse.Namespace) -> int:
    """Answer each typed line in order; an unreadable roster line is named and skipped (exit 1)."""
    texts = Texts.load()
    if args.roster == "-":
        raise UsageError("roster_is_input")
    names: list[str] = []
    wrong = 0
    for number, name in _roster(args.roster):
        if isinstance(name, InputError):
            jsonl.complain(texts, number, name)
            wrong += 1
        else:
            names.append(name)
    index = NameIndex(progress.watched(names, len(names), sys.stderr))
    for line in sys.stdin.buffer:
        typed = line.decode("utf-8", "replace").rstrip("\r\n")
        jsonl.write(_answer(typed, index.resolve(typed)))
        sys.stdout.flush()
    return 1 if wrong else 0


def _roster(path: str) -> Iterator[tuple[int, str | InputError]]:
    """Yield names, one per line, or JSON lines with `name`, detected per line."""
    for number, line in jsonl.lines(path):
        if isinstance(line, InputError):
            yield number, line
        elif line.lstrip().startswith(b"{"):
            record = jsonl.parsed(line)
            yield number, record if isinstance(record, InputError) else _name_in(record)
        else:
            yield number, _name(line)


def _name_in(record: dict[str, object]) -> str | InputError:
    name = record.get("name")
    return _fitting(name) if isinstance(name, str) and name.strip() else InputError("name_missing")


def _name(line: bytes) -> str | InputError:
    try:
        return _fitting(line.decode().strip())
    except UnicodeDecodeError:
        return InputError("json_not_utf8")


def _fitting(name: str) -> str | InputError:
    if len(name) > LONGEST:
        return InputError("text_long", field="name", length=len(name), most=LONGEST)
    return name


def _answer(typed: str, found: Resolution) -> dict[str, object]:
    return {
        "typed": typed,
        "candidates": [{"name": name, "score": score} for name, score in found.candidates],
        "accepted": found.accepted,
    }
