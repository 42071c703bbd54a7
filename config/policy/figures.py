"""Sums in hand-written sentences: filled in from the items' own figures, never written by hand.

In an item's sentences {amount} stands for its own sum; {5.2} stands anywhere for that item's sum with its code behind
it, 100万元（5.2）; {clauses} and {items} for their number. A day must be one of the closing paragraph;
codes of items and numbers of documents are no sums.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from config.errors import UnavailableError

# The document's own words, what people type, and what no sentence shows.
_NOT_OURS = frozenset(
    (
        "text",
        "quote",
        "core",
        "preamble",
        "closing",
        "repeals",
        "heading",
        "asks",
        "signs",
        "when",
        "unless",
        "code",
        "figure",
    )
)
_SPOKEN = "[零〇一二两三四五六七八九十百千]"
_SUM = re.compile(rf"(?:\d{{1,9}}+(?:\.\d{{1,4}}+)?|{_SPOKEN}{{1,8}})(?:万元|亿元|元/月|元|%|家|名)")
_FIGURE = re.compile(
    r"(?<![\d.])\d{1,2}\.\d(?![\d.%％万亿元])|〔\d{4}〕\d{1,4}号|(?P<digits>\d[\d.,年月日%％]*+)"
    rf"|(?P<spoken>{_SPOKEN}{{1,8}}+(?:[万亿元块名倍]|成(?![员功果本立为熟长]))|百分之{_SPOKEN}{{1,8}}+)"
)
# A part of a sentence; 首次获评单项冠军{5.1}、小巨人{5.2} has two.
_PARTS = re.compile("[、，。；：！？]")
SHORTEST_NAME = 3
_BLANK = re.compile(r"\{(amount|clauses|items|\d{1,2}\.\d)\}")

Table = dict[str, Any]


def filled(files: Mapping[str, Table]) -> dict[str, Table]:
    """Return the folder's tables with the figures in their sentences filled in.

    Raises UnavailableError where a sentence holds a figure of its own, puts an item's sum behind another one's name or
    names an item that has none, or where an item's amount is not the one of its figure and quote.
    """
    items = {item["code"]: item for file in files.values() for item in file.get("item", ())}
    sums = {code: found for code, item in items.items() if (found := _sum_of(item))}
    counts = {"clauses": str(sum(name.startswith("clause_") for name in files)), "items": str(len(items))}
    names = {code: [ask for ask in items[code]["asks"] if len(ask) >= SHORTEST_NAME] for code in sums}
    filler = _Filler(sums, counts, names, frozenset(_own(files["policy.toml"]["closing"])))
    return {file: filler.table(file, table, "") for file, table in files.items()}


@dataclass(frozen=True, slots=True)
class _Filler:
    """What sentences are filled with: items' sums by code, counts; `names` items go by, `days` that may be named."""

    sums: Mapping[str, str]
    counts: Mapping[str, str]
    names: Mapping[str, list[str]]
    days: frozenset[str]

    def table(self, file: str, table: Table, code: str) -> Table:
        """Return the table with every sentence in it filled in; `code` is the item's that it stands in."""
        code = str(table.get("code", code))
        return {key: value if key in _NOT_OURS else self._read(file, key, value, code) for key, value in table.items()}

    def _read(self, file: str, key: str, value: Any, code: str) -> Any:
        if isinstance(value, dict):
            return self.table(file, value, code)
        if isinstance(value, list):
            return [self._read(file, key, one, code) for one in value]
        return self._sentence(file, key, value, code) if isinstance(value, str) else value

    def _sentence(self, file: str, key: str, sentence: str, code: str) -> str:
        blanks = [(found.start(), found[1]) for found in _BLANK.finditer(sentence)]
        meant = [(start, code if name == "amount" else name) for start, name in blanks if name not in self.counts]
        wrong = set(_own(_BLANK.sub("", sentence))) - self.days
        if wrong or any(name not in self.sums or self._misnamed(sentence[:start], name) for start, name in meant):
            raise UnavailableError("policy_sum", file=file, key=key, sentence=sentence)
        return _BLANK.sub(lambda found: self._given(found[1], code), sentence)

    def _given(self, name: str, code: str) -> str:
        if name == "amount":
            return self.sums[code]
        return self.counts.get(name) or f"{self.sums[name]}（{name}）"

    def _misnamed(self, before: str, code: str) -> bool:
        """Return whether what stands before a sum, in its part of the sentence, names other items and not its own."""
        part = _PARTS.split(before)[-1]
        named = {other for other, names in self.names.items() if any(name in part for name in names)}
        return bool(named) and code not in named


def _own(sentence: str) -> list[str]:
    """Return the figures that stand in a sentence as they are written."""
    found = [hit["digits"] or hit["spoken"] for hit in _FIGURE.finditer(sentence)]
    return [figure.rstrip(".,") for figure in found if figure]


def _sum_of(item: Table) -> str | None:
    """Return the sum in the item's figure; it must stand in the item's quote and be its amount."""
    figure, amount = str(item.get("figure", "")), item.get("amount")
    found = _SUM.search(figure)
    said = found[0] if found else ""
    quoted = said in str(item.get("core", item["quote"]))
    if not quoted or (amount is not None and said.removesuffix("/月") not in _written(amount)):
        raise UnavailableError("policy_sum", file=item["code"], key="figure", sentence=figure or amount)
    return said or None


def _written(amount: int) -> tuple[str, ...]:
    """Return how an amount in yuan is written."""
    yuan = f"{amount}元"
    return (yuan,) if amount % 10_000 else (yuan, f"{amount // 10_000}万元")
