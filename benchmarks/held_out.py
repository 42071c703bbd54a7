"""Cross-validation of weights: whether similarity weights chosen on one half of the queries hold on the other."""

from pathlib import Path
from unittest.mock import patch

from benchmarks.labelled import Labelled, Measured, Ours, load, mean, measure
from matchmaking.ranking import ranking
from matchmaking.ranking.ranking import RankingIndex
from matchmaking.ranking.semantic import SentenceVectors, Vectors, WordTable, sentence_encoder

WORDS = [round(0.05 * step, 2) for step in range(11)]
BOTH = [(words, sentences) for words in (0.0, 0.1, 0.19, 0.3) for sentences in (0.3, 0.5, 0.75, 1.0, 1.5)]


class RememberedDemands(SentenceVectors):
    """Encodes each demand once, however often the grid asks."""

    def demand(self, cleaned: str) -> Vectors:
        """Return a cleaned demand's vector."""
        known = self.of(f"demand {cleaned}")
        if known is None:
            known = super().demand(cleaned)
            self.add(f"demand {cleaned}", known)
        return known


def weights(folder: Path) -> None:
    """Print each half's best grid point, and its value on the other half."""
    if not folder.exists():
        return
    labelled = load(folder)
    table = WordTable.load()
    by_table = RankingIndex(labelled.documents, table=table)
    _report("word table", "PULL_OF_WORDS", WORDS, by_table, labelled)
    encoder = sentence_encoder()
    if encoder:
        both = RankingIndex(labelled.documents, table=table, sentences=RememberedDemands(encoder))
        for text in both.unread():
            both.add_vector(text, both.read(text))
        _report("+ sentence model", "PULL_OF_BOTH", BOTH, both, labelled)


def _report(
    name: str, constant: str, grid: list[float] | list[tuple[float, float]], matcher: RankingIndex, labelled: Labelled
) -> None:
    shipped = getattr(ranking, constant)
    measured: dict[object, Measured] = {}
    for value in dict.fromkeys([*grid, shipped]):
        with patch.object(ranking, constant, value):
            measured[value] = measure(Ours(matcher), labelled)
    for half, other in ((0, 1), (1, 0)):
        best = max(measured, key=lambda value: mean(measured[value].gains[half::2]))
        print(
            f"{name:18} half {half + 1} chooses {best!s:14}: there {mean(measured[best].gains[half::2]):.3f},"
            f" on the other {mean(measured[best].gains[other::2]):.3f};"
            f" shipped {shipped!s:13}: {mean(measured[shipped].gains[half::2]):.3f},"
            f" {mean(measured[shipped].gains[other::2]):.3f}",
            flush=True,
        )
