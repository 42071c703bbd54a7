"""What one message of the chat costs to read: files it passes, calls, normalisations, runs of the router, SQL.

python -m benchmarks.message_path [--files WORDS]

Plays one story over HTTP on loopback against the whole bot over a seeded database, everything in this process; the
platform's half is written from the protocol. A file counts where a function of it was called, on any thread. Takes
a few seconds. `--files` names the files that one message passes.
"""

import argparse
import asyncio
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

import aiohttp
from pydantic import SecretStr
from sqlalchemy import Engine, event

from bot.app import DATABASE, TICKS, build, load_parts
from bot.services.demo import SEEDER, seed
from bot.web.server import serve
from config.settings import Settings
from storage.engine import migration
from tests.wechat import platform

ROOT = Path(__file__).parents[1]
PRODUCT = tuple(f"{ROOT / folder}/" for folder in ("bot", "config", "matchmaking", "notifications", "storage"))
NORMALISE = ("config/commands.py", "normalise")
# The story in its order: words, and how their row is called; what has no row only leads on.
STORY = [
    ("你好", ""),
    ("帮助", "帮助"),
    ("算力券", "算力券, a free question"),
    ("注册 云杼传感", "注册 云杼传感"),
    ("小型", "小型, a step of the registration"),
    ("跳过", ""),
    ("确认", ""),
    ("人工", "人工"),
    ("取消", ""),
    ("算力券", "算力券, from a registered firm"),
    ("榜单", "榜单"),
    ("我能享受什么", "我能享受什么"),
    ("5.2", "5.2, while the list of needs waits"),
    ("取消", ""),
    ("5.2", "5.2"),
]


class Counting:
    """Counts the calls of product functions on every thread, while it is open."""

    def __init__(self) -> None:
        self._open = False
        self.calls: Counter[tuple[str, str]] = Counter()
        self.statements = 0
        threading.setprofile(self._hook)
        sys.setprofile(self._hook)
        event.listen(Engine, "before_cursor_execute", self._executed)

    @contextmanager
    def one_message(self) -> Iterator[None]:
        """Count inside, from nothing."""
        self.calls, self.statements = Counter(), 0
        self._open = True
        yield
        self._open = False

    @property
    def files(self) -> list[str]:
        """The product's files in which something was called."""
        return sorted({name.removeprefix(f"{ROOT}/") for name, _ in self.calls})

    def of(self, file: str, function: str) -> int:
        """How often this function was called."""
        return self.calls[f"{ROOT}/{file}", function]

    def _hook(self, frame: FrameType, happened: str, _argument: object) -> None:
        if self._open and happened == "call" and frame.f_code.co_filename.startswith(PRODUCT):
            self.calls[frame.f_code.co_filename, frame.f_code.co_name] += 1

    def _executed(self, *_arguments: Any) -> None:
        self.statements += self._open


async def play(counting: Counting, folder: Path, wanted: str) -> None:
    """Say the story's words one after another and print what each cost."""
    settings = Settings(
        wechat_app_id=platform.APP_ID,
        wechat_token=SecretStr(platform.TOKEN),
        wechat_aes_key=SecretStr(platform.CURRENT_KEY),
        wechat_api_base="http://127.0.0.1:9",
        public_url="https://example.cn",
        database_url=f"sqlite:///{folder / 'story.db'}",
        secret_key=SecretStr("A" * 43),
    )
    migration.upgrade(settings.database_url)
    app = await build(settings, load_parts())
    await app[DATABASE].by(SEEDER).write(seed)
    runner = await serve(app, "127.0.0.1", 0)
    app[TICKS].scheduler.pause()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    print(f"{'said':44s} {'files':>6s} {'calls':>6s} {'normalise':>10s} {'router':>7s} {'SQL':>5s}")
    async with aiohttp.ClientSession() as session:
        for number, (words, shown) in enumerate(STORY, 1):
            now = int(datetime.now(UTC).timestamp())
            post = platform.safe(platform.text(words, number), now=now)
            with counting.one_message():
                async with session.post(url + post.path, data=post.body) as answered:
                    body = await answered.read()
            if answered.status != 200 or b"Encrypt" not in body:
                raise SystemExit(f"{words}: HTTP {answered.status}, no reply")
            if shown:
                router, normalised = counting.of("bot/chat/router.py", "answer"), counting.of(*NORMALISE)
                line = f"{len(counting.files):6d} {counting.calls.total():6d} {normalised:10d} {router:7d}"
                print(f"{shown:{44 - sum(ord(one) > 0x2E80 for one in shown)}s} {line} {counting.statements:5d}")
            if words == wanted and shown:
                print("\n".join(f"    {name}" for name in counting.files))
    await runner.cleanup()


def main() -> None:
    """Play it once over a database of its own."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--files", default="", metavar="WORDS")
    wanted = parser.parse_args().files
    counting = Counting()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(asyncio.wait_for(play(counting, Path(folder), wanted), 120))


if __name__ == "__main__":
    main()
