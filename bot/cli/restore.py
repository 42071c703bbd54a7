"""`main.py restore FILE`: restore a backup into an empty database, created if missing."""

import argparse
import asyncio
import sys
from pathlib import Path

from config.settings import Settings, load_settings
from config.texts import Texts
from storage.audit.chain import newest_head
from storage.audit.head_file import HeadsFile, path_for
from storage.backup.dump import Manifest, check_backup
from storage.backup.restore import has_tables, load
from storage.engine import addresses, migration
from storage.engine.database import Database
from storage.engine.field_encryption import FieldCipher
from storage.engine.transactions import CLI


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the argument: the backup to restore."""
    parser.add_argument("file", type=Path, metavar="FILE", help=Texts.load()("commands.restore_file"))


def main(args: argparse.Namespace) -> int:
    """Verify the file, fill the database, compare, and report that sending is held."""
    restored = asyncio.run(_restored(load_settings(), args.file))
    made = restored.made.isoformat(timespec="seconds")
    print(Texts.load()("commands.restored", made=made, rows=restored.rows), file=sys.stderr)
    return 0


async def _restored(settings: Settings, path: Path) -> Manifest:
    key, url = settings.key_bytes(), settings.database_url
    manifest = check_backup(path, FieldCipher(key))
    await _make_tables(url, key)
    # As the serving process: on SQLite nobody serves a database being filled.
    async with Database.open(url, key=key, server=True, actor=CLI) as database:
        await database.write(load, path, manifest)
        head = await database.read(newest_head)
    HeadsFile(path_for(url)).append_restored(head, database.cipher)
    return manifest


async def _make_tables(url: str, key: bytes) -> None:
    """Migrate a database without any table; leave any other as it is."""
    address = addresses.parse(url)
    if not (isinstance(address, Path) and not address.exists()):
        async with Database.open(url, key=key) as database:
            if await database.read(has_tables):
                return
    migration.upgrade(url)
