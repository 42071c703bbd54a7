"""Labelled sets of texts and queries, a plain BM25 for comparison, and ranking metrics."""

import gzip
import json
import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from matchmaking.ranking.ranking import Demand, Document, RankingIndex
from matchmaking.ranking.semantic import SentenceVectors, WordTable, sentence_encoder
from matchmaking.text.tokens import TextReader

DEEP = 100
# If only some texts were judged, the others are dropped from a ranking this deep before measuring.
DEEP_ENOUGH_TO_SIFT = 5_000
MOST_SENTENCES = 2_000
SETS = ("firms-small", "firms-large", "csl")


class Ranker(Protocol):
    """Anything that ranks texts for a query."""

    def ranked(self, query: str, top: int) -> list[str]: ...


@dataclass(frozen=True)
class Labelled:
    """A set of texts, queries with kinds, and grades; `judged`: the judged texts, if not all."""

    documents: list[Document]
    queries: list[tuple[str, str, str]]
    grades: Mapping[str, Mapping[str, int]]
    judged: frozenset[str] | None


class PlainBm25:
    """BM25 over the raw text's character pairs, k1 1.2 and b 0.75, nothing else."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._ids: list[str] = []
        postings: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        lengths: list[int] = []
        for slot, document in enumerate(documents):
            pairs = _pairs("。".join(document.fields.values()))
            self._ids.append(document.id)
            lengths.append(len(pairs))
            for token, count in Counter(pairs).items():
                postings[token].append((slot, count))
        length = np.array(lengths, float)
        self._held = 1.2 * (0.25 + 0.75 * length / max(length.mean(), 1))
        self._postings = {
            token: (np.array([slot for slot, _ in run], np.int32), np.array([n for _, n in run], np.float32))
            for token, run in postings.items()
        }

    def ranked(self, query: str, top: int) -> list[str]:
        """Return the best ids; ties in text order."""
        scores = np.zeros(len(self._ids))
        for token, weight in Counter(_pairs(query)).items():
            if token in self._postings:
                slots, counts = self._postings[token]
                idf = math.log(1 + (len(self._ids) - len(slots) + 0.5) / (len(slots) + 0.5))
                scores[slots] += weight * idf * 2.2 * counts / (counts + self._held[slots])
        return [self._ids[slot] for slot in np.argsort(-scores, kind="stable")[:top] if scores[slot] > 0]


class Ours:
    """The project's own matcher."""

    def __init__(self, matcher: RankingIndex, *, reasons: bool = False) -> None:
        self._matcher = matcher
        self._reasons = reasons

    def ranked(self, query: str, top: int) -> list[str]:
        """Return the ids of the project's ranking."""
        return [match.id for match in self._matcher.rank(Demand(query), top, reasons=self._reasons)]


def quality(data: Path) -> None:
    """Print nDCG@10 and recall@100 of every variant beside the plain one; halves are every other query."""
    reader, table = TextReader(), WordTable.load()
    encoder = sentence_encoder()
    for name in SETS:
        if not (data / name).exists():
            continue
        labelled = load(data / name)
        kinds = sorted({kind for _, kind, _ in labelled.queries})
        print(
            f"\n{name}: {len(labelled.documents)} texts, {len(labelled.queries)} queries"
            + (", judged rows" if labelled.judged else "")
        )
        print(
            f"{'':22}{'nDCG@10':>8}{'half 1':>8}{'half 2':>8}"
            + "".join(f"{kind:>10}" for kind in kinds)
            + f"{'R@100':>8}"
        )
        show("plain BM25 of pairs", PlainBm25(labelled.documents), labelled, kinds)
        show("words", Ours(RankingIndex(labelled.documents, reader=reader)), labelled, kinds)
        show("+ word table", Ours(RankingIndex(labelled.documents, reader=reader, table=table)), labelled, kinds)
        if encoder and len(labelled.documents) <= MOST_SENTENCES:
            sentences = SentenceVectors(encoder)
            matcher = RankingIndex(labelled.documents, reader=reader, table=table, sentences=sentences)
            for text in matcher.unread():
                matcher.add_vector(text, matcher.read(text))
            show("+ sentence model", Ours(matcher), labelled, kinds)
            show(
                "sentences, no table",
                Ours(RankingIndex(labelled.documents, reader=reader, sentences=sentences)),
                labelled,
                kinds,
            )


@dataclass(frozen=True)
class Measured:
    """nDCG@10 and recall@100 of each query with a right answer, in query order, and their kinds."""

    gains: list[float]
    recalls: list[float]
    kinds: list[str]


def measure(ranker: Ranker, labelled: Labelled) -> Measured:
    """Measure a ranker, query by query."""
    floor = min(2, max(grade for grades in labelled.grades.values() for grade in grades.values()))
    measured = Measured([], [], [])
    for id_, kind, text in labelled.queries:
        grades = labelled.grades.get(id_, {})
        relevant = {document for document, grade in grades.items() if grade >= floor}
        if not relevant:
            continue
        ids = ranker.ranked(text, DEEP_ENOUGH_TO_SIFT if labelled.judged else DEEP)
        if labelled.judged is not None:
            ids = [document for document in ids if document in labelled.judged]
        ids = ids[:DEEP]
        measured.gains.append(_ndcg([grades.get(document, 0) for document in ids[:10]], grades.values()))
        measured.recalls.append(len(relevant & set(ids)) / len(relevant))
        measured.kinds.append(kind)
    return measured


def show(name: str, ranker: Ranker, labelled: Labelled, kinds: Sequence[str]) -> None:
    """Print one line of the quality table."""
    measured = measure(ranker, labelled)
    gains = measured.gains
    by_kind = [[gain for gain, one in zip(gains, measured.kinds, strict=True) if one == kind] for kind in kinds]
    print(
        f"{name:22}"
        + "".join(f"{mean(column):8.3f}" for column in (gains, gains[::2], gains[1::2]))
        + "".join(f"{mean(column):10.3f}" for column in by_kind)
        + f"{mean(measured.recalls):8.3f}",
        flush=True,
    )


def load(folder: Path) -> Labelled:
    """Load a labelled set, mapping its field names to the project's."""
    documents = [
        Document(row["id"], {field: row[field] for field in ("name", "scope", "text") if row.get(field)})
        for row in _rows(folder / "corpus.jsonl.gz")
    ]
    queries = [(row["id"], row.get("qtype", "all"), row["text"]) for row in _rows(folder / "queries.jsonl")]
    grades: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for line in (folder / "qrels.tsv").read_text("utf-8").splitlines():
        query, document, grade = line.split("\t")
        if grade.strip().isdigit():
            grades[query][document] = int(grade)
    judged = folder / "judged_docids.txt"
    return Labelled(documents, queries, grades, frozenset(judged.read_text().split()) if judged.exists() else None)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def _pairs(text: str) -> list[str]:
    runs = re.findall(r"[一-鿿]+|[a-z0-9]+", unicodedata.normalize("NFKC", text).lower())
    return [pair_ for run in runs for pair_ in ([run[at : at + 2] for at in range(len(run) - 1)] or [run])]


def _ndcg(found: Sequence[int], there: Iterable[int]) -> float:
    def discounted(grades: Iterable[int]) -> float:
        return sum((2.0**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades))

    return discounted(found) / discounted(sorted(there, reverse=True)[:10])


def mean(values: Sequence[float]) -> float:
    """Return the mean; NaN of nothing."""
    return sum(values) / len(values) if values else math.nan
