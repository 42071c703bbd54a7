"""A firm's size by 工信部联企业〔2011〕300号, from trade, staff, revenue and assets; unknown stays unknown."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

from config.toml_files import load

DATA = Path(__file__).parents[1] / "data" / "sizes.toml"
Indicator = Literal["staff", "revenue", "assets"]
INDICATORS: tuple[Indicator, ...] = ("staff", "revenue", "assets")
SIZES = ("micro", "small", "medium", "large")

_FIGURE = re.compile(
    r"(资产|收入|营收|人员|员工|职工|人数)?[^\d资收营人员职]{0,8}(\d{1,12}(?:\.\d{1,6})?)\s*(人|名|个人|亿|万)?"
)
_GROUPING = re.compile(r"(?<=\d),(?=\d{3})")
_STAFF_WORDS = ("人员", "员工", "职工", "人数", "人", "名", "个人")


@dataclass(frozen=True, slots=True)
class Trade:
    """One trade: the thresholds of small, medium and large for each indicator that counts there."""

    name: str
    also: tuple[str, ...]
    staff: tuple[float, ...] = ()
    revenue: tuple[float, ...] = ()
    assets: tuple[float, ...] = ()

    @property
    def floors(self) -> Mapping[Indicator, tuple[float, ...]]:
        """From which figures on firms are larger, for each indicator that counts here."""
        every: Mapping[Indicator, tuple[float, ...]] = {
            "staff": self.staff,
            "revenue": self.revenue,
            "assets": self.assets,
        }
        return {indicator: floors for indicator, floors in every.items() if floors}

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """Return the indicators needed here, in question order."""
        return tuple(indicator for indicator in INDICATORS if indicator in self.floors)

    def size(self, figures: Mapping[Indicator, float]) -> str | None:
        """Return the size by these figures; None while missing ones could still change it.

        The lowest level decides, so one figure below small means micro.
        """
        rungs = [
            sum(figures[indicator] >= floor for floor in floors)
            for indicator, floors in self.floors.items()
            if indicator in figures
        ]
        if len(rungs) < len(self.floors) and min(rungs, default=1) > 0:
            return None
        return SIZES[min(rungs)]

    def missing(self, figures: Mapping[Indicator, float]) -> tuple[Indicator, ...]:
        """Return the indicators still missing."""
        return tuple(indicator for indicator in self.indicators if indicator not in figures)

    def read(self, typed: str) -> dict[Indicator, float]:
        """Parse this trade's figures, money in 10,000 yuan: "120人，3500万", "收入1.2亿", "120 3500"."""
        found: dict[Indicator, float] = {}
        words = _GROUPING.sub("", unicodedata.normalize("NFKC", typed))
        for label, number, unit in _FIGURE.findall(words):
            value = float(number) * (10_000 if unit == "亿" else 1)
            indicator = self._meant(label, unit, found)
            if indicator is not None and indicator not in found:
                found[indicator] = value
        return found

    def _meant(self, label: str, unit: str, found: Mapping[Indicator, float]) -> Indicator | None:
        if label in _STAFF_WORDS or unit in _STAFF_WORDS:
            wanted: tuple[Indicator, ...] = ("staff",)
        elif label == "资产":
            wanted = ("assets",)
        elif label:
            wanted = ("revenue",)
        else:
            wanted = ("revenue", "assets") if unit else self.indicators
        return next((indicator for indicator in wanted if indicator in self.floors and indicator not in found), None)


class Trades:
    """The standard's trades, in display order."""

    def __init__(self, trades: tuple[Trade, ...]) -> None:
        self._trades = trades

    @classmethod
    def load(cls, path: Path = DATA) -> Self:
        """Load the thresholds."""
        return cls(load(path, dict[Literal["trade"], tuple[Trade, ...]])["trade"])

    def __iter__(self) -> Iterator[Trade]:
        return iter(self._trades)

    def named(self, name: str) -> Trade | None:
        """Return the trade with exactly this name."""
        return next((trade for trade in self._trades if trade.name == name), None)

    def in_words(self, typed: str) -> Trade | None:
        """Return the trade named in this text, by its longest name; None if none is."""
        words = "".join(unicodedata.normalize("NFKC", typed).lower().split())
        held = [(len(name), trade) for trade in self._trades for name in (trade.name, *trade.also) if name in words]
        return max(held, key=lambda pair: pair[0])[1] if held else None
