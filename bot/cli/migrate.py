"""`main.py migrate`: creates the database or brings it to the newest form."""

import argparse
import sys

from config.settings import load_settings
from config.texts import Texts
from storage.engine import migration


def arguments(parser: argparse.ArgumentParser) -> None:
    """None: the address is SRDI_DATABASE_URL."""


def main(args: argparse.Namespace) -> int:
    """Upgrade and say what was done."""
    applied = migration.upgrade(load_settings().database_url)
    texts = Texts.load()
    if applied:
        print(texts("commands.migrated", revisions="、".join(applied)), file=sys.stderr)
    else:
        print(texts("commands.migrated_already"), file=sys.stderr)
    return 0
