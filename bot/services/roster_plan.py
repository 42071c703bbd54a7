"""What an official's table would do to the roster, line by line. Pure: reads nothing, changes nothing."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import Indel

from bot.services.roster_days import day_after, first_day
from bot.services.roster_file import WORDS, Line, normal
from config.areas import Areas
from config.policy.facts import Choice
from matchmaking import credit_code
from storage.roster import Listed, Title

LIKENESS = 0.74
MOST_CANDIDATES = 3
_CHUNK = 500
_SPLIT = re.compile(r"[/／、,，（）()\s]+")


@dataclass(frozen=True, slots=True)
class Given:
    """What the form says beside the table; a line's own column comes first.

    `complete`: whoever holds the title today and is not in the table holds it no more from `lapse_from` on.
    """

    title: str | None
    batch: str
    valid_from: date | None
    valid_until: date | None
    complete: bool
    today: date
    area: str | None = None


@dataclass(slots=True)
class Planned:
    """One firm of the table. `fate`: new, changed, same, doubtful, wrong (`why`: which column, `said`: its cell)."""

    line: int
    name: str
    code: str | None
    district: str | None
    zone: str | None
    titles: list[dict[str, Any]]
    fate: str = "new"
    entry_id: int | None = None
    why: str = ""
    said: str = ""
    candidates: list[list[Any]] = field(default_factory=list)


def plan(
    lines: Sequence[Line], roster: Sequence[Listed], given: Given, areas: Areas, titles: Mapping[str, str]
) -> dict[str, Any]:
    """The plan as it is kept: `rows` by line, `lapsed` as [entry, name, title]. `titles`: normalised name to code."""
    rows = _merged(_row(line, given, areas, titles) for line in lines)
    by_code = {entry.credit_code: entry for entry in roster if entry.credit_code}
    by_name: defaultdict[str, list[Listed]] = defaultdict(list)
    for entry in roster:
        by_name[normal(entry.name)].append(entry)
    unknown = [row for row in rows if row.fate != "wrong" and not _matched(row, by_code, by_name)]
    _find_doubtful(unknown, roster)
    lapsed = _lapsed(rows, roster, given) if given.complete else []
    return {"rows": [_kept(row) for row in rows], "lapsed": lapsed, "lapse_from": given.today.isoformat()}


def names_of(titles: Mapping[str, Choice]) -> dict[str, str]:
    """By each normalised name a title is known under, its code."""
    return {normal(name): code for code, choice in titles.items() for name in (choice.label, *choice.also)}


def titles_of(titles: Iterable[Mapping[str, Any]]) -> list[Title]:
    """The titles as a plan keeps them."""
    return [
        Title(
            title["title"],
            title["batch"],
            title["first"],
            date.fromisoformat(title["valid_from"]),
            None if title["valid_until"] is None else date.fromisoformat(title["valid_until"]),
        )
        for title in titles
    ]


def _kept(row: Planned) -> dict[str, Any]:
    return {one.name: getattr(row, one.name) for one in fields(row)}


def _row(line: Line, given: Given, areas: Areas, titles: Mapping[str, str]) -> Planned:
    cells = line.cells
    code = "".join(cells.get("code", "").split()).upper() or None
    written = cells.get("district", "")
    district, zone = _place(cells, given, areas)
    row = Planned(line.number, cells["name"], code, district, zone, [])
    title = titles.get(normal(cells["title"])) if "title" in cells else given.title
    batch = cells.get("batch") or given.batch
    starts = first_day(cells.get("from", "")) or first_day(cells.get("until", "")) if "from" in cells else None
    starts = starts or given.valid_from
    ends = day_after(cells.get("until", "")) or given.valid_until
    row.why = (
        "code"
        if code is not None and credit_code.fault(code)
        else "district"
        if written and district is None
        else "zone"
        if zone is not None and district not in (None, areas.district_of(zone))
        else "elsewhere"
        if given.area is not None and given.area not in (district, zone)
        else "title"
        if title is None
        else "batch"
        if not batch
        else "from"
        if starts is None
        else "until"
        if ends is not None and ends <= starts
        else ""
    )
    if row.why:
        in_a_place = row.why in ("zone", "elsewhere")
        row.fate, row.said = "wrong", cells.get(row.why, "") or (written if in_a_place else "")
        return row
    first = not any(word in f"{batch}{cells.get('title', '')}" for word in WORDS["common"]["review"])
    row.titles = [
        {
            "title": title,
            "batch": batch,
            "first": first,
            "valid_from": str(starts),
            "valid_until": None if ends is None else str(ends),
        }
    ]
    return row


def _place(cells: Mapping[str, str], given: Given, areas: Areas) -> tuple[str | None, str | None]:
    """District and zone of a line: of one cell, "江宁区/江宁开发区" too, or of two columns. A zone names its district.

    A park that is no development zone of the city's says nothing.
    """
    written = cells.get("district", "")
    named = [areas.find(part) for part in (written, *_SPLIT.split(written)) if part]
    found = list(dict.fromkeys(area for area in named if area is not None))
    beside = areas.find(cells.get("zone", ""))
    zones = [area for area in (*found, beside) if area is not None and areas.is_zone(area)]
    zone = zones[0] if zones else None
    district = next((area for area in found if not areas.is_zone(area)), None)
    if zone is None and not written and given.area is not None:
        zone, district = (given.area if areas.is_zone(given.area) else None), areas.district_of(given.area)
    return district or (areas.district_of(zone) if zone is not None and (found or not written) else None), zone


def _merged(rows: Iterable[Planned]) -> list[Planned]:
    """A firm that stands in the table twice is one, with the titles of both lines; two firms of one code are wrong."""
    seen: dict[tuple[str, str | None], Planned] = {}
    coded: dict[str, Planned] = {}
    kept: list[Planned] = []
    for row in rows:
        if row.fate == "wrong":
            kept.append(row)
            continue
        key = (normal(row.name), row.district)
        earlier = seen.get(key)
        holder = coded.get(row.code, earlier) if row.code else earlier
        if holder is not None and holder is not earlier:
            _fault(row, "double", holder)
        elif earlier is not None and row.code and earlier.code not in (None, row.code):
            _fault(row, "clash", earlier)
        elif earlier is not None:
            earlier.titles += [title for title in row.titles if title not in earlier.titles]
            earlier.code = earlier.code or row.code
        if row.fate == "wrong" or earlier is None:
            kept.append(row)
        if row.fate != "wrong":
            first = seen.setdefault(key, row)
            if row.code:
                coded.setdefault(row.code, first)
    return kept


def _fault(row: Planned, why: str, other: Planned) -> None:
    row.fate, row.why, row.said = "wrong", why, f"第 {other.line} 行 {other.name}"


def _matched(row: Planned, by_code: Mapping[str, Listed], by_name: Mapping[str, list[Listed]]) -> bool:
    entry = by_code.get(row.code) if row.code else None
    if entry is not None and normal(entry.name) != normal(row.name):
        # The same code under another name: renamed, or a slip of the pen. A person decides.
        row.fate, row.candidates = "doubtful", [[entry.id, entry.name, entry.district]]
        return True
    same = [entry] if entry is not None else by_name.get(normal(row.name), [])
    exact = [one for one in same if row.district in (None, one.district) or one.district is None]
    clashing = [one for one in exact if row.code and one.credit_code and one.credit_code != row.code]
    if len(exact) == 1 and not clashing:
        row.entry_id = exact[0].id
        row.fate = "same" if _adds_nothing(row, exact[0]) else "changed"
        return True
    if same:
        row.fate = "doubtful"
        row.candidates = [[one.id, one.name, one.district] for one in same[:MOST_CANDIDATES]]
        return True
    return False


def _adds_nothing(row: Planned, entry: Listed) -> bool:
    known = {(title.title, title.batch): title for title in entry.titles}
    for title in titles_of(row.titles):
        earlier = known.get((title.title, title.batch))
        if earlier is None or (title.valid_until is not None and title.valid_until != earlier.valid_until):
            return False
    return not (
        (row.code and not entry.credit_code)
        or (row.district and not entry.district)
        or (row.zone and row.zone != entry.zone)
    )


def _find_doubtful(unknown: Sequence[Planned], roster: Sequence[Listed]) -> None:
    """A name that is nearly one on the roster is not entered beside it without a person's word."""
    cores = [_core(entry.name) for entry in roster]
    if not cores:
        return
    for start in range(0, len(unknown), _CHUNK):
        part = unknown[start : start + _CHUNK]
        scores = process.cdist(
            [_core(row.name) for row in part], cores, scorer=Indel.normalized_similarity, score_cutoff=LIKENESS
        )
        for row, likeness in zip(part, scores, strict=True):
            near = [slot for slot in map(int, likeness.nonzero()[0]) if _may_be_near(row, roster[slot])]
            near.sort(key=lambda slot: -likeness[slot])
            if near:
                row.fate = "doubtful"
                best = [roster[slot] for slot in near[:MOST_CANDIDATES]]
                row.candidates = [[entry.id, entry.name, entry.district] for entry in best]


def _may_be_near(row: Planned, entry: Listed) -> bool:
    return row.district is None or entry.district in (None, row.district)


def _core(name: str) -> str:
    core = normal(name)
    for word in WORDS["common"]["before"]:
        core = core.removeprefix(word)
    for word in WORDS["common"]["after"]:
        core = core.removesuffix(normal(word))
    return core or normal(name)


def _lapsed(rows: Sequence[Planned], roster: Sequence[Listed], given: Given) -> list[list[Any]]:
    named = {row.entry_id for row in rows} | {one[0] for row in rows for one in row.candidates}
    about = {title["title"] for row in rows for title in row.titles}
    return [
        [entry.id, entry.name, title.title]
        for entry in roster
        if entry.id not in named and given.area in (None, entry.district, entry.zone)
        for title in entry.valid_titles(given.today)
        if title.title in about
    ]
