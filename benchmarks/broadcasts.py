"""Benchmark of selecting a broadcast's audience among 5,000 firms: `python -m benchmarks.broadcasts FIRMS`.

Facts are generated from a fixed seed. Target: under 300 ms, also for an item and for all criteria at once; for
comparison the time of judging the same firms one by one, as reminders do.
"""

import asyncio
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from bot.jobs.broadcasts import BroadcastTick
from bot.services.broadcasts.audience import choose
from bot.services.broadcasts.preview import preview
from bot.services.policy.published_for_firm import PublishedDetailsCache
from config.limits import BroadcastLimits
from config.policy.facts import parse_facts
from config.policy.loader import load
from config.policy.model import Policy
from config.texts import Texts
from matchmaking.eligibility.eligibility import judge
from storage.broadcasts import broadcasts
from storage.broadcasts.broadcasts import AudienceCriteria, BroadcastContent, BroadcastState
from storage.engine import migration
from storage.engine.database import Database
from storage.engine.transactions import CLI, Tx
from storage.firms import facts_of_many, firms, offerings
from storage.people import people
from storage.reminders import audience
from tests.broadcasts import NoPlatform

AT_ONCE = 500
TIMES = 10
LINES = {
    "everybody": AudienceCriteria(),
    "district and title": AudienceCriteria(areas=("江宁", "江北新区"), titles=("srdi",)),
    "8.1 met and not applied": AudienceCriteria(item="8.1", verdicts=("yes",), unclaimed=True),
    "7.1 met or open": AudienceCriteria(item="7.1", verdicts=("yes", "unknown")),
    "all lines": AudienceCriteria(
        areas=("江宁", "六合"), titles=("srdi",), sizes=("small", "micro"), words=("机器人",), item="8.1",
        verdicts=("yes", "unknown"), unclaimed=True, contact="silent", days=30,
    ),
}  # fmt: skip


def made_up(policy: Policy, chance: random.Random) -> Mapping[str, Any]:
    """Return facts of a firm that answered most questions."""
    told: dict[str, Any] = {}
    for name, fact in policy.facts.items():
        if chance.random() < 0.3 and name not in ("district", "titles"):
            continue
        values = [choice.value for choice in fact.choices]
        if fact.kind == "bool":
            told[name] = chance.random() < 0.5
        elif fact.kind == "choice":
            told[name] = chance.choice(values)
        elif fact.kind == "set":
            told[name] = chance.sample(values, chance.randint(0, min(2, len(values))))
    return told


async def fill(database: Database, policy: Policy, count: int) -> None:
    """Insert so many firms, each with one person."""
    chance = random.Random(2026)

    def some(tx: Tx, first: int) -> None:
        for number in range(first, min(first + AT_ONCE, count)):
            firm_id = firms.add(tx, name=f"南京第{number}有限公司", credit_code=None)
            firms.save_facts(tx, firm_id, made_up(policy, chance), "self")
            offerings.put(tx, firm_id, {"products": chance.choice(("机器人", "传感器", "阀门"))}, "self")
            people.join_firm(tx, people.meet(tx, f"o-{number}").id, firm_id)

    for first in range(0, count, AT_ONCE):
        await database.write(some, first)


async def timed(database: Database, fn: Callable[[Tx], int]) -> tuple[int, str]:
    """Return what it found, and how long that took."""
    took, found = [], 0
    for _ in range(TIMES):
        begun = time.perf_counter()
        found = await database.read(fn)
        took.append((time.perf_counter() - begun) * 1000)
    return found, f"{statistics.median(took):.0f} ms in the middle of {TIMES}, {max(took):.0f} ms at worst"


async def sent(database: Database, policy: Policy, texts: Texts) -> float:
    """Return seconds until everybody's notice is in the outbox, through every check."""

    def begin(tx: Tx) -> None:
        broadcast_id = broadcasts.add(tx, BroadcastContent("text", None, "市工信局", "题", "文"), 1)
        broadcasts.move(tx, broadcast_id, BroadcastState.DRAFT, BroadcastState.APPROVED, starts=tx.now)

    await database.write(begin)
    begun = time.perf_counter()
    await BroadcastTick(database, policy, texts, NoPlatform())()
    return time.perf_counter() - begun


async def main(count: int) -> None:
    """Fill, choose, print."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'srdi.db'}"
        migration.upgrade(url)
        database = Database.open(url, key=bytes(32), actor=CLI)
        policy, texts = load(), Texts.load()
        await fill(database, policy, count)
        board = PublishedDetailsCache(policy, texts)
        print(f"{count} firms")
        for name, whom in LINES.items():
            content = BroadcastContent("text", None, "市工信局", "题", "文", "", whom)
            found, took = await timed(
                database,
                lambda tx, content=content: len(choose(tx, content, board.current(tx), texts).people),  # type: ignore[misc]
            )
            print(f"  {name}: {found} people, {took}")

        rules, everybody = BroadcastLimits.load(), BroadcastContent("template", None, "市工信局", "题", "文")
        found, took = await timed(database, lambda tx: preview(tx, everybody, policy, texts, rules).people)
        print(f"  the whole preview of everybody: {found} people, {took}")

        def one_by_one(tx: Tx) -> int:
            item = policy.items["8.1"]
            told, met = facts_of_many.known_today(tx, policy.facts.keys()), 0
            for one in audience.everybody(tx):
                known = {name: json.loads(firms[one.firm_id]) for name, firms in told.items() if one.firm_id in firms}
                met += judge(policy, item, parse_facts(known, policy.facts), tx.now).verdict == "yes"
            return met

        found, took = await timed(database, one_by_one)
        print(f"  8.1 judged firm by firm: {found} firms, {took}")
        print(f"  fixed and handed to the outbox: {await sent(database, policy, texts):.1f} s for {count} people")
        await database.close()


if __name__ == "__main__":
    asyncio.run(main(*(int(word) for word in [*sys.argv[1:], "5000"][:1])))
