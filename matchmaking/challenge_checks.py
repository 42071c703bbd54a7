"""Checks of a challenge draft: what it lacks and what may deter firms. Suggestions before posting, no refusal."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from matchmaking.text.lexicon import CheckWords, NameWords
from matchmaking.text.money_and_dates import MoneyRange, TimeLimit, deadlines, sums
from matchmaking.text.tokens import TextReader

NEAR_DOUBLE = 0.7
# Characters compared of each text; hundreds of long ones would take a second.
LONGEST_COMPARED = 1_000
FEWEST_PAIRS = 8
_TIME_OR_MONEY = re.compile(r"(?:年|月|日|天|周|点|元|万|亿|人|工作日)(?:以[上下内])?$")
_FIRM = re.compile(r"[一-鿿()]{2,24}?(?:有限公司|股份公司|集团公司)")
_QUOTED = 30


class SuggestionKind(StrEnum):
    """A suggestion's kind: first missing parts, then narrow wording, then duplicates."""

    NO_TARGET = "no_target"
    NO_DEADLINE = "no_deadline"
    NO_BUDGET = "no_budget"
    NO_RIGHTS = "no_rights"
    NO_BIDDER = "no_bidder"
    LOCAL_ONLY = "local_only"
    BRAND_ONLY = "brand_only"
    PATENT_ONLY = "patent_only"
    NAMES_A_FIRM = "names_a_firm"
    NEAR_DOUBLE = "near_double"


@dataclass(frozen=True)
class DraftSuggestion:
    """One suggestion; `quote` is the wording concerned, or the near-duplicate's id."""

    kind: SuggestionKind
    quote: str = ""


@dataclass(frozen=True)
class CheckedDraft:
    """The suggestions, and what was read: targets, sums and deadlines, to be shown back."""

    findings: tuple[DraftSuggestion, ...]
    targets: tuple[str, ...]
    sums: tuple[MoneyRange, ...]
    deadlines: tuple[TimeLimit, ...]


class ChallengeCheck:
    """Reads challenges; created once with the word lists."""

    def __init__(self, reader: TextReader, words: CheckWords | None = None, names: NameWords | None = None) -> None:
        words = words or CheckWords.load()
        places = "|".join(sorted((names or NameWords.load()).places, key=lambda place: (-len(place), place)))
        self._reader = reader
        self._said = {name: _compiled(patterns, places) for name, patterns in words.said.items()}
        self._narrow = {name: _compiled(patterns, places) for name, patterns in words.narrow.items()}

    def check(
        self,
        title: str,
        text: str,
        today: date,
        zone: ZoneInfo,
        *,
        poster: str = "",
        others: Mapping[str, str] | None = None,
    ) -> CheckedDraft:
        """Return what this challenge should still say, or say less narrowly.

        `poster`: the posting firm (it may name itself); `others`: challenges by id that it may duplicate.
        """
        cleaned = self._reader.clean(f"{title}。{text}")
        money, limits = sums(cleaned), deadlines(cleaned, today, zone)
        counted = {limit.text for limit in limits} | {amount.text for amount in money}
        targets = [
            quantity.text
            for quantity in self._reader.quantities(cleaned)
            if not _TIME_OR_MONEY.search(quantity.text) and not any(quantity.text in one for one in counted)
        ]
        missing = {
            SuggestionKind.NO_TARGET: bool(targets),
            SuggestionKind.NO_DEADLINE: bool(limits),
            SuggestionKind.NO_BUDGET: bool(money),
            SuggestionKind.NO_RIGHTS: _first(self._said["rights"], cleaned) is not None,
            SuggestionKind.NO_BIDDER: _first(self._said["bidder"], cleaned) is not None,
        }
        findings = [DraftSuggestion(kind) for kind, said in missing.items() if not said]
        for kind, name in (
            (SuggestionKind.LOCAL_ONLY, "local"),
            (SuggestionKind.BRAND_ONLY, "brand"),
            (SuggestionKind.PATENT_ONLY, "patent"),
        ):
            hit = _first(self._narrow[name], cleaned)
            if hit:
                findings.append(DraftSuggestion(kind, hit[:_QUOTED]))
        own = self._reader.clean(poster)
        named = next((hit[0] for hit in _FIRM.finditer(cleaned) if not own or own not in hit[0]), None)
        if named:
            findings.append(DraftSuggestion(SuggestionKind.NAMES_A_FIRM, named))
        findings += [
            DraftSuggestion(SuggestionKind.NEAR_DOUBLE, id_)
            for id_ in self.near_doubles(f"{title}。{text}", others or {})
        ]
        return CheckedDraft(tuple(findings), tuple(targets), tuple(money), tuple(limits))

    def near_doubles(self, text: str, others: Mapping[str, str]) -> list[str]:
        """Return the ids of texts sharing at least 70 % of the shorter one's character pairs, nearest first."""
        mine = self._pairs(text)
        near: list[tuple[float, str]] = []
        for id_, other in others.items():
            theirs = self._pairs(other)
            shorter = min(len(mine), len(theirs))
            share = len(mine & theirs) / shorter if shorter >= FEWEST_PAIRS else 0.0
            if share >= NEAR_DOUBLE:
                near.append((-share, id_))
        return [id_ for _, id_ in sorted(near)]

    def _pairs(self, text: str) -> set[str]:
        plain = "".join(char for char in self._reader.clean(text[:LONGEST_COMPARED]) if char.isalnum())
        return {one + two for one, two in pairwise(plain)}


def _compiled(patterns: Iterable[str], places: str) -> list[re.Pattern[str]]:
    return [re.compile(pattern.replace("{places}", places)) for pattern in patterns]


def _first(patterns: Iterable[re.Pattern[str]], text: str) -> str | None:
    hits = [hit for hit in (pattern.search(text) for pattern in patterns) if hit]
    return min(hits, key=lambda hit: hit.start())[0] if hits else None
