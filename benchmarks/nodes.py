"""How soon a firm's new text is found on two nodes: two connections and two memories over one database file."""

import asyncio
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from benchmarks.labelled import load
from bot.jobs.sentence_vectors import firms_index
from bot.live.matcher import LiveMatcher
from matchmaking.ranking.ranking import Demand
from storage.engine import migration
from storage.engine.database import Database
from storage.engine.transactions import CLI, Tx
from storage.firms import firms, offerings

FIRMS = 10_000
TURNS = 50


def nodes(folder: Path) -> None:
    """Print milliseconds from the saved change to an answer that includes it, with 10,000 firms."""
    if folder.exists():
        asyncio.run(_nodes([document.fields for document in load(folder).documents[:FIRMS]]))


def _enter(tx: Tx, given: list[Mapping[str, str]]) -> list[int]:
    ids = []
    for fields in given:
        ids.append(firms.add(tx, name=fields["name"], credit_code=None))
        offerings.put(tx, ids[-1], {"scope": fields.get("scope", "")}, "self")
    return ids


async def _nodes(given: list[Mapping[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/srdi.db"
        migration.upgrade(url)
        databases = [Database.open(url, key=bytes(32), actor=CLI) for _ in range(2)]
        for start in range(0, len(given), 1000):
            ids = await databases[0].write(_enter, given[start : start + 1000])
        views = [
            (database, LiveMatcher(lambda: firms_index(semantic=True, encoder=lambda: None))) for database in databases
        ]
        demand = Demand("石墨双极板压铸")
        for number, (database, matcher) in enumerate(views, 1):
            began = time.perf_counter()
            await database.read(matcher.rank, demand)
            print(f"node {number}: {len(given):,} firms loaded and ranked in {time.perf_counter() - began:.1f} s")
        found: list[float] = []
        gone: list[float] = []
        for turn in range(TURNS):
            firm = ids[turn]
            for spent, words in ((found, "石墨双极板压铸"), (gone, "")):
                await databases[turn % 2].write(offerings.put, firm, {"products": words}, "self")
                for database, matcher in views:
                    began = time.perf_counter()
                    ranked = await database.read(matcher.rank, demand, 1)
                    spent.append(1000 * (time.perf_counter() - began))
                    assert (str(firm) in [match.id for match in ranked.firms]) == bool(words)
        for name, times in (("edited, found", found), ("taken back, gone", gone)):
            times.sort()
            print(
                f"{name:18} after p50 {times[len(times) // 2]:.1f} ms, at most {times[-1]:.1f} ms, on each of two nodes"
            )
        for database in databases:
            await database.close()
