"""Read a firm's or demand's text: cleaned, numbers removed, cut into weighted tokens.

A token is a character pair, a word, or "≈" and a synonym group's first word. A word equal to a pair is one token.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import rjieba
from opencc import OpenCC

from matchmaking.text.lexicon import TextWords

LONGEST_TEXT = 20_000
# Products and keywords say what a firm sells, its name what it is; a registered scope lists much that is never done,
# and its first clauses are more reliable than its last.
FIELD_WEIGHTS: Mapping[str, float] = {
    "products": 3.0,
    "keywords": 2.0,
    "name": 1.5,
    "title": 2.0,
    "scope": 1.0,
    "text": 1.0,
}
FADING = {"scope"}
NOT_COUNTED = {"products", "keywords"}
FADES_BY = 120
TITLE_WEIGHT = 2.0
SYNONYM_WEIGHT = 0.5
_GRAIN = 64
_HEAVIEST = 30.0
_RUNS = re.compile(r"[一-鿿]+|[a-z][a-z0-9+#-]*+|\d+(?:\.\d+)?")
_CLAUSES = re.compile(r"[;；。,，、:：!！?？\n\r\t|/()（）]+")
_WORTH_SCRUBBING = re.compile(r"批准|除外|项目|执照|法律|法规|许可|凭|不含|范围")
_IS_WORD = re.compile(r"[一-鿿a-z]")
_GENERATION = re.compile(r"[2-6]g$")


@dataclass(frozen=True)
class Quantity:
    """A number with its unit, as in the text: 定位精度≤0.1mm."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class TokenizedText:
    """A text's weighted tokens by field, and its weighted words."""

    fields: Mapping[str, Mapping[str, float]]
    words: Mapping[str, float]

    @cached_property
    def totals(self) -> Mapping[str, float]:
        """Return each token's weight over all fields."""
        totals: defaultdict[str, float] = defaultdict(float)
        for tokens in self.fields.values():
            for token, weight in tokens.items():
                totals[token] += weight
        return {token: min(weight, _HEAVIEST) for token, weight in totals.items()}

    def length(self) -> float:
        """Return the text's length: its tokens' weight, without products and keywords.

        Weight above the maximum is ignored: otherwise repeating a frequent word would penalise others.
        """
        aside: defaultdict[str, float] = defaultdict(float)
        for field in NOT_COUNTED & self.fields.keys():
            for token, weight in self.fields[field].items():
                aside[token] += weight
        return sum(self.totals.values()) - sum(min(weight, _HEAVIEST) for weight in aside.values())


class TextReader:
    """Reads texts with the word lists of matchmaking/data; created once, as it loads the dictionary."""

    def __init__(self, words: TextWords | None = None) -> None:
        words = words or TextWords.load()
        self._stop = words.stop
        self.generic = words.generic
        self._boilerplate = [re.compile(pattern) for pattern in words.boilerplate]
        self._simplified = OpenCC("t2s").convert
        self._dictionary = rjieba.Jieba()
        self._groups: defaultdict[str, list[str]] = defaultdict(list)
        for group in words.synonyms:
            for word in group:
                self._groups[word].append("≈" + group[0])
        for word in sorted({*words.domain, *self._groups}):
            self._dictionary.add_word(word, 10_000, "n")
        units = "|".join(re.escape(unit) for unit in words.units)
        self._quantity = re.compile(
            r"(?:[≤≥<>±~～≈约]{1,4}|不(?:大|小|低|高|少|多|超)于|不超过|大于|小于|高于|低于|超过|至少|至多|优于)?\s{0,8}+"
            r"\d{1,15}+(?:[.,]\d{1,15}+){0,5}(?:\s{0,8}+[-~～—至到±]\s{0,8}+\d{1,15}+(?:\.\d{1,15}+)?)?\s{0,8}+(?:"
            + units
            + r")(?![a-z])(?:以上|以下|以内)?"
        )

    def clean(self, text: str) -> str:
        """Clean the text: lower case, simplified characters, boilerplate removed; the first 20,000 characters count."""
        text = self._simplified(unicodedata.normalize("NFKC", text[:LONGEST_TEXT])[:LONGEST_TEXT].lower())
        if _WORTH_SCRUBBING.search(text):
            for pattern in self._boilerplate:
                text = pattern.sub("。", text)
        return text

    def quantities(self, cleaned: str) -> list[Quantity]:
        """Return the numbers with units in a cleaned text, in order; 5g is a network generation, no weight."""
        if not any("0" <= char <= "9" for char in cleaned):
            return []
        found = (Quantity(hit[0].strip(), hit.start(), hit.end()) for hit in self._quantity.finditer(cleaned))
        return [quantity for quantity in found if not _GENERATION.fullmatch(quantity.text)]

    def without_quantities(self, cleaned: str) -> str:
        """Replace each number with unit in a cleaned text by a gap."""
        for quantity in reversed(self.quantities(cleaned)):
            cleaned = f"{cleaned[: quantity.start]} {cleaned[quantity.end :]}"
        return cleaned

    def cut(self, cleaned: str) -> list[str]:
        """Return a cleaned text's words, long ones also in parts, without stop words."""
        words = self._dictionary.cut_for_search(cleaned)
        return [word for word in words if _IS_WORD.match(word) and word not in self._stop]

    def document(self, fields: Mapping[str, str]) -> TokenizedText:
        """Read a firm or challenge for indexing; unknown fields are ignored."""
        by_field: dict[str, Mapping[str, float]] = {}
        words: defaultdict[str, float] = defaultdict(float)
        for field, weight in FIELD_WEIGHTS.items():
            text = fields.get(field)
            if not text:
                continue
            tokens: defaultdict[str, float] = defaultdict(float)
            position = 0
            for clause in _CLAUSES.split(self.without_quantities(self.clean(text))):
                here = weight / (1 + position / FADES_BY) if field in FADING else weight
                position += len(clause) + 1
                cut = self.cut(clause)
                for word in cut:
                    words[word] += here
                for token in self._tokens(clause, cut):
                    tokens[token] += here
            # Steps of 1/64 fit the index's half-precision numbers exactly, so that reasons sum to the score.
            by_field[field] = {token: (round(tf * _GRAIN) or 1) / _GRAIN for token, tf in tokens.items()}
        return TokenizedText(by_field, words)

    def demand(self, title: str, text: str) -> TokenizedText:
        """Read a demand; the title counts twice, and repetition counts at most four times."""
        by_field: dict[str, Mapping[str, float]] = {}
        words: defaultdict[str, float] = defaultdict(float)
        for field, part, weight in (("title", title, TITLE_WEIGHT), ("text", text, 1.0)):
            tokens: defaultdict[str, float] = defaultdict(float)
            for clause in _CLAUSES.split(self.without_quantities(self.clean(part))):
                cut = self.cut(clause)
                for word in cut:
                    words[word] += weight
                    if len(word) == 2:
                        tokens[word] += weight
                for token in self._tokens(clause, cut):
                    tokens[token] += weight * (SYNONYM_WEIGHT if token[0] == "≈" else 1)
            by_field[field] = tokens
        totals: defaultdict[str, float] = defaultdict(float)
        for tokens_of_field in by_field.values():
            for token, weight in tokens_of_field.items():
                totals[token] += weight
        return TokenizedText({"demand": {token: min(n, 4 * n / (n + 2)) for token, n in totals.items()}}, words)

    def groups(self, word: str) -> list[str]:
        """Return a word's synonym tokens."""
        return self._groups.get(word, [])

    def clauses(self, text: str) -> list[str]:
        """Return the cleaned parts of a text between punctuation marks."""
        return [clause.strip() for clause in _CLAUSES.split(self.clean(text)) if clause.strip()]

    def _tokens(self, clause: str, cut: Iterable[str]) -> list[str]:
        """Return all pairs of the clause, words that are no pairs, and their synonym groups."""
        tokens: list[str] = []
        for run in _RUNS.findall(clause):
            if run[0] >= "一":
                tokens += [run[at : at + 2] for at in range(len(run) - 1)] or [run]
            elif not run[0].isdigit() or len(run) > 2:
                tokens.append(run)
        for word in cut:
            if len(word) != 2 and word[0] >= "一":
                tokens.append(word)
            if word in self._groups:
                tokens += self._groups[word]
        return tokens
