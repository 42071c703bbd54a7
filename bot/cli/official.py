"""`main.py official invite NAME`: a one-time invitation, mainly for the first official."""

import argparse
import asyncio
import secrets
import sys
from datetime import timedelta

from bot.services.people.login import code_of
from bot.services.people.roles import invite
from config.areas import Areas
from config.calendar import shanghai_day
from config.errors import UsageError
from config.settings import load_settings
from config.texts import Texts
from storage.engine.database import Database
from storage.engine.transactions import CLI, Tx
from storage.people.roles import OF_A_FIRM, RoleGrant, RoleKind

KINDS = [kind.value for kind in RoleKind if kind not in OF_A_FIRM]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments: who is invited, and as what."""
    texts = Texts.load()
    parser.add_argument("what", choices=["invite"], help=texts("commands.official_what"))
    parser.add_argument("name", metavar="NAME", help=texts("commands.official_name"))
    parser.add_argument("--role", choices=KINDS, default=RoleKind.OPERATOR.value, help=texts("commands.official_role"))
    parser.add_argument("--agency", help=texts("commands.official_agency"))
    parser.add_argument("--area", help=texts("commands.official_area"))
    parser.add_argument("--days", type=int, help=texts("commands.official_days"))


def main(args: argparse.Namespace) -> int:
    """Print the text that the invited person types in chat; the code goes to standard output."""
    area = None if args.area is None else Areas.load().find(args.area)
    if args.area is not None and area is None:
        raise UsageError("area_unknown", given=args.area)
    texts, code = Texts.load(), code_of(secrets.randbits(40))
    asyncio.run(_keep(args, area, code))
    print(texts("commands.official_invited", name=args.name), file=sys.stderr)
    print(texts("commands.official_send", code=code))
    return 0


async def _keep(args: argparse.Namespace, area: str | None, code: str) -> None:
    settings = load_settings()
    async with Database.open(settings.database_url, key=settings.key_bytes(), actor=CLI) as database:
        await database.write(_invite, args, area, code)


def _invite(tx: Tx, args: argparse.Namespace, area: str | None, code: str) -> None:
    today = shanghai_day(tx.now)
    until = None if args.days is None else today + timedelta(days=args.days)
    grant = RoleGrant(RoleKind(args.role), args.name, today, until, agency=args.agency, area=area)
    invite(tx, grant, code)
