"""Benchmark of free-question retrieval on foreign official items: nDCG@10 beside a plain BM25 over pairs.

python -m benchmarks.retrieval FOLDER

FOLDER holds corpus.jsonl ({"id", "name", "condition", …}), queries.jsonl ({"id", "text"}) and qrels.tsv (query, item,
grade, by tabs). Prints nDCG@10, MRR and recall@10 of both, and CPU time per query. Exit 1 below 0.86.
"""

import argparse
import json
import math
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from matchmaking.questions.retrieval import Named, Retrieval
from matchmaking.ranking.semantic import WordTable
from matchmaking.text.tokens import TextReader

GOAL = 0.86
CUT = 10
SATURATION, LENGTH_SHARE = 1.2, 0.75
Grades = dict[str, dict[str, int]]
Rank = Callable[[str], list[str]]


def main() -> int:
    """Rank the items for every query, by both, and score them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    items = list(_lines(folder / "corpus.jsonl"))
    grades = _grades(folder / "qrels.tsv")
    queries = [query for query in _lines(folder / "queries.jsonl") if any(grades[query["id"]].values())]
    things = [Named(item["id"], (item["name"],), item.get("condition") or "") for item in items]
    retrieval = Retrieval(things, TextReader(), WordTable.load())
    plain = _Pairs({item["id"]: item["name"] for item in items})
    print(f"{len(items)} items, {len(queries)} queries\n{'':10}nDCG@10    MRR   R@10  ms/query")
    _score("pairs", queries, grades, plain.rank)
    ours = _score("retrieval", queries, grades, lambda text: [id_ for id_, _ in retrieval.rank(text, CUT)])
    return 0 if ours >= GOAL else 1


def _score(name: str, queries: list[dict[str, Any]], grades: Grades, rank: Rank) -> float:
    begun = time.process_time()
    runs = [(grades[query["id"]], rank(query["text"])) for query in queries]
    spent = (time.process_time() - begun) * 1000 / len(queries)
    measures: list[tuple[float, float, float]] = [_measures(ranked, judged) for judged, ranked in runs]
    ndcg, mrr, recall = (sum(measure[place] for measure in measures) / len(queries) for place in range(3))
    print(f"{name:10}{ndcg:7.3f}  {mrr:5.3f}  {recall:5.3f}  {spent:8.2f}")
    return ndcg


def _measures(ranked: list[str], grades: dict[str, int]) -> tuple[float, float, float]:
    """Return nDCG@10, MRR and recall@10; a grade's gain is 2 to its power less one, any grade counts as relevant."""
    gains = [2 ** grades.get(id_, 0) - 1 for id_ in ranked[:CUT]]
    ideal = sorted((2**grade - 1 for grade in grades.values()), reverse=True)[:CUT]
    first = next((place for place, gain in enumerate(gains, 1) if gain), 0)
    relevant = sum(grade > 0 for grade in grades.values())
    return _discounted(gains) / _discounted(ideal), 1 / first if first else 0, sum(g > 0 for g in gains) / relevant


def _discounted(gains: list[int]) -> float:
    return sum(gain / math.log2(place + 1) for place, gain in enumerate(gains, 1))


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def _grades(path: Path) -> Grades:
    grades: Grades = defaultdict(dict)
    for line in path.read_text("utf-8").splitlines():
        query, item, grade = line.split("\t")
        if grade.strip().isdigit():
            grades[query][item] = int(grade)
    return grades


class _Pairs:
    """Plain BM25 over the names' character pairs: the baseline to beat."""

    def __init__(self, names: dict[str, str]) -> None:
        self._pairs = {id_: Counter(a + b for a, b in pairwise(name)) for id_, name in names.items()}
        self._usual = sum(pairs.total() for pairs in self._pairs.values()) / len(names)
        self._held = Counter(pair for pairs in self._pairs.values() for pair in pairs)

    def rank(self, text: str) -> list[str]:
        wanted = {a + b for a, b in pairwise(text)}
        scores = {id_: self._worth(wanted, pairs) for id_, pairs in self._pairs.items()}
        return sorted(scores, key=lambda id_: (-scores[id_], id_))[:CUT]

    def _worth(self, wanted: set[str], pairs: Counter[str]) -> float:
        against = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * pairs.total() / self._usual)
        return sum(self._idf(pair) * pairs[pair] / (pairs[pair] + against) for pair in wanted & pairs.keys())

    def _idf(self, pair: str) -> float:
        return math.log(1 + (len(self._pairs) - self._held[pair] + 0.5) / (self._held[pair] + 0.5))


if __name__ == "__main__":
    sys.exit(main())
