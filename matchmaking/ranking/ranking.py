"""Rank firms for a challenge, or challenges for a firm, with reasons."""

import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchmaking.ranking.index import Floats, Index, IndexEntry
from matchmaking.ranking.reasons import MatchReason, MatchStrength, ReadDemand, Reasoner, TokenWeights
from matchmaking.ranking.semantic import FIRM_CHARACTERS, SentenceVectors, Vectors, WordTable
from matchmaking.text.tokens import TextReader, TokenizedText

WORDS, SENTENCES = "words", "sentences"
# Weight of one usual spread of a similarity kind against one of the word score; the shares were chosen on one half of
# labelled demands and checked on the other (docs/matching.md).
USUAL_SPREAD = {WORDS: 0.113, SENTENCES: 0.0122}
USUAL_MEAN = {WORDS: 0.228, SENTENCES: 0.839}
ENOUGH_FOR_A_MEAN = 50
SAMPLED = 64
PULL_OF_WORDS = 0.20
PULL_OF_BOTH = (0.19, 0.75)
PULL_OF_SENTENCES = 0.60

Allowed = Callable[[Sequence[str]], Collection[str]]


@dataclass(frozen=True)
class Document:
    """A firm (name, products, keywords, scope) or a challenge (title, text), by field."""

    id: str
    fields: Mapping[str, str]


@dataclass(frozen=True)
class Demand:
    """A search query."""

    text: str
    title: str = ""


@dataclass(frozen=True)
class Match:
    """A ranked document; the score is the sum of its reasons."""

    id: str
    score: float
    strength: MatchStrength
    reasons: tuple[MatchReason, ...]


@dataclass(frozen=True)
class RankPosition:
    """A document's place in a ranking, and what limits it: `unmet` are the demand's words it lacks."""

    place: int | None
    among: int
    match: Match
    behind: float
    unmet: tuple[str, ...]


@dataclass(frozen=True)
class _Wanted:
    reading: TokenizedText
    vectors: Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True)
class _Scored:
    total: Floats
    values: Mapping[str, float]
    reach: float
    meant: Floats


class RankingIndex:
    """Live index of firms (or challenges): ranks any time, adds and removes documents in place.

    Thread-safe.
    """

    def __init__(
        self,
        documents: Iterable[Document] = (),
        *,
        reader: TextReader | None = None,
        table: WordTable | None = None,
        sentences: SentenceVectors | None = None,
    ) -> None:
        self._reader = reader or TextReader()
        self._table = table
        self._sentences = sentences
        self._reasoner = Reasoner(self._reader, table)
        self._lock = threading.Lock()
        self._unread: dict[str, set[str]] = {}
        kinds = {WORDS: table.size} if table else {}
        if sentences:
            kinds[SENTENCES] = sentences.size
        self._documents = {document.id: document for document in documents}
        self._index = Index(map(self._entry, self._documents.values()), kinds)
        self._to_read(self._documents.values())

    def __len__(self) -> int:
        return len(self._documents)

    def update(self, documents: Sequence[Document]) -> None:
        """Add or replace these documents."""
        latest = {document.id: document for document in documents}
        entries = [self._entry(document) for document in latest.values()]
        with self._lock:
            self._documents.update(latest)
            self._index.put(entries)
            self._to_read(latest.values())

    def delete(self, ids: Iterable[str]) -> None:
        """Remove these documents; unknown ids are ignored."""
        with self._lock:
            for id_ in ids:
                self._documents.pop(id_, None)
                self._index.drop([id_])

    def rank(
        self, demand: Demand, top: int = 20, *, reasons: bool = True, allowed: Allowed | None = None
    ) -> list[Match]:
        """Return the best documents with any reason, best first, ties by id.

        `allowed` filters ids for the list; it is called for the best first, and for more only while the list is not
        full.
        """
        wanted = self._wanted(demand)
        with self._lock:
            scored = self._score(wanted)
            found = self._allowed(scored.total, top, allowed) if allowed else self._best(scored.total, top)
            documents = [self._documents[self._index.id_at(slot)] for slot in found]
        asked = self._reasoner.read(demand.title, demand.text, wanted.reading) if reasons else None
        return [self._match(scored, slot, document, asked) for slot, document in zip(found, documents, strict=True)]

    def why_not(self, demand: Demand, id_: str) -> RankPosition | None:
        """Return this document's place for this demand and why it is not higher; None if unknown."""
        wanted = self._wanted(demand)
        with self._lock:
            scored = self._score(wanted)
            slot = self._index.slot_of(id_)
            if slot is None:
                return None
            document = self._documents[id_]
            ahead = scored.total > scored.total[slot]
            equal = np.nonzero(scored.total == scored.total[slot])[0]
            place = 1 + int(ahead.sum()) + sum(self._index.id_at(int(other)) < id_ for other in equal)
            best = float(scored.total.max())
        asked = self._reasoner.read(demand.title, demand.text, wanted.reading)
        match = self._match(scored, slot, document, asked)
        met = {word for reason in match.reasons for word in reason.wanted}
        unmet = self._reasoner.unmet(demand.title, demand.text, scored.values, met)
        return RankPosition(place, len(self), match, best - match.score, unmet)

    def unread(self) -> list[str]:
        """Return document texts without sentence vectors: `read` and `learn` them in the background.

        Without the model nothing is unread.
        """
        with self._lock:
            return [text for text, ids in self._unread.items() if not ids.isdisjoint(self._documents)]

    def read(self, text: str) -> Vectors:
        """Return the sentence vectors of an `unread` text (20-80 ms)."""
        if self._sentences is None:
            raise ValueError("there is no sentence model")
        return self._sentences.encode(text)

    def add_vector(self, text: str, vector: Vectors) -> None:
        """Use this vector of an `unread` text from now on."""
        if self._sentences is None:
            return
        with self._lock:
            self._sentences.add(text, vector)
            for id_ in self._unread.pop(text, ()):
                document = self._documents.get(id_)
                if document and self._sentence_text(document) == text:
                    self._index.know(id_, SENTENCES, vector)

    def _entry(self, document: Document) -> IndexEntry:
        reading = self._reader.document(document.fields)
        vectors: dict[str, NDArray[np.float32]] = {}
        if self._table:
            vectors[WORDS] = self._table.vector(reading.words, self._reader.generic)
        return IndexEntry(document.id, reading.totals, reading.length(), vectors)

    def _to_read(self, documents: Iterable[Document]) -> None:
        if self._sentences is None:
            return
        for document in documents:
            text = self._sentence_text(document)
            known = self._sentences.of(text)
            if known is None:
                self._unread.setdefault(text, set()).add(document.id)
            else:
                self._index.know(document.id, SENTENCES, known)

    def _sentence_text(self, document: Document) -> str:
        texts = (document.fields.get(field, "") for field in ("name", "products", "keywords", "scope", "title", "text"))
        return self._reader.clean(" ".join(text for text in texts if text)[: 4 * FIRM_CHARACTERS])[:FIRM_CHARACTERS]

    def _wanted(self, demand: Demand) -> _Wanted:
        """Compute what does not need the index, so that the sentence model runs outside the lock."""
        reading = self._reader.demand(demand.title, demand.text)
        vectors: dict[str, NDArray[np.float32]] = {}
        if self._table:
            vectors[WORDS] = self._table.vector(reading.words, self._reader.generic)
        cleaned = self._reader.clean(f"{demand.title} {demand.text}").strip()
        if self._sentences and cleaned:
            vectors[SENTENCES] = self._sentences.demand(cleaned)
        return _Wanted(reading, {kind: vector for kind, vector in vectors.items() if vector.any()})

    def _score(self, wanted: _Wanted) -> _Scored:
        values, reach = self._index.values(wanted.reading.fields["demand"])
        alive = self._index.alive()
        meant = self._meant(wanted.vectors, alive) * max(1.0, reach) ** 0.5
        total = np.round(self._index.scores(values) + meant, 6)
        return _Scored(np.where(alive, total, -np.inf), values, reach, meant)

    def _meant(self, vectors: Mapping[str, NDArray[np.float32]], alive: NDArray[np.bool_]) -> Floats:
        """Return each document's semantic similarity above average, in usual spreads, weighted."""
        words = self._steps(WORDS, vectors[WORDS], alive)[0] if WORDS in vectors else np.zeros(len(alive))
        if SENTENCES not in vectors:
            return PULL_OF_WORDS * words
        sentences, known = self._steps(SENTENCES, vectors[SENTENCES], alive)
        if self._table is None:
            return PULL_OF_SENTENCES * sentences
        # A firm without sentence vector counts by its words alone.
        return PULL_OF_BOTH[0] * words + PULL_OF_BOTH[1] * np.where(known, sentences, words)

    def _steps(
        self, kind: str, vector: NDArray[np.float32], alive: NDArray[np.bool_]
    ) -> tuple[Floats, NDArray[np.bool_]]:
        near, known = self._index.alike(kind, vector)
        counted = known & alive
        count = int(counted.sum())
        mean = (
            round(float(near.sum(where=counted, dtype=np.float64)) / count, 4)
            if count >= ENOUGH_FOR_A_MEAN
            else USUAL_MEAN[kind]
        )
        return np.maximum((near - np.float32(mean)) / np.float32(USUAL_SPREAD[kind]), 0) * known, known

    def _best(self, total: Floats, top: int) -> list[int]:
        """Return the slots of the highest scores, best first; with ties all of them, by id."""
        # A sample's threshold is at or below the overall one: most slots need no further look.
        sample = total[::SAMPLED]
        floor = float(np.partition(sample, len(sample) - top)[len(sample) - top]) if len(sample) > top else 0.0
        likely = np.nonzero((total >= floor) & (total > 0))[0]
        scores = np.sort(total[likely])
        top = min(top, len(likely))
        if top <= 0:
            return []
        edge = scores[len(scores) - top]
        above: list[int] = likely[total[likely] > edge].tolist()
        at_edge: list[int] = sorted(likely[total[likely] == edge].tolist(), key=self._index.id_at)
        above.sort(key=lambda slot: (-total[slot], self._index.id_at(slot)))
        return above + at_edge[: top - len(above)]

    def _allowed(self, total: Floats, top: int, allowed: Allowed) -> list[int]:
        """Return the highest-scoring slots among the allowed."""
        kept: list[int] = []
        asked, wanted = 0, 2 * top
        while len(kept) < top:
            best = self._best(total, wanted)
            more = {self._index.id_at(slot): slot for slot in best[asked:]}
            may = allowed(list(more))
            kept += [slot for id_, slot in more.items() if id_ in may]
            if len(best) < wanted:
                break
            asked, wanted = wanted, 4 * wanted
        return kept[:top]

    def _match(self, scored: _Scored, slot: int, document: Document, asked: ReadDemand | None) -> Match:
        found = TokenWeights(scored.values, scored.reach, float(scored.meant[slot]))
        if asked is None:
            return Match(
                document.id, float(scored.total[slot]), self._reasoner.strength(found, float(scored.total[slot])), ()
            )
        why = self._reasoner.why(asked, found, document.fields)
        score = sum(reason.points for reason in why)
        return Match(document.id, score, self._reasoner.strength(found, score), why)
