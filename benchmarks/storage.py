"""Benchmark of writes: our grouped writer beside a bare sqlite3 loop with the same group commit, in the same run.

`python -m benchmarks.storage [--folder DIR] [--jobs N] [--callers N] [--rounds N] [--postgres URL]` prints a JSON line
per kind of job: jobs per second and CPU microseconds per job (median of the rounds), and the ratio to the bare loop.
`empty` does nothing in its transaction; `message` is the minimum cost of every inbound message: one look-up, one row
with a sealed reply. DIR must be on the intended disk, not in memory.
"""

import argparse
import asyncio
import itertools
import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from storage.chat import inbox
from storage.engine import migration, sqlite
from storage.engine.database import Database, Tx
from storage.engine.transactions import CLI

KEY = bytes(range(32))
REPLY = "您可能适用的事项：" + "第五条 首次获评小巨人奖励；" * 12
MARK = "0" * 32
FIND = "SELECT reply, received FROM inbox WHERE key = ?"
INSERT = "INSERT INTO inbox (key, mark, received, reply, tidy_at) VALUES (?, ?, ?, ?, ?)"
INSTANT = "2026-11-22 08:00:00.000000"

Figures = tuple[float, float]


def empty(tx: Tx, number: int) -> None:
    """Do nothing in the transaction."""


def message(tx: Tx, number: int) -> None:
    """Do the minimum of an inbound message."""
    if inbox.find(tx, str(number)) is None:
        inbox.record(tx, str(number), MARK, REPLY)


def bare(path: Path, jobs: int, group: int, kind: str, numbers: Iterator[int]) -> Figures:
    """Write the same rows without event loop, threads, SQLAlchemy or encryption."""
    sealed = bytes(len(REPLY.encode()) + 29)
    with closing(sqlite.connect(path)) as connection:
        cursor = connection.cursor()
        started, cpu = time.perf_counter(), time.process_time()
        for _ in range(jobs // group):
            cursor.execute("BEGIN IMMEDIATE")
            for number in itertools.islice(numbers, group):
                cursor.execute("SAVEPOINT job")
                if kind == "message":
                    key = f"bare-{number:027}"
                    cursor.execute(FIND, (key,)).fetchone()
                    cursor.execute(INSERT, (key, MARK, INSTANT, sealed, INSTANT))
                cursor.execute("RELEASE job")
            cursor.execute("COMMIT")
        return _figures(jobs // group * group, started, cpu)


async def ours(
    database: Database, jobs: int, callers: int, function: Callable[[Tx, int], None], numbers: Iterator[int]
) -> Figures:
    """Write the same from this many callers who each wait for their answer."""

    async def call() -> None:
        for number in itertools.islice(numbers, jobs // callers):
            await database.write(function, number)

    started, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(call() for _ in range(callers)))
    return _figures(jobs // callers * callers, started, cpu)


def _figures(jobs: int, started: float, cpu: float) -> Figures:
    return jobs / (time.perf_counter() - started), (time.process_time() - cpu) / jobs * 1e6


def _medians(rounds: list[Figures]) -> dict[str, float]:
    return {
        "jobs_per_second": round(statistics.median(speed for speed, _ in rounds)),
        "cpu_us_per_job": round(statistics.median(cpu for _, cpu in rounds), 1),
    }


async def measure(url: str, path: Path | None, args: argparse.Namespace) -> None:
    """Print a line per kind of job; with the bare loop's figures if there is a file."""
    migration.upgrade(url)
    database = Database.open(url, key=KEY, actor=CLI)
    numbers = itertools.count(time.time_ns())
    for function in (empty, message):
        kind = function.__name__
        around: list[Figures] = []
        beneath: list[Figures] = []
        await ours(database, args.callers * 5, args.callers, function, numbers)
        for _ in range(args.rounds):
            around.append(await ours(database, args.jobs, args.callers, function, numbers))
            if path is not None:
                beneath.append(await asyncio.to_thread(bare, path, args.jobs, args.callers, kind, numbers))
        line: dict[str, object] = {"store": url.partition(":")[0], "job": kind, "callers": args.callers}
        line |= _medians(around)
        if beneath:
            line["bare"] = _medians(beneath)
            line["speed_ratio"] = round(
                statistics.median(ours_[0] / bare_[0] for ours_, bare_ in zip(around, beneath, strict=True)), 2
            )
        print(json.dumps(line), flush=True)
    await database.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=Path(".cache"))
    parser.add_argument("--jobs", type=int, default=8000)
    parser.add_argument("--callers", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--postgres", metavar="URL")
    args = parser.parse_args()
    folder = Path(tempfile.mkdtemp(dir=args.folder))
    try:
        path = folder / "storage.db"
        asyncio.run(measure(f"sqlite:///{path}", path, args))
        if args.postgres:
            asyncio.run(measure(args.postgres, None, args))
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
