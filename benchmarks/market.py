"""Benchmark of each page of challenges, bids and events: `python -m benchmarks.market [CHALLENGES BIDS FIRMS]`.

By default 500 challenges, 20,000 bids and 5,000 firms, 60 events with 100 firms each, generated from a fixed seed. Each
page is requested 20 times by somebody who may see it; printed are the median, the slowest of the 20 (their p99), and
its ratio to the slowest empty page of the same run. Target: every page under 300 ms.
"""

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from secrets import token_urlsafe
from typing import TypeVar

import aiohttp
from pydantic import SecretStr

from benchmarks.chat import names
from bot.app import DATABASE, MATCHER, build, load_parts
from bot.console.context import COOKIE as DESK_COOKIE
from bot.h5.context import COOKIE as PHONE_COOKIE
from bot.jobs.recommendations import refresh_recommendations
from bot.services.challenges import bids as bid_service
from bot.services.challenges.bids import BidOffer
from bot.web.server import serve
from config.settings import Settings
from storage.challenges import bids, challenges, records
from storage.engine import migration
from storage.engine.database import Database
from storage.engine.transactions import CLI, Tx
from storage.events import events, meetings, signups
from storage.events.events import EventState, MatchmakingEvent
from storage.events.signups import SignupState
from storage.firms import firms, offerings, verifications
from storage.people import page_sessions, people, roles, sessions
from storage.people.roles import RoleGrant, RoleKind
from tests.wechat import platform

One = TypeVar("One")
Made = TypeVar("Made")
TIMES = 20
PROMISED = 0.300
EVENTS, SEATS, TABLES = 60, 100, 12
AT_ONCE = 250
SEED = 20261128
THINGS = ["巡检机器人", "主轴承", "双极板", "水质传感器", "车门控制软件", "数控刀具", "减速器", "激光雷达", "视觉检测"]
HOWS = ["防爆", "轻量化", "国产化", "高精度", "低功耗", "长寿命", "在线监测", "耐腐蚀", "自适应", "小型化"]
WHERE = ["隧道", "地铁", "水厂", "风电", "船舶", "电网", "矿山", "机场", "化工", "港口"]
OFFER = BidOffer("方案。" * 200, "团队。" * 40, "成果。" * 40, "样机 三个月\n定型 八个月", "", "100万元")


def need(chance: random.Random) -> str:
    """Return a generated need: thing, method, place."""
    return f"{chance.choice(WHERE)}{chance.choice(HOWS)}{chance.choice(THINGS)}"


def one_firm(tx: Tx, number: int, name: str, chance: random.Random) -> int:
    """Insert a verified firm with an offering and one person."""
    firm_id = firms.add(tx, name=name, credit_code=None)
    people.join_firm(tx, people.meet(tx, f"oMarket{number:021}").id, firm_id)
    verifications.enter(tx, firm_id, f"9132{number:014d}", "code")
    offerings.put(tx, firm_id, {"products": "；".join(need(chance) for _ in range(3))}, "self")
    return firm_id


def one_challenge(tx: Tx, number: int, poster: int, chance: random.Random) -> int:
    """Insert a challenge: two in five take bids, the others are closed, in review, or over."""
    stage = ("published", "published", "review", "published", "accepted")[number % 5]
    days = chance.randint(1, 60) if number % 5 < 2 else -chance.randint(1, 60)
    title = need(chance)
    fields = {key: f"{title}：{need(chance)}。" * 12 for key in ("problem", "content", "targets", "conditions")}
    values = {
        "title": f"{title}研制{number}",
        "fields": {**fields, "domain": "智能装备", "reward": f"{chance.randint(30, 900)}万元", "due": "10个月内"},
        "named": number % 7 > 0,
        "deadline": tx.now + timedelta(days=days),
        "sealing": "none",
        "least": 2,
    }
    challenge_id = challenges.add(
        tx, firm_id=poster, person_id=1, label="municipal", contact="演示联系人 025-00000003", values=values
    )
    challenges.put(tx, challenge_id, {"stage": stage, "published": tx.now - timedelta(days=90)})
    for kind in range(10):
        told = {"of": kind, "question": "断面多大？" * 5, "answer": "4米。" * 20}
        records.add(tx, challenge_id, "answer", 1, told)
    records.add(tx, challenge_id, "criteria", 1, {"criteria": [["技术", 60], ["价格", 40]]})
    return challenge_id


def one_bid(tx: Tx, number: int, challenge_id: int, firm_id: int) -> None:
    """Insert a bid as stored, with its record."""
    found = challenges.get(tx, challenge_id)
    if found is None:
        return
    prepared = bid_service.prepare(found, None, number + 1, OFFER, b"s" * 32, [], tx.cipher.seal_bytes)
    row = {"id": number + 1, "challenge_id": challenge_id, "firm_id": firm_id, "person_id": 1}
    bids.put(tx, {**row, "commitment": prepared.commitment, "shown": prepared.shown, "secret": b""})
    records.add(tx, challenge_id, "bid_in", 1, {"commitment": prepared.commitment}, firm_id)


def one_event(tx: Tx, number: int, comers: list[int], chance: random.Random) -> int:
    """Insert an event with tables, firms and meetings; every second one is over."""
    begins = tx.now + timedelta(days=30 + number if number % 2 else -30 - number)
    slots = tuple(begins + timedelta(minutes=20 * slot) for slot in range(6))
    event = MatchmakingEvent("ninggong", f"对接会{number}", "主题", "某处", None, begins, begins + timedelta(hours=2),
                  begins - timedelta(days=60), begins - timedelta(days=2), SEATS, 2, "", slots)  # fmt: skip
    event_id = events.add(tx, event)
    tables = [
        events.add_table(tx, event_id, firm_id=None, buyer=f"采购方{table}", need=need(chance), at_once=2)
        for table in range(TABLES)
    ]
    events.move(tx, event_id, EventState.DRAFT, EventState.PUBLISHED)
    rows = []
    for place, firm_id in enumerate(comers):
        signups.put(tx, event_id, firm_id, 1, SignupState.IN)
        rows.append((tables[place % TABLES], firm_id, place % 6, 0.5))
    meetings.add(tx, event_id, rows)
    return event_id


async def in_parts(database: Database, items: Sequence[One], fill: Callable[[Tx, One], Made]) -> list[Made]:
    """Insert these, some hundred per transaction."""

    def enter(tx: Tx, some: Sequence[One]) -> list[Made]:
        return [fill(tx, one) for one in some]

    made: list[Made] = []
    for start in range(0, len(items), AT_ONCE):
        made += await database.write(enter, items[start : start + AT_ONCE])
    return made


class Asker:
    """Requests each page 20 times, as somebody who may see it."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._ids = iter(range(10**12, 10**13))
        self.slow: list[str] = []

    async def page(self, name: str, path: str, cookies: dict[str, str], status: int = 200) -> float:
        """Request one page in a browser."""
        async with aiohttp.ClientSession(cookies=cookies) as session:

            async def ask() -> None:
                async with session.get(self._base + path, allow_redirects=False) as response:
                    await response.read()
                    if response.status != status:
                        raise SystemExit(f"{path}: {response.status}")

            return await self._timed(name, ask)

    async def chat(self, name: str, words: str, openid: str) -> float:
        """Send one sentence in chat."""
        async with aiohttp.ClientSession() as session:

            async def ask() -> None:
                text, number = f"<Content><![CDATA[{words}]]></Content>", str(next(self._ids))
                xml = platform.message("text", text, sender=openid, msg_id=number)
                post = platform.plain(xml, now=int(time.time()))
                async with session.post(self._base + post.path, data=post.body) as response:
                    if b"<xml>" not in await response.read():
                        raise SystemExit(f"{words}: {response.status}")

            return await self._timed(name, ask)

    async def _timed(self, name: str, ask: Callable[[], Awaitable[None]]) -> float:
        await ask()
        found = []
        for _ in range(TIMES):
            begun = time.perf_counter()
            await ask()
            found.append(time.perf_counter() - begun)
        found.sort()
        worst, middle = found[-1], found[TIMES // 2]
        if worst > PROMISED:
            self.slow.append(name)
        print(f"{name:34s} p50 {middle * 1000:7.1f}  p99 {worst * 1000:7.1f} ms", flush=True)
        return worst


async def filled(database: Database, count: dict[str, int]) -> dict[str, list[int]]:
    """Fill the database; return ids by kind."""
    chance = random.Random(SEED)
    numbered = list(enumerate(names(count["firms"])))
    firm_ids = await in_parts(database, numbered, lambda tx, one: one_firm(tx, one[0], one[1], chance))
    posters = [
        await database.write(lambda tx, n=n: firms.add(tx, name=f"演示集团{n}", credit_code=None, kind="soe"))  # type: ignore[misc]
        for n in range(10)
    ]
    made = await in_parts(
        database,
        list(range(count["challenges"])),
        lambda tx, number: one_challenge(tx, number, posters[number % 10], chance),
    )
    # Every tenth bid goes to one challenge in review, which makes the longest page.
    crowded = made[2]
    pairs: dict[tuple[int, int], None] = {}
    while len(pairs) < count["bids"]:
        to = crowded if len(pairs) % 100 == 0 else chance.choice(made)
        pairs[to, chance.choice(firm_ids)] = None
    await in_parts(database, list(enumerate(pairs)), lambda tx, one: one_bid(tx, one[0], *one[1]))
    found = await in_parts(
        database, list(range(EVENTS)), lambda tx, number: one_event(tx, number, chance.sample(firm_ids, SEATS), chance)
    )
    return {"firms": firm_ids, "challenges": made, "events": found, "posters": posters}


async def seen_by(database: Database, posters: list[int]) -> dict[str, dict[str, str]]:
    """Return cookies of an official, a poster, and a firm's person on the phone."""
    cookies = {who: token_urlsafe(32) for who in ("official", "poster", "phone")}

    def enter(tx: Tx) -> None:
        official, poster = people.meet(tx, "o-official").id, people.meet(tx, "o-poster").id
        for kind in (RoleKind.EDITOR, RoleKind.APPROVER, RoleKind.AUDITOR):
            roles.add(tx, official, RoleGrant(kind, "某人", date.min, agency="市工信局"))
        for kind in (RoleKind.SOE_POSTER, RoleKind.SOE_APPROVER):
            roles.add(tx, poster, RoleGrant(kind, "某人", date.min, firm_id=posters[2]))
        sessions.begin(tx, cookies["official"], official, "computer")
        sessions.begin(tx, cookies["poster"], poster, "computer")
        page_sessions.begin(tx, cookies["phone"], people.meet(tx, f"oMarket{7:021}").id)

    await database.write(enter)
    names_of = {"official": DESK_COOKIE, "poster": DESK_COOKIE, "phone": PHONE_COOKIE}
    return {who: {names_of[who]: cookie} for who, cookie in cookies.items()}


async def asked(base: str, ids: dict[str, list[int]], cookies: dict[str, dict[str, str]], bid_id: int) -> list[str]:
    """Request every page beside an empty one; return the names of those over the target."""
    asker = Asker(base)
    open_, crowded, over = ids["challenges"][1], ids["challenges"][2], ids["challenges"][4]
    coming, past = ids["events"][1], ids["events"][0]
    official, poster, phone = cookies["official"], cookies["poster"], cookies["phone"]
    empty = await asker.page("an empty page (desk)", "/console/enter", {})
    await asker.page("an empty page (phone)", "/h5/none", {}, 404)
    for name, path, who in (
        ("public list", "/console/board", {}),
        ("public list, last page", "/console/board?page=25", {}),
        ("public list, words", "/console/board?q=机器人", {}),
        ("public challenge", f"/console/board/{open_}", {}),
        ("desk: challenges, official", "/console/challenges", official),
        ("desk: challenges, words", "/console/challenges?q=机器人", official),
        ("desk: challenges, poster", "/console/challenges", poster),
        ("desk: challenge", f"/console/challenges/{open_}", official),
        ("desk: who often heads lists", "/console/ranking-heads", official),
        ("desk: review, crowded", f"/console/challenges/{crowded}/review", poster),
        ("desk: why not", f"/console/challenges/{crowded}/why?firm={names(20)[9]}", poster),
        ("desk: events", "/console/events", official),
        ("desk: event to come", f"/console/events/{coming}", official),
        ("desk: event over", f"/console/events/{past}", official),
        ("desk: whom to invite", f"/console/events/{coming}/invitations", official),
        ("desk: events for buyers", "/console/buyer-events", poster),
        ("phone: list", "/h5/board", phone),
        ("phone: challenge", f"/h5/board/{open_}", phone),
        ("phone: bid form", f"/h5/board/{open_}/bid", phone),
        ("phone: my bids", "/h5/my-bids", phone),
        ("phone: one bid", f"/h5/my-bids/{bid_id}", phone),
        ("desk: challenge over", f"/console/challenges/{over}", official),
    ):
        await asker.page(name, path, who)
    openid = f"oMarket{7:021}"
    plain = await asker.chat("chat: 帮助 (nothing looked up)", "帮助", openid)
    for words in ("榜单", "1", "那个巡检机器人的榜还能报吗", "我的揭榜", "宁工品推", f"活动 {coming}", "我的对接"):
        await asker.chat(f"chat: {words}", words, openid)
    print(f"the slowest empty page took {empty * 1000:.1f} ms, the emptiest answer {plain * 1000:.1f} ms")
    return asker.slow


async def main(challenge_count: int, bid_count: int, firm_count: int) -> None:
    """Fill, serve, ask."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'srdi.db'}"
        migration.upgrade(url)
        settings = Settings(
            wechat_token=SecretStr(platform.TOKEN),
            database_url=url,
            secret_key=SecretStr("A" * 43),
            public_url="http://127.0.0.1:8399",
        )
        app = await build(settings, load_parts(), demo=True)
        database, begun = app[DATABASE].by(CLI), time.perf_counter()
        ids = await filled(database, {"firms": firm_count, "challenges": challenge_count, "bids": bid_count})
        cookies = await seen_by(database, ids["posters"])
        print(f"filled in {time.perf_counter() - begun:.0f} s", flush=True)
        runner = await serve(app, "127.0.0.1", 8399)
        begun = time.perf_counter()
        for _ in range(60):
            await refresh_recommendations(database, app[MATCHER])
        print(f"recommendations for every open challenge: {time.perf_counter() - begun:.1f} s on a read thread")
        mine = ids["firms"][7]
        found = await database.read(bids.by_firm, mine, 1)
        slow = await asked(settings.public_url, ids, cookies, found[0].id if found else 1)
        print("over 300 ms:", "、".join(slow) or "none")
        await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main(*(int(word) for word in [*sys.argv[1:], "500", "20000", "5000"][:3])))
