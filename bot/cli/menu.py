"""`main.py menu push`: install config/menu.toml, after saving what was there."""

import argparse
import asyncio
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from bot.wechat import menu, takeover
from bot.wechat.api import Api
from bot.wechat.calls import Calls, Credentials
from bot.wechat.errors import ApiError, operator_hint
from bot.wechat.tokens import SharedToken
from config.errors import UnavailableError
from config.settings import PREFIX, Settings, load_settings
from config.texts import Texts
from storage.engine.database import Database


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments: the action, a dry run, and where to save the old menu."""
    texts = Texts.load()
    parser.add_argument("action", choices=["push"], help=texts("commands.menu_action"))
    parser.add_argument("--dry-run", action="store_true", help=texts("commands.menu_dry_run"))
    parser.add_argument("--keep", type=Path, default=takeover.FOLDER, help=texts("commands.menu_keep"))


def main(args: argparse.Namespace) -> int:
    """Print the menu as JSON; without --dry-run push it, after saving the old menu and automatic replies."""
    buttons = menu.load()
    if args.dry_run:
        print(json.dumps({"button": buttons}, ensure_ascii=False))
        return 0
    try:
        saved = asyncio.run(_push(load_settings(), buttons, args.keep))
    except ApiError as error:
        raise operator_hint(error) from error
    except OSError as error:
        raise UnavailableError("folder_read_only", path=args.keep) from error
    rules = len(takeover.KeptReplies.load(args.keep))
    print(Texts.load()("commands.menu_pushed", path=saved, rules=rules), file=sys.stderr)
    print(json.dumps({"button": buttons, "saved": str(saved), "rules": rules}, ensure_ascii=False))
    return 0


async def _push(settings: Settings, buttons: list[dict[str, object]], keep: Path) -> Path:
    secret = settings.wechat_secret.get_secret_value()
    for name, value in (("APP_ID", settings.wechat_app_id), ("SECRET", secret)):
        if not value:
            raise UnavailableError("setting_missing", name=f"{PREFIX}WECHAT_{name}")
    database = Database.open(settings.database_url, key=settings.key_bytes())
    async with database, aiohttp.ClientSession() as session:
        credentials = Credentials(settings.wechat_app_id, secret)
        store = SharedToken(database, settings.wechat_app_id)
        api = Api(Calls(session, settings.wechat_api_base, credentials, store, lambda: datetime.now(UTC)))
        # Replace nothing before the old state is on disk.
        saved = takeover.write(await takeover.read_current(api), keep, datetime.now(UTC))
        await api.create_menu(buttons)
        return saved
