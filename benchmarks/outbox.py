"""Benchmark of the outbox: planning many rows, the queue alone, and sending beside one bare session at the same stub.

`python -m benchmarks.outbox [--folder DIR] [--rows N] [--sends N] [--rounds N] [--delay MS]` prints a JSON line for
each. `queue`: claiming and saving results with a channel that does nothing; `sending` compares messages per second with
a bare aiohttp session that posts the same bodies to the same stub, equally parallel, in turns. `--delay`: the stub's
response time; the platform's own API takes 20 ms and more.
"""

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from sqlalchemy import insert, select

from bot.cli.serve import freeze_loaded_objects
from bot.jobs.outbox import AT_ONCE, Sender
from bot.web.server import serve
from bot.wechat.api import Api
from bot.wechat.calls import Calls, Credentials
from bot.wechat.notices_api import TEMPLATE_SEND
from bot.wechat.sending import channels_of
from config.topics import NoticeTopic
from notifications.channels import Channel, Parcel, SendEnding, SendOutcome
from storage.engine import migration
from storage.engine.database import Database, Tx
from storage.engine.transactions import CLI
from storage.notices import api_quota, card_templates, outbox
from storage.notices.access_tokens import AccessToken
from storage.notices.card_templates import CardTemplate
from storage.notices.cards import NoticeCard
from storage.notices.outbox import OUTBOX, SENT, PlannedNotice
from storage.people.people import PEOPLE

KEY = bytes(range(32))
CARD = NoticeCard(
    "reminder", {"what": "算力券第四批申领", "due": "2026年12月1日 17:00", "hint": "还剩7天"}, "/h5/calendar"
)
FIELDS = {"thing1": "{what}", "time2": "{due}", "thing3": "请在公众号里查看", "thing4": "{hint}"}
TEXT = "算力券第四批申领截至12月1日17:00，还剩7天。依据：申领通知。" * 2
OPENID = "oTest0000000000000000{:07}"
PORTION = 500


class Shelf:
    """A store with a token that never expires."""

    async def load(self) -> AccessToken | None:
        return AccessToken("token", datetime.now(UTC) + timedelta(hours=2), datetime.now(UTC))

    async def save(self, token: AccessToken) -> None:
        """Do nothing."""


class Nothing:
    """A channel that accepts everything at once."""

    async def send(self, parcel: Parcel) -> SendOutcome:
        return SendOutcome(SendEnding.SENT, msg_id=parcel.id)


def _meet(tx: Tx, start: int, count: int) -> None:
    rows: list[Mapping[str, Any]] = [
        {"mark": f"{number:032}", "openid": tx.cipher.seal(OPENID.format(number), "person.openid"), "met": tx.now}
        for number in range(start, start + count)
    ]
    tx.execute(insert(PEOPLE), rows)


def _plan(tx: Tx, key: str, start: int, count: int) -> int:
    return outbox.plan_many(
        tx,
        [
            PlannedNotice(key=key, person_id=number, topic=NoticeTopic.REMINDER, text=TEXT, card=CARD)
            for number in range(start, start + count)
        ],
    )


def _allow(tx: Tx) -> None:
    card_templates.put(tx, CardTemplate("reminder", "template", "template", FIELDS))
    api_quota.save_platform_count(tx, "template", 100_000_000, 0)


def _unsent(tx: Tx) -> int:
    return len(tx.execute(select(OUTBOX.c.id).where(OUTBOX.c.state != SENT)).all())


async def plan(database: Database, key: str, rows: int) -> tuple[float, float]:
    """Return wall and CPU seconds for planning so many rows, one per person."""
    began, cpu = time.perf_counter(), time.process_time()
    for start in range(1, rows + 1, PORTION):
        await database.write(_plan, key, start, min(PORTION, rows + 1 - start))
    return time.perf_counter() - began, time.process_time() - cpu


async def queue(database: Database, rows: int) -> tuple[float, float]:
    """Return wall and CPU microseconds per message with instant sending."""
    began, cpu = time.perf_counter(), time.process_time()
    await Sender(database, {Channel.TEMPLATE: Nothing()})()
    return (time.perf_counter() - began) / rows * 1e6, (time.process_time() - cpu) / rows * 1e6


async def ours(database: Database, api: Api, rows: int) -> tuple[float, float]:
    """Return messages per second through the outbox, and CPU microseconds per message."""
    began, cpu = time.perf_counter(), time.process_time()
    await Sender(database, channels_of(api, "http://127.0.0.1", lambda text: text))()
    assert not await database.read(_unsent)
    return rows / (time.perf_counter() - began), (time.process_time() - cpu) / rows * 1e6


async def bare(session: aiohttp.ClientSession, base: str, rows: int) -> tuple[float, float]:
    """Return the same for one session that only posts and reads the answer."""
    numbers = iter(range(rows))

    async def post() -> None:
        for number in numbers:
            data = {name: {"value": words} for name, words in FIELDS.items()}
            asked = {"touser": OPENID.format(number), "template_id": "template", "data": data}
            asked |= {"url": "http://127.0.0.1/h5/calendar", "client_msg_id": f"{number:032}"}
            body = json.dumps(asked, ensure_ascii=False).encode()
            async with session.post(base + TEMPLATE_SEND, params={"access_token": "token"}, data=body) as response:
                assert (await response.json(content_type=None))["errcode"] == 0

    began, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(post() for _ in range(AT_ONCE)))
    return rows / (time.perf_counter() - began), (time.process_time() - cpu) / rows * 1e6


async def stub(delay: float) -> None:
    """Run the platform stub in a process of its own: prints its port, answers every send."""
    count = 0

    async def take(request: web.Request) -> web.Response:
        nonlocal count
        count += 1
        await request.read()
        if delay:
            await asyncio.sleep(delay)
        return web.json_response({"errcode": 0, "errmsg": "ok", "msgid": count})

    app = web.Application()
    app.router.add_post(TEMPLATE_SEND, take)
    runner = await serve(app, "127.0.0.1", 0)
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


async def measure(folder: Path, args: argparse.Namespace) -> None:
    """Measure everything over one SQLite file."""
    url = f"sqlite:///{folder}/srdi.db"
    migration.upgrade(url)
    database = Database.open(url, key=KEY, actor=CLI)
    await database.write(_allow)
    people = max(args.rows, args.sends)
    for start in range(0, people, PORTION):
        await database.write(_meet, start, min(PORTION, people - start))
    freeze_loaded_objects()
    seconds, cpu = await plan(database, "first", args.rows)
    _tell("plan", rows=args.rows, seconds=round(seconds, 2), cpu_seconds=round(cpu, 2))
    wall, cpu = await queue(database, args.rows)
    _tell("queue", rows=args.rows, us_a_message=round(wall, 1), cpu_us_a_message=round(cpu, 1))
    command = (sys.executable, "-m", "benchmarks.outbox", "--stub", str(args.delay))
    platform = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    try:
        assert platform.stdout is not None
        base = f"http://127.0.0.1:{int(await platform.stdout.readline())}"
        await compare(database, base, args)
    finally:
        platform.kill()
        await platform.wait()
    await database.close()


async def compare(database: Database, base: str, args: argparse.Namespace) -> None:
    """Compare in turns, so that other load affects both."""
    ratios, speeds, costs, bare_costs = [], [], [], []
    connector = aiohttp.TCPConnector(limit=AT_ONCE)
    async with aiohttp.ClientSession(connector=connector) as session:
        api = Api(Calls(session, base, Credentials("app", "secret"), Shelf(), lambda: datetime.now(UTC)))
        await bare(session, base, min(500, args.sends))
        for turn in range(args.rounds):
            await plan(database, f"turn{turn}", args.sends)
            before, cost = await bare(session, base, args.sends)
            mine, my_cost = await ours(database, api, args.sends)
            after, _ = await bare(session, base, args.sends)
            ratios.append(2 * mine / (before + after))
            speeds.append(mine)
            costs.append(my_cost)
            bare_costs.append(cost)
    _tell(
        "sending",
        delay_ms=args.delay,
        messages_a_second=round(statistics.median(speeds)),
        of_bare=round(statistics.median(ratios), 3),
        ratios=[round(one, 3) for one in ratios],
        cpu_us_a_message=round(statistics.median(costs)),
        bare_cpu_us_a_message=round(statistics.median(bare_costs)),
    )


def _tell(what: str, **figures: object) -> None:
    print(json.dumps({"what": what, **figures}), flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--sends", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--delay", type=float, default=0.0)
    parser.add_argument("--stub", type=float)
    args = parser.parse_args()
    if args.stub is not None:
        asyncio.run(stub(args.stub / 1000))
        return
    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        asyncio.run(measure(Path(folder), args))


if __name__ == "__main__":
    main()
