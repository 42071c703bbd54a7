"""Measure which new firms an import holds as doubtful, and which misspelled ones it recognises.

`python -m benchmarks.roster_doubt --data FOLDER`: FOLDER/names holds roster.txt.gz, a name a line, and pairs.tsv with
the columns typed, noise, accept (names separated by |).
"""

import argparse
import csv
import gzip
import random
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from bot.services.roster import import_plan
from bot.services.roster.rows import ImportDefaults
from bot.services.roster.spreadsheet import ParsedTable, SheetLine
from config.areas import Areas
from storage.roster.roster import Listed

TODAY = date(2026, 12, 1)
GIVEN = ImportDefaults("srdi", "2026年度", TODAY, None, False, TODAY)


def main() -> None:
    """Print the share of doubtful new names, and of recognised misspellings, by kind of noise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--new", type=int, default=1000)
    parser.add_argument("--roster", type=int, default=6000)
    parser.add_argument("--seeds", type=int, default=3)
    args = parser.parse_args()
    names = list(dict.fromkeys(gzip.decompress((args.data / "names/roster.txt.gz").read_bytes()).decode().split("\n")))
    for seed in range(args.seeds):
        _new(random.Random(seed), [name for name in names if name], args.new, args.roster)
    with (args.data / "names/pairs.tsv").open(encoding="utf-8", newline="") as file:
        pairs = [pair for pair in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if pair["accept"]]
    _misspelled(random.Random(0), pairs, names, args.roster)


def _new(chance: random.Random, names: Sequence[str], new: int, size: int) -> None:
    drawn = chance.sample(names, new + size)
    began = time.perf_counter()
    fates = Counter(row["fate"] for row in _planned(drawn[:new], drawn[new:]))
    took = time.perf_counter() - began
    print(f"new: {fates['doubtful'] / new:.1%} of {new} doubtful beside {size} ({took:.1f} s)")


def _misspelled(chance: random.Random, pairs: Sequence[dict[str, str]], names: Sequence[str], size: int) -> None:
    meant = list(dict.fromkeys(name for pair in pairs for name in pair["accept"].split("|")))
    known = list(dict.fromkeys([*meant, *chance.sample(names, size)]))[: max(size, len(meant))]
    numbers = {name: number for number, name in enumerate(known, 1)}
    held = right = 0
    missed: Counter[str] = Counter()
    # A line each, as rows that mean one firm merge.
    planned = {row["line"]: row for row in _planned([pair["typed"] for pair in pairs], known)}
    for line, pair in enumerate(pairs, 2):
        row = planned.get(line)
        if row is None:
            continue
        ids = {row["entry_id"], *(one[0] for one in row["candidates"])}
        found = any(numbers[name] in ids for name in pair["accept"].split("|"))
        held += row["fate"] in ("doubtful", "changed", "same")
        right += found
        missed[pair["noise"]] += not found
    read = len(planned)
    print(f"misspelled: {held / read:.1%} of {read} matched or held, {right / read:.1%} as the right firm")
    print("missed:", ", ".join(f"{noise} {count}" for noise, count in missed.most_common() if count))


def _planned(rows: Iterable[str], known: Sequence[str]) -> list[dict[str, Any]]:
    table = ParsedTable([SheetLine(number, {"name": name}) for number, name in enumerate(rows, 2)])
    entries = [Listed(number, name, None, None, ()) for number, name in enumerate(known, 1)]
    planned: list[dict[str, Any]] = import_plan.plan(table, entries, GIVEN, Areas.load(), {})["rows"]
    return planned


if __name__ == "__main__":
    main()
