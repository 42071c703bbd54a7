"""Titles that a complete list ends: never of an entry some cell may mean, and none while the table is unclear."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from rapidfuzz import process
from rapidfuzz.distance import Indel, Levenshtein

from bot.services.roster.rows import ImportDefaults, PlannedRow, unmarked
from bot.services.roster.spreadsheet import WORDS, ParsedTable
from bot.services.table_file import normal
from storage.roster.roster import Listed

T = TypeVar("T")

LIKENESS = 0.74
_SLIPS = 1
_SHORTEST_MENTION, _LONGEST_MENTION = 3, 60
# Minimum length of a short name: 云杼传感 for 南京云杼传感科技有限公司.
_SHORTEST_FORM = 4
# Names compared in one call, which holds the GIL.
_PAIRS = 100_000
# Split a text at punctuation, and at the end of each firm name.
_PIECES = re.compile(r"[^()\[\]:;,.、。；：，（）]*?公司|[^()\[\]:;,.、。；：，（）]+")
_LONGEST_TEXT = 200
_LETTERS = re.compile(r"[^\W\d_a-z]")
_SHOWN = 60


def of_table(
    table: ParsedTable, rows: Sequence[PlannedRow], roster: Sequence[Listed], given: ImportDefaults
) -> dict[str, list[Any]]:
    """Return what a complete list ends: `lapsed`, `waiting`, `held` and `spared`, as the plan stores them."""
    found: dict[str, list[Any]] = {"lapsed": [], "waiting": [], "held": [], "spared": []}
    if not given.complete:
        return found
    fates = {row.fate for row in rows}
    found["held"] = [
        *(["wrong"] if "wrong" in fates else []),
        *(["parts"] if any(part.why for part in table.parts) else []),
        *(["doubtful"] if "doubtful" in fates else []),
    ]
    if found["held"] not in ([], ["doubtful"]):
        return found
    named = {row.entry_id for row in rows} | {one[0] for row in rows for one in row.candidates}
    about = {title["title"] for row in rows for title in row.titles}
    gone = [
        (entry, title.title)
        for entry in roster
        if entry.id not in named and given.area in (None, entry.district, entry.zone)
        for title in entry.valid_titles(given.today)
        if title.title in about
    ]
    exact = {normal(row.name) for row in rows if row.entry_id is not None}
    words = _said(table.mentions, exact)
    meant = _meant(list({entry.id: entry for entry, _ in gone}.values()), words)
    ends = [[entry.id, entry.name, title] for entry, title in gone if entry.id not in meant]
    found["waiting" if found["held"] else "lapsed"] = list(map(list, dict.fromkeys(map(tuple, ends))))
    names = {entry.id: entry.name for entry, _ in gone}
    found["spared"] = [[entry_id, names[entry_id], words[:_SHOWN]] for entry_id, words in sorted(meant.items())]
    return found


def core(name: str) -> str:
    """Strip the city and the legal form from a firm name."""
    left = normal(name)
    for word in WORDS.common.before:
        left = left.removeprefix(word)
    for word in WORDS.common.after:
        left = left.removesuffix(normal(word))
    return left or normal(name)


def _said(mentions: Iterable[str], exact: set[str]) -> dict[str, str]:
    """Return the cells that could mean a firm, normalised; not those exactly naming a line's firm."""
    said: dict[str, str] = {}
    for words in mentions:
        whole = normal(unmarked(words))
        said[whole] = words
        for piece in _PIECES.findall(whole) if len(whole) <= _LONGEST_TEXT else ():
            # “原南京…公司，已更名”: the name begins at the city.
            said.setdefault(piece[max(0, *(piece.rfind(city) for city in WORDS.common.before)) :], words)
    return {key: words for key, words in said.items() if len(key) >= _SHORTEST_MENTION and key not in exact}


def _meant(entries: Sequence[Listed], said: Mapping[str, str]) -> dict[int, str]:
    """Return, by entry, the text that may mean it: containing its name or code, nearly its name, or a short form."""
    meant: dict[int, str] = {}
    hay = "\n".join(said)
    forms = {core(key.removesuffix("公司")): words for key, words in said.items() if len(key) >= _SHORTEST_FORM}
    for entry in entries:
        name, own = normal(entry.name), core(entry.name)
        inside = [name, own] if len(own) >= _SHORTEST_MENTION else [name]
        inside += [normal(entry.credit_code)] if entry.credit_code else []
        # 原名云杼传感, 由云杼传感更名: a short form within other text.
        inside += [own[:_SHORTEST_FORM]] if len(own) > _SHORTEST_FORM else []
        at = next((place for place in map(hay.find, inside) if place >= 0), -1)
        form = next((own[:length] for length in range(len(own), 1, -1) if own[:length] in forms), None)
        if at >= 0:
            begins, ends = hay.rfind("\n", 0, at) + 1, hay.find("\n", at)
            meant[entry.id] = said[hay[begins : ends if ends >= 0 else None]]
        elif form is not None:
            meant[entry.id] = forms[form]
    return meant | _near([entry for entry in entries if entry.id not in meant], said)


def _near(entries: Sequence[Listed], said: Mapping[str, str]) -> dict[int, str]:
    keys = [key for key in said if len(key) <= _LONGEST_MENTION and len(_LETTERS.findall(key)) > 1]
    if not keys or not entries:
        return {}
    cores = [core(key) for key in keys]
    meant: dict[int, str] = {}
    for part in batched(entries, len(keys)):
        own = [core(entry.name) for entry in part]
        like = process.cdist(own, cores, scorer=Indel.normalized_similarity, score_cutoff=LIKENESS)
        slips = process.cdist(own, cores, scorer=Levenshtein.distance, score_cutoff=_SLIPS)
        for row, entry in enumerate(part):
            near = [int(at) for at in ((like[row] > 0) | (slips[row] <= _SLIPS)).nonzero()[0]]
            if near:
                meant[entry.id] = said[keys[near[0]]]
    return meant


def batched(some: Sequence[T], others: int) -> Iterator[Sequence[T]]:
    """Yield slices to compare with so many others: each takes milliseconds, so that other threads can run."""
    size = max(1, _PAIRS // max(1, others))
    for start in range(0, len(some), size):
        yield some[start : start + size]
