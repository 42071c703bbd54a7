"""Benchmark of `audit verify` on a large audit: duration, and whether it names every altered row.

`python -m benchmarks.audit [--rows N] [--touched N] [--folder DIR] [--postgres URL]` fills an empty, migrated database,
chains it, and verifies it whole; then changes, drops, inserts and swaps rows directly and verifies again. Prints a JSON
line for each: seconds, peak memory of the verifying process (a separate process, `main.py audit verify`), rows named
and rows missed. The URL must be of an empty database of its own.
"""

import argparse
import asyncio
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text

from bot.jobs.audit_chain import chain_audit
from storage.audit.audit import AUDIT, value_hash
from storage.audit.head_file import HeadsFile, path_for
from storage.engine import migration
from storage.engine.database import Database, Tx
from storage.engine.transactions import CLI

KEY = bytes(range(32))
KEY_TEXT = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
PER_WRITE = 1000
DISARM = {
    "sqlite": [f"DROP TRIGGER audit_no_{what}" for what in ("update", "delete", "replace")],
    "postgresql": ["ALTER TABLE audit DISABLE TRIGGER USER"],
}


def fill(tx: Tx, first: int) -> None:
    """Insert one write's worth of acts, with a gap of one id after each ten, as failed transactions leave."""
    hashes = {"phone": value_hash(tx, "person:1", "phone", "1"), "name": value_hash(tx, "person:1", "name", "2")}
    numbers = range(first, first + PER_WRITE)
    rows: list[Mapping[str, Any]] = [
        {
            "id": number + number // 10,
            "at": tx.now,
            "actor": f"person:{number % 997}",
            "action": "contact.keep",
            "subject": f"firm:{number % 991}",
            "source": "wechat",
            "fields": hashes,
        }
        for number in numbers
    ]
    tx.execute(insert(AUDIT), rows)


def tamper(tx: Tx, touched: list[int]) -> dict[int, str]:
    """Change, drop, insert into gaps and swap a quarter each; return the expected finding per id."""
    expected: dict[int, str] = {}
    for statement in DISARM[tx.connection.dialect.name]:
        tx.execute(text(statement))
    quarter = len(touched) // 4
    changed, dropped, copied, swapped = (touched[n * quarter : (n + 1) * quarter] for n in range(4))
    swapped = swapped[: quarter // 2 * 2]
    for row_id in changed:
        tx.execute(text("UPDATE audit SET action = 'contact.drop' WHERE id = :id"), {"id": row_id})
        expected[row_id] = "changed"
    for row_id in dropped:
        tx.execute(text("DELETE FROM audit WHERE id = :id"), {"id": row_id})
        expected[row_id] = "dropped"
    columns = "at, actor, action, subject, source, fields"
    for row_id in copied:
        gap = row_id // 11 * 11 + 10
        if gap not in expected:
            copy = f"INSERT INTO audit (id, {columns}) SELECT :gap, {columns} FROM audit WHERE id = :id"  # noqa: S608 - our own words
            tx.execute(text(copy), {"gap": gap, "id": row_id})
            expected[gap] = "inserted"
    for one, other in zip(swapped[::2], swapped[1::2], strict=True):
        for old, new in ((one, -1), (other, one), (-1, other)):
            tx.execute(text("UPDATE audit SET id = :new WHERE id = :old"), {"old": old, "new": new})
        expected |= {one: "moved", other: "moved"}
    return expected


def verified(url: str) -> tuple[float, float, dict[int, str]]:
    """Return seconds, peak MB and the rows named by `main.py audit verify`."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SRDI_")}
    environment |= {"SRDI_DATABASE_URL": url, "SRDI_SECRET_KEY": KEY_TEXT}
    started = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "main.py", "audit", "verify"], env=environment, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        lines = [json.loads(line) for line in running.stdout]
        _, status, used = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - started
    assert running.returncode == (1 if lines else 0)
    named = {number: line["what"] for line in lines for number in range(line["first"], line["last"] + 1)}
    return seconds, used.ru_maxrss / 1024, named


async def measure(url: str, rows: int, touched: int) -> None:
    """Fill, chain, verify, tamper, verify."""
    migration.upgrade(url)
    database = Database.open(url, key=KEY, actor=CLI)
    for first in range(1, rows, PER_WRITE):
        await database.write(fill, first)
    heads = HeadsFile(path_for(url))
    started = time.perf_counter()
    await chain_audit(database, heads)
    line: dict[str, object] = {"store": url.partition(":")[0], "rows": rows}
    line["chaining_seconds"] = round(time.perf_counter() - started, 2)
    seconds, peak, named = await asyncio.to_thread(verified, url)
    print(json.dumps(line | {"verify_seconds": round(seconds, 2), "peak_mb": round(peak), "named": len(named)}))
    chosen = random.Random(2026).sample(range(1, rows + 1), touched)
    expected = await database.write(tamper, [number + number // 10 for number in chosen])
    await database.close()
    seconds, peak, named = await asyncio.to_thread(verified, url)
    missed = sum(1 for row_id in expected if row_id not in named)
    misnamed = sum(1 for row_id, what in named.items() if expected.get(row_id) != what)
    line = {"store": url.partition(":")[0], "rows": rows, "touched": len(expected)}
    found = {"named": len(named), "missed": missed, "misnamed": misnamed}
    print(json.dumps(line | found | {"verify_seconds": round(seconds, 2), "peak_mb": round(peak)}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--touched", type=int, default=400)
    parser.add_argument("--folder", type=Path, default=Path(".cache"))
    parser.add_argument("--postgres", metavar="URL")
    args = parser.parse_args()
    folder = Path(tempfile.mkdtemp(dir=args.folder))
    try:
        asyncio.run(measure(f"sqlite:///{folder.absolute() / 'audit.db'}", args.rows, args.touched))
        if args.postgres:
            asyncio.run(measure(args.postgres, args.rows, args.touched))
            path_for(args.postgres).unlink()
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
