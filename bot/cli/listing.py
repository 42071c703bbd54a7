"""`main.py list [KIND]`: what there is, each closed set by name: addresses, commands, reminders, ticks, tables."""

import argparse
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping

from bot.chat.routes import listed as chat_routes
from bot.cli import commands
from bot.console.access import AccessPolicy
from bot.console.routes import ROUTES as CONSOLE_ROUTES
from bot.h5.context import PagePolicy as PhonePolicy
from bot.h5.routes import ROUTES as PHONE_ROUTES
from bot.jobs.schedule import SCHEDULE
from config.cards import Purposes
from config.challenges import ChallengeForm
from config.errors import UsageError
from config.reminder_kinds import Reminding
from config.texts import Texts
from config.toml_files import CONFIG, load
from config.topics import NoticeTopic
from notifications.channels import Channel
from storage.engine.tables import every_table
from storage.people.roles import RoleKind

Row = tuple[str, ...]
_ACTS = "audit.action."


def arguments(parser: argparse.ArgumentParser) -> None:
    """One kind of thing, or none for all."""
    parser.add_argument("what", metavar="KIND", nargs="?", help=Texts.load()("commands.list_what"))


def main(args: argparse.Namespace) -> int:
    """Print each kind of thing with its rows, in columns. Raises UsageError for a kind that there is not."""
    texts = Texts.load()
    titles = dict(line.split() for line in texts("commands.list_titles").splitlines())
    wanted = list(titles) if args.what is None else [args.what]
    for what in wanted:
        if what not in LISTS:
            raise UsageError("list_unknown", what=what, known="、".join(LISTS))
        rows = list(LISTS[what](texts))
        sys.stdout.write(f"{titles[what]} {what} ({len(rows)})\n")
        sys.stdout.writelines(f"  {line}\n" for line in in_columns(rows))
    sys.stdout.flush()
    return 0


def in_columns(rows: list[Row]) -> Iterator[str]:
    """Return the rows with their columns below each other: a Chinese character is as wide as two Latin ones."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()


def _width(cell: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in cell)


def _routes(texts: Texts) -> Iterator[Row]:
    for desk in CONSOLE_ROUTES:
        yield desk.method, f"/console{desk.path}", _who(desk.policy, texts)
    for page in PHONE_ROUTES:
        own = "commands.list_own" if page.policy is PhonePolicy.OWN else "commands.list_anybody"
        yield page.method, f"/h5{page.path}", texts(own)


def _who(policy: AccessPolicy, texts: Texts) -> str:
    if policy.anybody:
        return texts("commands.list_anybody")
    return "、".join(sorted(policy.kinds)) if policy.kinds is not None else texts("commands.list_signed_in")


def _reminders(texts: Texts) -> Iterator[Row]:
    for name, kind in Reminding.load().kinds.items():
        days = "、".join(map(str, kind.days))
        yield name, kind.letter, texts("commands.list_days", days=days, taps="、".join(kind.taps) or "-")


def _acts(texts: Texts) -> Iterator[Row]:
    for key in sorted(texts.every_key()):
        if key.startswith(_ACTS):
            yield key.removeprefix(_ACTS), texts.raw(key)


LISTS: Mapping[str, Callable[[Texts], Iterable[Row]]] = {
    "routes": _routes,
    "commands": lambda texts: ((name, texts(f"commands.{name}")) for name in commands.COMMANDS),
    "words": lambda _texts: (
        (name, "、".join(words)) for name, words in load(CONFIG / "words.toml", dict[str, tuple[str, ...]]).items()
    ),
    "chat": lambda _texts: ((name, needs or "-", words) for name, words, needs in chat_routes()),
    "reminders": _reminders,
    "topics": lambda _texts: ((topic,) for topic in NoticeTopic),
    "channels": lambda _texts: ((channel,) for channel in Channel),
    "cards": lambda _texts: (
        (name, purpose.title, "、".join(purpose.fields)) for name, purpose in Purposes.load().by_name.items()
    ),
    "roles": lambda _texts: ((kind,) for kind in RoleKind),
    "stages": lambda _texts: ChallengeForm.load().stages.items(),
    "events": lambda _texts: Reminding.load().event_items.items(),
    "ticks": lambda texts: ((name, texts("commands.list_seconds", seconds=each)) for name, each in SCHEDULE.items()),
    "acts": _acts,
    "tables": lambda _texts: ((table.name, str(len(table.columns))) for table in every_table()),
}
