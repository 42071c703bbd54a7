"""`main.py audit verify`: check every audit row against its chain; also while the bot is serving."""

import argparse
import asyncio
import contextlib
import sys
import time

from bot.cli import jsonl
from config.errors import UnavailableError
from config.settings import Settings, load_settings
from config.texts import Texts
from storage.audit import audit
from storage.audit.head_file import HeadFile, HeadsFile, path_for
from storage.audit.verify import Report, verify
from storage.engine import migration
from storage.engine.database import Database
from storage.engine.key_check import is_known
from storage.engine.transactions import CLI, Tx


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the audit action argument."""
    parser.add_argument("what", choices=["verify"], help=Texts.load()("commands.audit_what"))


def main(args: argparse.Namespace) -> int:
    """Write each finding as a JSON line (`what`, `first`, `last`); exit 1 if there is any.

    A missing trigger is also a finding: `{"what": "unguarded", "trigger": name}`.
    """
    settings, texts, started = load_settings(), Texts.load(), time.monotonic()
    witnessed, report = asyncio.run(_verified(settings))
    for finding in report.findings:
        jsonl.write({"what": finding.fault.value, "first": finding.first, "last": finding.last})
    for trigger in report.unguarded:
        jsonl.write({"what": "unguarded", "trigger": trigger})
    count = len(report.findings) + len(report.unguarded)
    if count:
        print(texts("commands.audit_broken", findings=count), file=sys.stderr)
    elif witnessed is None and report.batches:
        raise UnavailableError("heads_missing", path=path_for(settings.database_url))
    else:
        print(texts("commands.audit_whole"), file=sys.stderr)
    seconds = f"{time.monotonic() - started:.1f}"
    compared = texts(
        "commands.audit_compared", rows=report.rows, batches=report.batches, unchained=report.unchained, seconds=seconds
    )
    print(compared, file=sys.stderr)
    return 1 if count else 0


async def _verified(settings: Settings) -> tuple[HeadFile | None, Report]:
    async with Database.open(settings.database_url, key=settings.key_bytes(), actor=CLI) as database:
        # Read before the database: heads added meanwhile must not look truncated.
        witnessed = HeadsFile(path_for(settings.database_url)).witnessed(database.cipher)
        report = await database.read(_verify, witnessed)
        # The console shows when this was last done; a read-only copy can still be verified.
        with contextlib.suppress(UnavailableError):
            is_broken = report.findings or report.unguarded
            await database.write(audit.record, "audit.broken" if is_broken else "audit.whole", "audit")
        return witnessed, report


def _verify(tx: Tx, witnessed: HeadFile | None) -> Report:
    if not migration.is_current(tx):
        raise UnavailableError("store_outdated")
    is_known(tx)
    return verify(tx, witnessed)
