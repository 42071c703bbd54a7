"""`main.py demo`, used by `make run`: the bot over its own SQLite file, and the simulator on the next port."""

import argparse
import asyncio
import json
import os
import secrets
import string
import sys
from functools import partial
from pathlib import Path

from bot.app import API, DATABASE, build, load_parts
from bot.cli.serve import serve_until_signal
from bot.services.demo import SEEDER, seat, seed, show_cards
from bot.simulator.account import Account, Mode
from bot.simulator.app import make_app
from bot.simulator.clock import Clock
from bot.simulator.platform import Platform
from bot.wechat import menu
from config.demo_cast import Cast
from config.errors import UnavailableError
from config.settings import Settings, load_settings
from config.texts import Texts
from storage.engine import migration

HOST = "127.0.0.1"
APP_ID = "wxdemo0000000001"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments: ports and the demo's data folder."""
    texts = Texts.load()
    parser.add_argument("--port", type=int, default=8080, help=texts("commands.demo_port"))
    parser.add_argument("--data", type=Path, default=Path(".data"), help=texts("commands.demo_data"))


def main(args: argparse.Namespace) -> int:
    """Run bot and simulator until Ctrl-C."""
    configured = load_settings().wechat_app_id
    if configured and not configured.startswith("wxdemo"):
        raise UnavailableError("demo_real_app", app_id=configured)
    asyncio.run(_demo(args.port, settings_in(args.data, args.port)))
    return 0


def settings_in(folder: Path, port: int) -> Settings:
    """Return the demo's settings: created at the first run, stored with mode 0600 beside its database."""
    keys = folder / "demo.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not keys.exists():
            letters = string.ascii_letters + string.digits
            made = {
                "secret_key": secrets.token_urlsafe(32),
                "wechat_secret": secrets.token_hex(16),
                "wechat_token": secrets.token_hex(8),
                "wechat_aes_key": "".join(secrets.choice(letters) for _ in range(43)),
            }
            with open(keys, "w", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
                json.dump(made, file)
        made = json.loads(keys.read_text("utf-8"))
    except OSError as error:
        raise UnavailableError("folder_read_only", path=folder) from error
    return Settings(
        wechat_app_id=APP_ID,
        database_url=f"sqlite:///{folder.absolute() / 'srdi.db'}",
        public_url=f"http://{HOST}:{port}",
        wechat_api_base=f"http://{HOST}:{port + 1}",
        wechat_jssdk=f"http://{HOST}:{port + 1}/pages/jweixin.js",
        **made,
    )


def simulator_account(settings: Settings, port: int, title: str) -> Account:
    """Return the same account as in the platform's console."""
    return Account(
        app_id=settings.wechat_app_id,
        secret=settings.wechat_secret.get_secret_value(),
        token=settings.wechat_token.get_secret_value(),
        aes_key=settings.wechat_aes_key.get_secret_value(),
        # With a key set the bot refuses plain pushes.
        mode=Mode.SAFE if settings.wechat_aes_key.get_secret_value() else Mode.PLAIN,
        callback_url=f"http://{HOST}:{port}/wechat",
        title=title,
    )


async def _demo(port: int, settings: Settings) -> None:
    texts = Texts.load()
    migration.upgrade(settings.database_url)
    clock = Clock()
    app = await build(settings, load_parts(), offset=clock.offset, demo=True)
    cast = Cast.load()
    database = app[DATABASE].by(SEEDER)
    await database.write(partial(seed, cast=cast, published=True))
    await database.write(show_cards)
    account = simulator_account(settings, port, texts("commands.title"))
    staff = [member.phone for member in cast.staff]
    phones = dict.fromkeys((*texts("commands.demo_phones").split(), *staff))
    platform = Platform(account, clock, phones=phones)
    await database.write(seat, {phone.name: phone.openid for phone in platform.followers}, cast)
    await platform.start()

    async def tell() -> None:
        # Pushed as for a real account: through the client, to the platform's API.
        await app[API].create_menu(menu.load())
        print(texts("commands.demo_where", port=port + 1), file=sys.stderr)
        print(texts("commands.demo_who", firm=cast.firms[0].name, phones="、".join(staff)), file=sys.stderr)
        print(texts("commands.demo_try"), file=sys.stderr)

    try:
        await serve_until_signal([(app, HOST, port), (make_app(platform), HOST, port + 1)], tell)
    finally:
        await platform.close()
