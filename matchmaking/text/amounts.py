"""Figures in typed text: sums in any notation, shares, counts, years."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from matchmaking.text.money_and_dates import number

Unit = Literal["yuan", "percent", "firms", "persons", "clauses", "year"]

_TENS = {"十": 10, "百": 100, "千": 1000}
_SPOKEN = "[零〇一二两三四五六七八九十百千]"
# 三百万, 一千万, 百万, 1千万, 300w; 两百多万 is the speaker's estimate, never a claim about the policy.
_LARGE = re.compile(
    rf"(?<!几)(\d{{1,12}}+(?:\.\d{{1,6}}+)?|{_SPOKEN}{{1,12}})?([千百十]?)([多来余几]?)(万|亿|w(?![a-z]))(?!一|别|不|要|分|能)元?块?"
)
# 两千四, 九百六十块; without 元 or 块 only forms not used for counting things: 两千四, 九百六.
_SPOKEN_SUM = re.compile(
    rf"({_SPOKEN}{{0,12}}[百千]{_SPOKEN}{{0,12}}+)(元|块)|(?<!{_SPOKEN})([一二两三四五六七八九][百千][一二三四五六七八九](?!{_SPOKEN}|[个家名人位条]))"
)
_SHARE_IN_WORDS = re.compile(rf"百分之({_SPOKEN}+)")
_PLAIN_SUM = re.compile(r"(\d{1,15}+(?:\.\d{1,6}+)?)(亿|万)|(\d{1,15}+)(?:元|块)")
_BARE = re.compile(r"(?<![\d.a-z])(\d{3,9})(?![\d.%年号条家名人位项款亿万元块平吨台套度天岁a-z])")
_OTHERS: tuple[tuple[Unit, re.Pattern[str]], ...] = (
    ("percent", re.compile(r"(\d{1,9}+(?:\.\d{1,6}+)?)%")),
    ("firms", re.compile(r"(\d{1,9}+)家")),
    ("persons", re.compile(rf"(\d{{1,9}}+|{_SPOKEN})[名位]")),
    (
        "clauses",
        re.compile(rf"(?<!第)(?<![\d一二三四五六七八九十])(\d{{1,9}}+|{_SPOKEN}{{1,9}}+)(?:条|个条|项|款)(?!件)"),
    ),
    ("year", re.compile(r"(20[1-9]\d)")),
)


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure and its position; sums in yuan."""

    unit: Unit
    value: float
    start: int
    end: int


def in_figures(text: str) -> str:
    """Convert sums and shares in words to figures: 三百万元 and 300w to 300万, 两千四 to 2400."""
    text = _SHARE_IN_WORDS.sub(lambda found: f"{spoken_number(found[1]):.0f}%", text)
    text = _LARGE.sub(_large, text)
    return _SPOKEN_SUM.sub(lambda found: f"{spoken_number(found[1] or found[3]):.0f}", text)


def amounts(text: str, given: Callable[[str], bool] = lambda before: False) -> list[Amount]:
    """Return the figures of a text processed by `in_figures`, in order.

    A bare number of three or more digits is a sum if `given` says so of the words before it.
    """
    found = [_sum(hit) for hit in _PLAIN_SUM.finditer(text)]
    taken = {at for amount in found for at in range(amount.start, amount.end)}
    for unit, pattern in _OTHERS:
        for hit in pattern.finditer(text):
            if hit.start() not in taken:
                found.append(Amount(unit, float(spoken_number(hit[1])), hit.start(), hit.end()))
                taken.update(range(*hit.span()))
    for hit in _BARE.finditer(text):
        if hit.start() not in taken and given(text[: hit.start()]):
            found.append(Amount("yuan", float(hit[1]), *hit.span()))
    return sorted(found, key=lambda amount: amount.start)


def spoken_number(written: str) -> float:
    """Parse a number in figures or words, 两千四 as 2400; 0 if it is neither."""
    return number(written) or 0


def _large(found: re.Match[str]) -> str:
    digits, times, about, unit = found.groups()
    if about or not (digits or times):
        return "许多万" if about else found[0]
    value = (spoken_number(digits) if digits else 1) * _TENS.get(times, 1)
    if unit == "亿":
        value *= 10_000
    return f"{value:g}万" if value < 1_000_000 else f"{value:.0f}万"


def _sum(hit: re.Match[str]) -> Amount:
    if hit[3]:
        return Amount("yuan", float(hit[3]), *hit.span())
    return Amount("yuan", float(hit[1]) * (10_000 if hit[2] == "万" else 100_000_000), *hit.span())
