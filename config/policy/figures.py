"""Sums in hand-written sentences: filled in from the items' own figures, never written by hand.

In an item's sentences {amount} stands for its own sum; {5.2} stands anywhere for that item's sum with its code behind
it, 100万元（5.2）; {clauses} and {items} for their number. A day must be one of the closing paragraph;
codes of items and numbers of documents are no sums. What people ask by may hold a sum that is its item's.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.toml_errors import Place
from config.toml_files import wrong

# The document's own text, what people type, and what no sentence shows.
_NOT_OURS = frozenset(
    ("text", "quote", "core", "preamble", "closing", "repeals", "heading", "signs", "when", "unless", "code", "figure")
)
_SPOKEN = "[零〇一二两三四五六七八九十百千]"
_SUM = re.compile(rf"(?:\d{{1,9}}+(?:\.\d{{1,4}}+)?|{_SPOKEN}{{1,8}})(?:万元|亿元|元/月|元|%|家|名)")
_FIGURE = re.compile(
    r"(?<![\d.])\d{1,2}\.\d(?![\d.%％万亿元])|〔\d{4}〕\d{1,4}号|(?P<digits>\d[\d.,年月日%％]*+)"
    rf"|(?P<spoken>{_SPOKEN}{{1,8}}+(?:[万亿元块名倍]|成(?![员功果本立为熟长]))|百分之{_SPOKEN}{{1,8}}+)"
)
# A sum in what people say; 想要一块地 holds none.
_TYPED = re.compile(rf"(\d{{1,9}}|{_SPOKEN}{{1,8}})([万亿元%家名])|百分之({_SPOKEN}{{1,8}})")
_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
# Separators of a sentence's parts; 首次获评单项冠军{5.1}、小巨人{5.2} has two.
_PARTS = re.compile("[、，。；：！？]")
SHORTEST_NAME = 3
_BLANK = re.compile(r"\{([^{}]*)\}")

Table = Mapping[str, Any]


def filled(folder: Path, files: Mapping[str, Table]) -> dict[str, Table]:
    """Return the folder's tables with the figures in their sentences filled in.

    Raises ConfigError where a sentence holds a figure of its own, puts an item's sum behind another one's name or
    names an item that has none, or where an item's amount is not the one of its figure and quote.
    """
    places = {
        item["code"]: (file, number, item)
        for file, table in files.items()
        for number, item in enumerate(table.get("item", ()))
    }
    sums = {code: found for code, place in places.items() if (found := _sum_of(folder, *place))}
    counts = {"clauses": str(sum(name.startswith("clause_") for name in files)), "items": str(len(places))}
    names = {code: [ask for ask in places[code][2]["asks"] if len(ask) >= SHORTEST_NAME] for code in sums}
    days = frozenset(_own(files["policy.toml"]["closing"]))
    return {
        file: _Filler(folder / file, sums, counts, names, days).table(table, (), "") for file, table in files.items()
    }


@dataclass(frozen=True, slots=True)
class _Filler:
    """Values for sentences: items' sums by code, counts; item `names`, `days` that may be mentioned."""

    path: Path
    sums: Mapping[str, str]
    counts: Mapping[str, str]
    names: Mapping[str, list[str]]
    days: frozenset[str]

    def table(self, table: Table, where: Place, code: str) -> Table:
        """Return the table with every sentence filled in; `code`: the item it belongs to."""
        code = str(table.get("code", code))
        return {
            key: value if key in _NOT_OURS else self._read(value, (*where, key), code) for key, value in table.items()
        }

    def _read(self, value: Any, where: Place, code: str) -> Any:
        if isinstance(value, dict):
            return self.table(value, where, code)
        if isinstance(value, list):
            return [self._read(one, (*where, number), code) for number, one in enumerate(value)]
        if not isinstance(value, str):
            return value
        if "asks" in where:
            return self._asked(value, where, code)
        return self._sentence(value, where, code)

    def _asked(self, words: str, where: Place, code: str) -> str:
        mine = [self.sums[code]] if code in self.sums else [] if code else self.sums.values()
        known = {figure for one in mine for figure in _typed(one)}
        if strange := [figure for figure in _typed(words) if figure not in known]:
            number, unit = strange[0]
            right = "、".join(mine) if code and mine else "见各条的 figure"
            raise wrong(self.path, where, f"“{words}”里的 {number}{unit} 不是这个事项的数字（{right}），请改正")
        return words

    def _sentence(self, sentence: str, where: Place, code: str) -> str:
        for figure in set(_own(_BLANK.sub("", sentence))) - self.days:
            what = f"“{figure}”是手写的数字，请写成 {{amount}} 或 {{5.2}} 这样，由程序填：{sentence}"
            raise wrong(self.path, where, what)
        for found in _BLANK.finditer(sentence):
            name = code if found[1] == "amount" else found[1]
            if name in self.sums and self._misnamed(sentence[: found.start()], name):
                raise wrong(self.path, where, f"{found[0]} 跟在别的事项的名称后面，请改正其中一个：{sentence}")
            if not self._known(name):
                raise wrong(self.path, where, f"{found[0]} 没有可填的数字，请写有金额的事项，如 {{5.2}}：{sentence}")
        return _BLANK.sub(lambda found: self._given(found[1], code), sentence)

    def _known(self, name: str) -> bool:
        # Blanks that the program fills later: {any}, {label}, {phrase}.
        return name in self.sums or name in self.counts or name.isalpha()

    def _given(self, name: str, code: str) -> str:
        if name == "amount":
            return self.sums[code]
        if name in self.sums:
            return f"{self.sums[name]}（{name}）"
        return self.counts.get(name, f"{{{name}}}")

    def _misnamed(self, before: str, code: str) -> bool:
        """Return whether the text before a sum, in its part of the sentence, names only other items."""
        part = _PARTS.split(before)[-1]
        named = {other for other, names in self.names.items() if any(name in part for name in names)}
        return bool(named) and code not in named


def _own(sentence: str) -> list[str]:
    """Return the literal figures in a sentence."""
    found = [hit["digits"] or hit["spoken"] for hit in _FIGURE.finditer(sentence)]
    return [figure.rstrip(".,") for figure in found if figure]


def _typed(words: str) -> Iterator[tuple[int, str]]:
    """Return each sum in what people say as a number and its unit: 三百万 is 300 and 万."""
    for number, unit, share in _TYPED.findall(words):
        given = number or share
        yield int(given) if given.isdigit() and given.isascii() else _number(given), unit or "%"


def _number(spoken: str) -> int:
    total, digit = 0, 0
    for char in spoken:
        if char in _TENS:
            total, digit = total + (digit or 1) * _TENS[char], 0
        else:
            digit = _DIGITS[char]
    return total + digit


def _sum_of(folder: Path, file: str, number: int, item: Table) -> str | None:
    """Return the sum in the item's figure; it must occur in the item's quote and equal its amount."""
    figure, amount = str(item.get("figure", "")), item.get("amount")
    found = _SUM.search(figure)
    said = found[0] if found else ""
    if said not in str(item.get("core", item["quote"])):
        raise wrong(
            folder / file,
            ("item", number, "figure"),
            f"figure 写的是{said}，事项 {item['code']} 的原文没有这个数字，请照原文改",
        )
    if amount is not None and said.removesuffix("/月") not in _written(amount):
        what = f"amount 是 {amount}，与 figure 的“{figure}”不是一个数，请照原文改"
        raise wrong(folder / file, ("item", number, "amount"), what)
    return said or None


def _written(amount: int) -> Collection[str]:
    """Return the spellings of an amount in yuan."""
    yuan = f"{amount}元"
    return (yuan,) if amount % 10_000 else (yuan, f"{amount // 10_000}万元")
