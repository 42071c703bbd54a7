"""`main.py backup FILE`: the whole database in one file, also while the bot is serving."""

import argparse
import asyncio
import sys
from pathlib import Path

from config.settings import Settings, load_settings
from config.texts import Texts
from storage.audit import audit
from storage.backup.dump import Manifest, write_backup
from storage.engine.database import Database
from storage.engine.key_check import is_known
from storage.engine.transactions import CLI, Tx


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the argument: the file to create."""
    parser.add_argument("file", type=Path, metavar="FILE", help=Texts.load()("commands.backup_file"))


def main(args: argparse.Namespace) -> int:
    """Write, verify, and report the contents."""
    made = asyncio.run(_backed_up(load_settings(), args.file))
    said = Texts.load()("commands.backup_made", path=args.file, tables=len(made.tables), rows=made.rows)
    print(said, file=sys.stderr)
    return 0


async def _backed_up(settings: Settings, path: Path) -> Manifest:
    async with Database.open(settings.database_url, key=settings.key_bytes(), actor=CLI) as database:
        made = await database.read(_write, path)
        subject = f"backup:{made.signature[:16]}"
        await database.write(audit.record, "backup.make", subject)
    return made


def _write(tx: Tx, path: Path) -> Manifest:
    is_known(tx)
    return write_backup(tx, path)
