"""`main.py roster import FILE`: import an official's table without a browser: what is certain; the rest is listed."""

import argparse
import asyncio
import gzip
import sys
import zlib
from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bot.cli import jsonl
from bot.sandbox.processes import Sandbox
from bot.services.roster import import_plan, imports, rows
from bot.services.roster.notices import Herald
from bot.services.roster.rows import ImportDefaults
from config.areas import Areas
from config.calendar import shanghai_day
from config.errors import InputError, UnavailableError, UsageError
from config.markup import expand
from config.policy.facts import FactChoice
from config.policy.loader import load
from config.settings import load_settings
from config.texts import Texts
from storage.engine import change_counters, migration
from storage.engine.database import Database
from storage.engine.key_check import is_known
from storage.engine.transactions import CLI, Tx
from storage.roster import roster

# Lines that are not imported before a person corrects or decides them.
OPEN = ("wrong", "doubtful")
_AWARDS = {"first": True, "review": False}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments: the table, and defaults for its lines."""
    texts = Texts.load()
    parser.add_argument("what", choices=["import"], help=texts("commands.roster_what"))
    parser.add_argument("file", metavar="FILE", help=texts("commands.roster_file"))
    parser.add_argument("--dry-run", action="store_true", help=texts("commands.roster_dry_run"))
    parser.add_argument("--title", help=texts("commands.roster_title"))
    parser.add_argument("--batch", default="", help=texts("commands.roster_batch"))
    parser.add_argument("--from", dest="since", type=date.fromisoformat, help=texts("commands.roster_from"))
    parser.add_argument("--until", type=date.fromisoformat, help=texts("commands.roster_until"))
    parser.add_argument("--award", choices=list(_AWARDS), help=texts("commands.roster_award"))
    parser.add_argument("--area", help=texts("commands.roster_area"))
    parser.add_argument("--complete", action="store_true", help=texts("commands.roster_complete"))


def main(args: argparse.Namespace) -> int:
    """Apply what is certain; write each open line as JSON and save those for the console: exit 1."""
    texts, areas = Texts.load(), Areas.load()
    titles = {choice.value: choice for choice in load().facts["titles"].choices}
    area = None if args.area is None else areas.find(args.area)
    if args.area is not None and area is None:
        raise UsageError("area_unknown", given=args.area)
    names = rows.names_of(titles)
    title = None if args.title is None else rows.title_named(args.title, names)
    if args.title is not None and title is None:
        raise UsageError("title_unknown", given=args.title, titles="、".join(one.label for one in titles.values()))
    content = _content(args.file)
    until = None if args.until is None else args.until + timedelta(days=1)
    plan, applied, kept = asyncio.run(_imported(args, area, title, until, content, areas, titles))
    _report(plan, texts)
    if args.dry_run:
        print(texts("commands.roster_not_touched"), file=sys.stderr)
    if applied:
        print(texts("commands.roster_applied", number=applied), file=sys.stderr)
    if kept:
        print(texts("commands.roster_kept", number=kept), file=sys.stderr)
    return 1 if _is_open(plan) else 0


def _report(plan: Mapping[str, Any], texts: Texts) -> None:
    """Report each open or skipped line as JSON; what was not read and the counts as text."""
    for row in plan["rows"]:
        if row["fate"] in OPEN:
            told = ("line", "name", "fate", "why", "said")
            candidates = [{"id": one[0], "name": one[1]} for one in row["candidates"]]
            jsonl.write({**{field: row[field] for field in told}, **_sheet(row, plan), "candidates": candidates})
    for one in plan["skipped"]:
        told_of = {"line": one["number"], "fate": "skipped", "why": one["why"], "said": one["said"]}
        jsonl.write({**told_of, **_sheet(one, plan)})
    for part in plan["parts"]:
        if part["why"]:
            print(texts(f"commands.roster_part_{part['why']}", **_named(part)), file=sys.stderr)
    if plan["held"]:
        print(texts("commands.roster_held"), file=sys.stderr)
    for _, name, words in plan["spared"]:
        print(texts("commands.roster_spared", name=name, words=words), file=sys.stderr)
    counts = Counter(imports.counts(plan))
    said = texts(
        "commands.roster_counts",
        read=counts["read"],
        new=counts["new"],
        changed=counts["changed"],
        same=counts["same"],
        doubtful=counts["doubtful"],
        wrong=counts["wrong"],
        skipped=counts["skipped"],
        lapsed=counts["lapsed"],
    )
    print(said, file=sys.stderr)


def _sheet(row: Mapping[str, Any], plan: Mapping[str, Any]) -> dict[str, str]:
    name = plan["parts"][row["sheet"]]["name"] if plan["parts"] else ""
    return {"sheet": name} if name else {}


def _named(part: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": part["name"]} if part["why"] == "far" else {"name": part["name"], "unread": part["unread"]}


def _is_open(plan: Mapping[str, Any]) -> bool:
    """Tell whether a person must decide: about a line, or an unreadable part of a complete list."""
    return bool(plan["held"]) or any(row["fate"] in OPEN for row in plan["rows"])


def _is_certain(plan: Mapping[str, Any]) -> bool:
    return bool(plan["lapsed"]) or any(row["fate"] in ("new", "changed") for row in plan["rows"])


def _content(path: str) -> bytes:
    try:
        content = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
        return gzip.decompress(content) if path.endswith(".gz") else content
    except FileNotFoundError as error:
        raise UsageError("file_missing", path=path) from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise InputError("archive_broken") from error
    except OSError as error:
        raise UsageError("file_unreadable", path=path) from error


async def _imported(
    args: argparse.Namespace,
    area: str | None,
    title: str | None,
    until: date | None,
    content: bytes,
    areas: Areas,
    titles: Mapping[str, FactChoice],
) -> tuple[dict[str, Any], int, int]:
    """Return the plan, and the ids of the import applied and of the plan kept for the console; 0 for none."""
    settings = load_settings()
    table = await Sandbox().roster(content, mentioning=args.complete)
    async with Database.open(settings.database_url, key=settings.key_bytes(), actor=CLI) as database:
        entries, version, today = await database.read(_roster)
        given = ImportDefaults(
            title, args.batch, args.since, until, args.complete, today, area, _AWARDS.get(args.award)
        )
        plan = import_plan.plan(table, entries, given, areas, rows.names_of(titles))
        if args.dry_run:
            return plan, 0, 0
        name = "-" if args.file == "-" else Path(args.file).name
        nobody = imports.COMMAND_LINE
        applied = kept = 0
        if not _is_open(plan) or _is_certain(plan):
            applied = await database.write(imports.save, nobody, area, name, version, plan)
            herald = Herald(Texts.load(markup=expand), titles)
            await database.write(imports.apply, nobody, applied, {}, herald)
        if _is_open(plan):
            # Planned anew over what has just been applied, so that it can be applied later.
            entries, version, _ = await database.read(_roster)
            rest = import_plan.plan(table, entries, given, areas, rows.names_of(titles))
            kept = await database.write(imports.save, nobody, area, name, version, rest)
        return plan, applied, kept


def _roster(tx: Tx) -> tuple[list[roster.Listed], int, date]:
    if not migration.is_current(tx):
        raise UnavailableError("store_outdated")
    is_known(tx)
    return roster.everything(tx), change_counters.current(tx, roster.VERSION), shanghai_day(tx.now)
