"""Benchmark of the console: the roster list at 50,000 firms, its export, and an import of 5,000 rows.

`python -m benchmarks.desk FIRMS ROWS`. Names are generated from a fixed seed. Target: a page under 300 ms, an import
(read, planned, applied) within 2 s.
"""

import asyncio
import csv
import io
import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from bot.services.roster import import_plan, imports, spreadsheet
from bot.services.roster.notices import Herald
from bot.services.roster.rows import ImportDefaults
from bot.web import spreadsheets
from config.areas import Areas
from config.policy.loader import load
from config.texts import Texts
from storage.engine import change_counters, migration
from storage.engine.database import Database
from storage.engine.transactions import CLI, Tx
from storage.roster import listing, roster
from storage.roster.listing import RosterQuery

TODAY = date(2026, 11, 5)
GIVEN = ImportDefaults("srdi", "2026年度", date(2026, 12, 1), date(2029, 12, 1), True, TODAY)
FIRST = "宁金紫钟苏鼎恒瑞华锐科创智联光启云海新元博达信诚精工卓越盛源泰安捷"
TRADE = ["机械", "软件", "生物医药", "新材料", "传感", "机器人", "电气", "检测", "环保设备", "半导体"]


def table(rows: int, seed: int) -> bytes:
    """Return a CSV of generated firms."""
    chance, areas = random.Random(seed), list(Areas.load())
    made = io.StringIO(newline="")
    writer = csv.writer(made)
    writer.writerow(["序号", "企业名称", "所属区"])
    for number in range(rows):
        name = "".join(chance.choice(FIRST) for _ in range(chance.randint(2, 4)))
        writer.writerow([number, f"南京{name}{chance.choice(TRADE)}有限公司", chance.choice(areas)])
    return made.getvalue().encode("gbk")


async def imported(database: Database, data: bytes) -> dict[str, float]:
    """Return the seconds of each step."""
    seconds: dict[str, float] = {}

    def step(name: str, since: float) -> float:
        seconds[name] = time.perf_counter() - since
        return time.perf_counter()

    begun = time.perf_counter()
    table_read = spreadsheet.read(data)
    begun = step("read", begun)
    known = await database.read(roster.everything)
    version = await database.read(change_counters.current, roster.VERSION)
    begun = step("load", begun)
    plan = import_plan.plan(table_read, known, GIVEN, Areas.load(), {})
    begun = step("plan", begun)
    import_id = await database.write(imports.save, 1, None, "x.csv", version, plan)
    begun = step("keep", begun)
    doubtful = {row["key"]: "new" for row in plan["rows"] if row["fate"] == "doubtful"}
    titles = {choice.value: choice for choice in load().facts["titles"].choices}
    await database.write(imports.apply, 1, import_id, doubtful, Herald(Texts.load(), titles))
    step("apply", begun)
    print({**imports.counts(plan)}, {name: f"{value * 1000:.0f} ms" for name, value in seconds.items()})
    return seconds


async def timed(name: str, database: Database, fn: Callable[[Tx], object]) -> None:
    """Print the slowest of ten runs."""
    worst = 0.0
    for _ in range(10):
        begun = time.perf_counter()
        await database.read(fn)
        worst = max(worst, time.perf_counter() - begun)
    print(f"{name}: {worst * 1000:.0f} ms at worst of ten")


async def main(firms: int, rows: int) -> None:
    """Fill, import, list, export."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'srdi.db'}"
        migration.upgrade(url)
        database = Database.open(url, key=bytes(32), actor=CLI)
        print(f"{rows} rows into an empty roster, again, and others beside them")
        for seed in (1, 1, 2):
            seconds = await imported(database, table(rows, seed))
            print(f"  in all {sum(seconds.values()):.2f} s")

        def fill(tx: Tx) -> None:
            for line in spreadsheet.read(table(20_000, 3)).lines:
                roster.add(tx, name=line.cells["name"], credit_code=None, district="江宁")

        while len(await database.read(roster.everything)) < firms:
            await database.write(fill)
        print(f"{firms} firms")
        asked = {
            "first page": RosterQuery(TODAY),
            "last page, by name": RosterQuery(TODAY, sort="name", page=firms // listing.PAGE),
            "words": RosterQuery(TODAY, words="生物", sort="name", descending=True),
            "district and title": RosterQuery(TODAY, district="江宁", title="srdi", sort="name"),
            "nothing found": RosterQuery(TODAY, words="没有这家"),
        }
        for name, wanted in asked.items():
            await timed(name, database, lambda tx, wanted=wanted: listing.page(tx, wanted))  # type: ignore[misc]
        begun = time.perf_counter()
        names = await database.read(lambda tx: [(e.name,) for e in listing.pages(tx, RosterQuery(TODAY), firms)])
        spreadsheets.as_file("xlsx", "名录", ["企业名称"], names)
        print(f"export of {len(names)}: {time.perf_counter() - begun:.1f} s")
        await database.close()


if __name__ == "__main__":
    asyncio.run(main(*(int(word) for word in [*sys.argv[1:], "50000", "5000"][:2])))
