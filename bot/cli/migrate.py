"""`main.py migrate`: create the database or migrate it to the current schema."""

import argparse
import sys

from config.settings import load_settings
from config.texts import Texts
from storage.engine import migration


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add no arguments: the address is SRDI_DATABASE_URL."""


def main(args: argparse.Namespace) -> int:
    """Migrate and report what was done."""
    applied = migration.upgrade(load_settings().database_url)
    texts = Texts.load()
    if applied:
        print(texts("commands.migrated", revisions="、".join(applied)), file=sys.stderr)
    else:
        print(texts("commands.migrated_already"), file=sys.stderr)
    return 0
