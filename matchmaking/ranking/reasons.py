"""Reasons of a match: per field a named level, the words on both sides, and the points.

All reasons' points sum to the score. Levels, strengths and fields are named in config/texts/matching.toml.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from matchmaking.ranking.index import hindrance, worth
from matchmaking.ranking.semantic import Vectors, WordTable
from matchmaking.text.phrases import Phrases
from matchmaking.text.tokens import TextReader, TokenizedText

MOST_WORDS = 6
MOST_CLAUSES = 12
PHRASE_LENGTH = 4
WORD_LENGTH = 3
# Shares of what the demand's words can contribute, and steps of similarity: from how often each was right on labelled
# demands (docs/matching.md).
STRONG_SHARE, GOOD_SHARE = 0.30, 0.15
NEAR = 1.2
# Half of each together was right as often as either alone: a firm with few words matches few of a long demand's.
HALF_SHARE, HALF_NEAR = 0.08, 0.65


class Level(StrEnum):
    """How a field meets the demand, from the most exact to the vaguest."""

    PHRASE = "level_phrase"
    WORD = "level_word"
    SYNONYM = "level_synonym"
    PART = "level_part"
    MEANING = "level_meaning"
    MEANING_ONLY = "level_meaning_only"


class MatchStrength(StrEnum):
    """A match's strength; never a percentage."""

    STRONG = "strong"
    GOOD = "good"
    FAIR = "fair"


@dataclass(frozen=True)
class MatchReason:
    """One field's share of the score: what was wanted and what is offered, in their own words."""

    field: str
    level: Level
    wanted: tuple[str, ...]
    offered: tuple[str, ...]
    points: float


@dataclass(frozen=True)
class TokenWeights:
    """What each wanted token can contribute, their total, and what semantic similarity contributed."""

    values: Mapping[str, float]
    reach: float
    meant: float


class ReadDemand:
    """A demand, analysed once for all documents explained."""

    def __init__(
        self, title: str, text: str, reading: TokenizedText, reader: TextReader, table: WordTable | None
    ) -> None:
        self._reader = reader
        self._table = table
        self.reading = reading
        self.phrases = Phrases(reader.clean(f"{title}。{text}"))

    @property
    def cleaned(self) -> str:
        """Return its cleaned text."""
        return self.phrases.text

    @cached_property
    def words(self) -> list[str]:
        """Return its words, each once."""
        return list(dict.fromkeys(self._reader.cut(self.cleaned)))

    @cached_property
    def vector(self) -> Vectors | None:
        """Return its vector; None without a word table."""
        return self._table.vector(self.reading.words, self._reader.generic) if self._table else None


class Reasoner:
    """Explains matches; holds the reader and word table."""

    def __init__(self, reader: TextReader, table: WordTable | None) -> None:
        self._reader = reader
        self._table = table

    def read(self, title: str, text: str, reading: TokenizedText) -> ReadDemand:
        """Prepare a demand for `why`; `reading` is the reader's of it."""
        return ReadDemand(title, text, reading, self._reader, self._table)

    def why(self, asked: ReadDemand, found: TokenWeights, fields: Mapping[str, str]) -> tuple[MatchReason, ...]:
        """Return a reason per field holding a wanted token, weightiest first, then semantic similarity."""
        offered = self._reader.document(fields)
        totals = offered.totals
        matched = sum(totals[token] for token in found.values if token in totals)
        against = hindrance(offered.length(), matched)
        reasons: list[MatchReason] = []
        fields_read = offered.fields.values()
        for field, tokens in offered.fields.items():
            held = [token for token in found.values if token in tokens]
            if held:
                # A token's value is distributed over its fields by weight.
                points = 0.0
                for token in held:
                    whole = sum([other[token] for other in fields_read if token in other])
                    points += worth(found.values[token], totals[token], against) * tokens[token] / whole
                reasons.append(self._reason(field, held, asked, self._reader.clean(fields[field]), points))
        reasons.sort(key=lambda reason: (-reason.points, reason.field))
        if found.meant > 0:
            # Finding the nearest phrase takes as long as everything else: only if no words matched.
            level = Level.MEANING if reasons else Level.MEANING_ONLY
            near = reasons[0].offered if reasons else self._nearest(asked, fields)
            reasons.append(MatchReason("meaning", level, _first(asked.cleaned), near, round(found.meant, 6)))
        return tuple(reasons)

    def strength(self, found: TokenWeights, score: float) -> MatchStrength:
        """Derive strength from the share of the words' potential, or from semantic similarity."""
        share = (score - found.meant) / found.reach if found.reach else 0.0
        steps = found.meant / max(1.0, found.reach) ** 0.5
        near = steps >= NEAR
        if share >= STRONG_SHARE or (share >= GOOD_SHARE and near):
            return MatchStrength.STRONG
        both = share >= HALF_SHARE and steps >= HALF_NEAR
        return MatchStrength.GOOD if share >= GOOD_SHARE or near or both else MatchStrength.FAIR

    def unmet(self, title: str, text: str, values: Mapping[str, float], met: Iterable[str]) -> tuple[str, ...]:
        """Return the demand's weightiest words in none of the matched phrases."""
        met = list(met)
        words = dict.fromkeys(self._reader.cut(self._reader.without_quantities(self._reader.clean(f"{title}。{text}"))))
        lacking = [word for word in words if len(word) > 1 and not any(word in phrase for phrase in met)]
        lacking.sort(key=lambda word: (-values.get(word, 0.0), word))
        return tuple(lacking[:MOST_WORDS])

    def _reason(self, field: str, held: list[str], asked: ReadDemand, offered: str, points: float) -> MatchReason:
        plain = [token for token in held if token[0] != "≈"]
        phrases, there = asked.phrases.of(plain), Phrases(offered).of(plain)
        longest = max((len(phrase) for phrase in phrases if phrase in offered), default=0)
        if longest >= PHRASE_LENGTH:
            level = Level.PHRASE
        elif longest >= WORD_LENGTH or any(token in asked.reading.words for token in plain):
            level = Level.WORD
        elif plain:
            level = Level.PART
        else:
            level = Level.SYNONYM
            words = list(dict.fromkeys(self._reader.cut(offered)))
            phrases, there = self._synonyms(held, asked.words), self._synonyms(held, words)
        return MatchReason(
            field, level, tuple(phrases[:MOST_WORDS]), tuple(there[:MOST_WORDS]), round(float(points), 6)
        )

    def _synonyms(self, held: list[str], words: Iterable[str]) -> list[str]:
        return [word for word in words if not set(self._reader.groups(word)).isdisjoint(held)]

    def _nearest(self, asked: ReadDemand, fields: Mapping[str, str]) -> tuple[str, ...]:
        """Return the document's phrase semantically nearest to the demand."""
        texts = (fields.get(field, "") for field in ("products", "keywords", "scope", "text", "title", "name"))
        clauses = [clause for text in texts for clause in self._reader.clauses(text)][:MOST_CLAUSES]
        if not clauses:
            return ()
        if self._table is None or asked.vector is None:
            return (clauses[0],)
        cut = [self._reader.cut(clause) for clause in clauses]
        return (clauses[self._table.closest(asked.vector, cut, self._reader.generic)],)


def _first(demand: str) -> tuple[str, ...]:
    clause = next((part.strip() for part in demand.split("。") if part.strip()), "")
    return (clause[:40],) if clause else ()
