"""Two server processes on one PostgreSQL database: a message and its repeat, sent to different nodes, have one effect.

SQLite has one server process: there both deliveries go to the same one.
"""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import func, select

from bot.services.demo import seed
from storage.chat.inbox import INBOX
from storage.engine.database import Database
from storage.engine.transactions import SERVICE, Tx
from storage.firms.firms import FIRMS
from tests.wechat import platform

ROOT = Path(__file__).parents[2]
KEY = bytes(range(32))


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def start(url: str) -> tuple[subprocess.Popen[str], int]:
    """Return a serving process and its port, once listening."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SRDI_")}
    environment |= {
        "SRDI_DATABASE_URL": url,
        "SRDI_WECHAT_TOKEN": platform.TOKEN,
        "SRDI_SECRET_KEY": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
    }
    running = subprocess.Popen(
        [sys.executable, "main.py", "serve", "--port", str(port)],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stderr is not None
    assert str(port) in running.stderr.readline()
    return running, port


@pytest.fixture
async def seeded(database_url: str) -> str:
    database = Database.open(database_url, key=KEY, actor=SERVICE)
    await database.write(seed)
    await database.close()
    return database_url


@pytest.fixture
def ports(seeded: str, store: str) -> Iterator[list[int]]:
    nodes = [start(seeded) for _ in range(2 if store == "postgresql" else 1)]
    yield [port for _, port in nodes]
    for running, _ in nodes:
        running.send_signal(signal.SIGTERM)
    for running, _ in nodes:
        assert running.wait(timeout=8) == 0
        running.communicate()


async def send(session: aiohttp.ClientSession, port: int, post: platform.Post) -> str:
    async with session.post(f"http://127.0.0.1:{port}{post.path}", data=post.body) as response:
        assert response.status == 200
        return await response.text()


def counts(tx: Tx) -> tuple[int, int]:
    """Count firms and inbox rows."""
    firms, messages = (tx.execute(select(func.count()).select_from(table)).scalar_one() for table in (FIRMS, INBOX))
    return int(firms), int(messages)


async def test_a_message_and_its_repeat_on_another_node_have_one_effect(ports: list[int], seeded: str) -> None:
    now = int(datetime.now(UTC).timestamp())
    steps = ["注册 云杼传感", "小型", "跳过", "确认", "我能享受什么", "1"]
    async with aiohttp.ClientSession() as session:
        for number, words in enumerate(steps, 1):
            post = platform.plain(platform.text(words, number), now)
            answers = await asyncio.gather(*(send(session, port, post) for port in (*ports, *ports, *ports)))
            assert len(set(answers)) == 1
        late = [await send(session, port, post) for port in ports]
    assert set(late) == set(answers)
    assert "记下了" in answers[0]
    database = Database.open(seeded, key=KEY, actor=SERVICE)
    soes = 2
    assert await database.read(counts) == (soes + 1, len(steps))
    await database.close()
