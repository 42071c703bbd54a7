"""`main.py rekey`: re-encrypt every personal field under a new SRDI_SECRET_KEY, while no server runs."""

import argparse
import asyncio
import sys

from config.errors import UnavailableError
from config.settings import Settings, load_settings
from config.texts import Texts
from storage.engine import migration
from storage.engine.database import Database
from storage.engine.field_encryption import FieldCipher
from storage.engine.rekeying import rekey
from storage.engine.transactions import CLI, Tx


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add no arguments: the keys are SRDI_SECRET_KEY (new) and SRDI_SECRET_KEY_PREVIOUS (former)."""


def main(_args: argparse.Namespace) -> int:
    """Replace the key and report how many fields were re-encrypted."""
    count = asyncio.run(_replaced(load_settings()))
    print(Texts.load()("commands.rekeyed", count=count), file=sys.stderr)
    return 0


async def _replaced(settings: Settings) -> int:
    new = FieldCipher(settings.key_bytes())
    # As the serving process: on SQLite nobody writes under the former key meanwhile.
    async with Database.open(
        settings.database_url, key=settings.previous_key_bytes(), server=True, actor=CLI
    ) as database:
        return await database.write(_replace, new)


def _replace(tx: Tx, new: FieldCipher) -> int:
    if not migration.is_current(tx):
        raise UnavailableError("store_outdated")
    return rekey(tx, tx.cipher, new)
