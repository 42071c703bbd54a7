"""Benchmark of 50 people chatting at once with 5,000 registered firms, over HTTP on loopback, beside a bare echo.

python -m benchmarks.chat [--firms N] [--people N] [--seconds S] [--pause S]

Two modes: with a pause of about a second, and back to back (the next message follows the answer at once). The mix:
known questions, unknown ones (no two alike), commands, numbers, whole assessments, whole registrations. Target: p99 at
most 100 ms. The echo is our own callback with nothing behind it: the difference is the bot's cost.
"""

import argparse
import asyncio
import multiprocessing as mp
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from multiprocessing.connection import Connection
from pathlib import Path

from aiohttp import web
from pydantic import SecretStr

from bot.app import build, load_parts
from bot.services.firms.registration import RegistrationCommand, register
from bot.web.server import serve
from bot.wechat.callback import Callback
from bot.wechat.crypto import Envelope
from bot.wechat.messages import Push, Text
from bot.wechat.replies import TextReply, render
from config.settings import Settings
from config.texts import Texts
from storage.engine import migration
from storage.engine.database import Database
from storage.engine.transactions import CLI, Tx
from storage.people import people
from storage.roster import roster
from storage.roster.roster import RosterTitle
from tests.wechat import platform

MOST_FIRMS, MOST_PEOPLE, MOST_SECONDS = 20_000, 500, 60.0
AT_ONCE = 100
WARM_SECONDS = 4.0
SEED = 20261124
TEXTS = Texts.load()
FIRST = "宁金紫钟苏鼎恒瑞华锐科创智联光启云海新元博达信诚精工卓越盛源泰安捷"
TRADE = ["机械", "软件", "生物医药", "新材料", "传感", "机器人", "电气", "检测", "环保设备", "半导体"]
KNOWN = [
    "算力券",
    "小巨人奖励多少钱",
    "第五条",
    "5.2",
    "首次评上单项冠军给多少",
    "租房补贴",
    "转贷",
    "十三条",
    "政府采购",
    "算力券什么时候申报",
]
COMMANDS = ["帮助", "十五条", "我的资料", "我的消息", "更多", "人工", "第八条"]
THINGS = [
    "屋顶",
    "围墙",
    "班车",
    "食堂",
    "宿舍",
    "路灯",
    "车位",
    "网线",
    "电梯",
    "门禁",
    "地磅",
    "仓库",
    "水管",
    "招牌",
]
TROUBLES = [
    "漏水谁来修",
    "坏了找谁",
    "太旧了能换新的不",
    "被邻居占了",
    "老是跳闸",
    "要不要年检",
    "能租给别人用不",
    "没人打扫",
]


def names(count: int) -> list[str]:
    """Return generated names, all distinct."""
    chance, made = random.Random(SEED), dict[str, None]()
    while len(made) < count:
        word = "".join(chance.choice(FIRST) for _ in range(chance.randint(2, 4)))
        made[f"南京{word}{chance.choice(TRADE)}有限公司"] = None
    return list(made)


def fill(tx: Tx, some: list[tuple[int, str]], people_first: int) -> None:
    """Insert roster firms, each registered by one person with what an assessment needs."""
    for number, name in some:
        entry_id = roster.add(tx, name=name, credit_code=None, district="江宁")
        title = RosterTitle("srdi", "2025年度", True, date(2025, 1, 1), None)
        roster.put(tx, entry_id, 1, [title])
        if number < people_first:
            continue
        person = people.meet(tx, openid(number))
        register(tx, person, RegistrationCommand(name, None, entry_id, {"size": "small"}), TEXTS)


def openid(number: int) -> str:
    """Return the openid of a person by number."""
    return f"oBench{number:022}"


def echo() -> web.Application:
    """Return our callback with an answer that costs nothing."""

    async def respond(push: Push) -> str | None:
        words = push.content if isinstance(push, Text) else ""
        return render(TextReply(words), to=push.openid, account=push.account, created=push.created)

    app = web.Application()
    Callback(Envelope(platform.TOKEN, platform.APP_ID, []), respond, lambda: datetime.now(UTC)).add_to(app)
    return app


def run(url: str, ready: Connection) -> None:
    """Serve the bot over this database, or the echo without one; send the port once listening."""

    async def main() -> None:
        if url:
            settings = Settings(
                wechat_token=SecretStr(platform.TOKEN), database_url=url, secret_key=SecretStr("A" * 43)
            )
            app = await build(settings, load_parts())
        else:
            app = echo()

        async def cpu(_request: web.Request) -> web.Response:
            return web.json_response(time.process_time())

        app.router.add_get("/cpu", cpu)
        runner = await serve(app, "127.0.0.1", 0)
        ready.send(runner.addresses[0][1])
        await asyncio.sleep(3600)

    asyncio.run(main())


@dataclass
class Times:
    """Seconds per answer by message kind."""

    by_kind: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def line(self, name: str, found: list[float]) -> str:
        """Format median, p99 and maximum in milliseconds."""
        ordered = sorted(found)
        p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
        return (
            f"{name:34s} {len(ordered):6d}  p50 {ordered[len(ordered) // 2] * 1000:7.1f}"
            f"  p99 {p99 * 1000:7.1f}  worst {ordered[-1] * 1000:7.1f} ms"
        )


class Person:
    """A chatting person with a connection of their own."""

    def __init__(self, number: int, chance: random.Random, firm_names: list[str], registers: bool) -> None:
        self.openid = openid(number)
        self._chance = chance
        self._firms = firm_names
        self._registers = registers
        self._number = number

    def words(self) -> Iterator[tuple[str, str]]:
        """Yield (kind, text) endlessly."""
        while True:
            kind = self._chance.choices(["known", "unknown", "command", "assess", "register"], [40, 25, 15, 12, 8])[0]
            match kind:
                case "known":
                    yield kind, self._chance.choice(KNOWN)
                case "unknown":
                    thing, trouble = self._chance.choice(THINGS), self._chance.choice(TROUBLES)
                    yield kind, f"{self._chance.choice('我们他你')}厂{self._chance.randrange(10**5)}号{thing}{trouble}"
                case "command":
                    yield kind, self._chance.choice(COMMANDS)
                case "assess":
                    for said in ("我能享受什么", "1", "不清楚", "2", "取消"):
                        yield kind, said
                case _ if self._registers:
                    for said in (f"注册 {self._chance.choice(self._firms)}", "小型", "跳过", "确认"):
                        yield kind, said

    async def chat(self, port: int, until: float, pause: float, times: Times, ids: Iterator[int]) -> None:
        """Send, wait for the answer, send again."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        if pause:
            await asyncio.sleep(pause * self._chance.random())
        for kind, said in self.words():
            if time.perf_counter() > until:
                break
            xml = platform.message(
                "text", f"<Content><![CDATA[{said}]]></Content>", sender=self.openid, msg_id=str(next(ids))
            )
            post = platform.plain(xml, now=int(time.time()))
            head = f"POST {post.path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(post.body)}\r\n\r\n"
            begun = time.perf_counter()
            writer.write(head.encode() + post.body)
            status = await reader.readline()
            length = 0
            while (line := await reader.readline()) != b"\r\n":
                if line.lower().startswith(b"content-length:"):
                    length = int(line.partition(b":")[2])
            body = await reader.readexactly(length)
            times.by_kind[kind].append(time.perf_counter() - begun)
            assert status.startswith(b"HTTP/1.1 200"), status
            assert b"<xml>" in body, body[:80]
            if pause:
                await asyncio.sleep(pause * (0.5 + self._chance.random()))
        writer.close()


async def cpu_of(port: int) -> float:
    """Return the server's CPU seconds."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /cpu HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    answer = await reader.read()
    writer.close()
    return float(answer.rpartition(b"\r\n\r\n")[2])


async def round_of(
    name: str, port: int, args: argparse.Namespace, pause: float, firm_names: list[str], ids: Iterator[int]
) -> float:
    """Run one mode against one server: print its table; return CPU microseconds per message."""
    chance, times = random.Random(SEED), Times()
    # Every fifth is new and registers; the others already represent a firm.
    everybody = [
        Person(number if new else args.people + number, random.Random(chance.random()), firm_names, new)
        for number, new in ((number, number % 5 == 0) for number in range(args.people))
    ]
    before, until = await cpu_of(port), time.perf_counter() + args.seconds
    await asyncio.gather(*(person.chat(port, until, pause, times, ids) for person in everybody))
    found = [seconds for some in times.by_kind.values() for seconds in some]
    spent = (await cpu_of(port) - before) / len(found) * 1e6
    print(f"{name}: {len(found) / args.seconds:.0f} messages/s, {spent:.0f} us of CPU a message")
    for kind, some in sorted(times.by_kind.items()) if name.startswith("bot") else ():
        print("  " + times.line(kind, some))
    print("  " + times.line("all", found), flush=True)
    return spent


async def seeded(url: str, firm_names: list[str], people_first: int) -> None:
    """Create the database with its firms."""
    migration.upgrade(url)
    database = Database.open(url, key=bytes(32), actor=CLI)
    numbered = list(enumerate(firm_names))
    for start in range(0, len(numbered), AT_ONCE):
        await database.write(fill, numbered[start : start + AT_ONCE], people_first)
    await database.close()


def main() -> None:
    """Seed, serve, chat, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--firms", type=int, default=5000)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--pause", type=float, default=1.0)
    args = parser.parse_args()
    args.firms, args.people = min(args.firms, MOST_FIRMS), min(args.people, MOST_PEOPLE)
    args.seconds = min(args.seconds, MOST_SECONDS)
    firm_names, ids = names(args.firms), iter(range(10**12, 10**13))
    context = mp.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'srdi.db'}"
        begun = time.perf_counter()
        asyncio.run(seeded(url, firm_names, args.people))
        print(f"{args.firms} firms in {time.perf_counter() - begun:.0f} s")
        ports: dict[str, int] = {}
        processes = []
        try:
            for name, address in (("bot", url), ("echo", "")):
                here, there = context.Pipe()
                process = context.Process(target=run, args=(address, there), daemon=True)
                process.start()
                processes.append(process)
                ports[name] = here.recv()
            print("warming up: the roster's names are read with the first question")
            args.seconds, seconds = WARM_SECONDS, args.seconds
            asyncio.run(round_of("bot, cold", ports["bot"], args, args.pause, firm_names, ids))
            args.seconds = seconds
            for pause, way in ((args.pause, "with pauses"), (0.0, "back to back")):
                spent = {
                    name: asyncio.run(round_of(f"{name}, {way}", port, args, pause, firm_names, ids))
                    for name, port in ports.items()
                }
                print(f"  the bot costs {spent['bot'] / spent['echo']:.1f} times the echo")
        finally:
            for process in processes:
                process.terminate()


if __name__ == "__main__":
    main()
