"""Turn a row of an official's table into a firm with its titles, or an error saying what is wrong. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from bot.services.policy import roster_days
from bot.services.roster import awards
from bot.services.roster.spreadsheet import SheetLine, looks_like_a_firm
from bot.services.table_file import normal
from config.areas import Areas
from config.policy.facts import FactChoice
from matchmaking.names import credit_code

_SPLIT = re.compile(r"[/／、,，（）()\s]")
# Added to a row's cells from its header, the heading above its group and the sheet's name.
_DERIVED = frozenset({"award_head", "group"})
_BESIDE_NAME = frozenset({"name", "note"}) | _DERIVED
_QUOTES = re.compile(r"[“”\"'‘’「」『』《》〈〉]")
# Marks and numbers that officials put before and after a name.
_MARKED = re.compile(r"(?:[★☆*●○■□▲△#]+|\d{1,4}[.、](?=\D))\s*")
_MARKS_BEHIND = "*★☆ "
# A line broken within a name, or letters spaced out.
_BREAK = re.compile(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])")
_NUMBERED = re.compile(r"^(?:[一二三四五六七八九十\d]{1,3}[、.]|\([一二三四五六七八九十\d]{1,3}\))")
_SHORTEST_DAYS, _LONGEST_DAYS = 28, 20 * 366
_BLOCK, _SHEET = 10**6, 10**8
_PER_TITLE = ("title", "batch", "from", "until", "span", "award", "awarded")
LONGEST_NAME = 100
DOUBTFUL_NAME = "name_doubtful"
# A text this short is a firm's short name rather than a note.
_SHORT = 2


@dataclass(frozen=True, slots=True)
class ImportDefaults:
    """Form fields beside the table; a line's own column takes precedence.

    `complete`: current holders of the title missing from the table lose it from `lapse_from` on. `first`: whether its
    awards are first ones, unless a line says so; None: unknown.
    """

    title: str | None
    batch: str
    valid_from: date | None
    valid_until: date | None
    complete: bool
    today: date
    area: str | None = None
    first: bool | None = None


@dataclass(slots=True)
class PlannedRow:
    """One firm of the table. `fate`: new, changed, same, doubtful, wrong (`why`: which column, `said`: its cell).

    `line`: its row as the program shows it, in the sheet of this index and the table of this index in the row; `key`:
    the same as one number. `cells`: what the table holds.
    """

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
    sheet: int = 0
    key: int = 0
    block: int = 0
    cells: dict[str, str] = field(default_factory=dict)


def names_of(titles: Mapping[str, FactChoice]) -> dict[str, str]:
    """Return title codes by each normalised name of the title."""
    return {_title_key(name): code for code, choice in titles.items() for name in (choice.label, *choice.also)}


def title_named(written: str, names: Mapping[str, str]) -> str | None:
    """Return the title code for this text, else None. 省级小巨人 is not a title of the policy."""
    key = _title_key(written)
    bare = key.partition("(")[0]
    tries = (key, bare, bare.removeprefix("国家级"), bare.removeprefix("国家"))
    return next((names[one] for one in tries if one in names), None)


def _title_key(written: str) -> str:
    return _QUOTES.sub("", normal(written))


def of_line(line: SheetLine, given: ImportDefaults, areas: Areas, names: Mapping[str, str]) -> PlannedRow:
    """Parse the firm of this line; a cell may hold several titles, separated by 、 as are their batches and days."""
    rows = [_row(part, given, areas, names) for part in _parted(line, names)]
    for row in rows:
        row.cells = {what: cell for what, cell in line.cells.items() if what not in _DERIVED}
    wrong = next((row for row in rows if row.fate == "wrong"), None)
    if wrong is not None:
        return wrong
    for other in rows[1:]:
        rows[0].titles += other.titles
    return rows[0]


def _parted(line: SheetLine, names: Mapping[str, str]) -> Iterator[SheetLine]:
    written = line.cells.get("title", "").split("、")
    count = len(written)
    if count == 1 or any(title_named(one, names) is None for one in written):
        yield line
        return
    parted = {what: line.cells.get(what, "").split("、") for what in _PER_TITLE}
    for place in range(count):
        own = {what: cells[place] for what, cells in parted.items() if len(cells) == count}
        yield replace(line, cells={**line.cells, **own})


def _row(line: SheetLine, given: ImportDefaults, areas: Areas, names: Mapping[str, str]) -> PlannedRow:
    cells = line.cells
    code = "".join(cells.get("code", "").split()).upper() or None
    written = cells.get("district", "")
    district, zone = _place(cells, given, areas)
    name = _BREAK.sub("", unmarked(cells.get("name", "")))
    row = PlannedRow(line.number, name[:LONGEST_NAME], code, district, zone, [], sheet=line.sheet)
    row.block = line.block
    row.key = line.number + _BLOCK * line.block + _SHEET * line.sheet
    title = title_named(cells["title"], names) if "title" in cells else given.title
    batch = cells.get("batch") or given.batch
    days = _days(cells, given)
    name_fault = _name_fault(cells)
    row.why = (
        ("" if name_fault == DOUBTFUL_NAME else name_fault)
        or ("code" if code is not None and credit_code.fault(code) else "")
        or ("district" if written and district is None else "")
        or ("zone" if zone is not None and district not in (None, areas.district_of(zone)) else "")
        or ("elsewhere" if given.area is not None and given.area not in (district, zone) else "")
        or ("title" if title is None else "")
        or ("" if batch else "batch")
        or days.why
        or name_fault
    )
    if row.why:
        in_a_place = row.why in ("zone", "elsewhere")
        row.fate = "wrong"
        row.said = days.said if row.why == days.why else cells.get(row.why, "") or (written if in_a_place else "")
        # A name that looks like none is one all the same if the roster has it: see import_plan.
        if row.why != DOUBTFUL_NAME:
            return row
    row.titles = [
        {
            "title": title,
            "batch": batch,
            "first": awards.first_of(cells, batch, otherwise=given.first),
            "valid_from": str(days.starts),
            "valid_until": None if days.ends is None else str(days.ends),
            "endless": days.endless,
            "awarded": None if days.awarded is None else str(days.awarded),
        }
    ]
    return row


def unmarked(name: str) -> str:
    """Return the name without officials' marks before and after it."""
    found = _MARKED.match(name)
    bare = (name[found.end() :] if found else name).rstrip(_MARKS_BEHIND)
    return bare or name


def _name_fault(cells: Mapping[str, str]) -> str:
    name = cells.get("name", "")
    # An unevaluated formula leaves 0 or #REF! in the name's cell.
    if not any(sign.isalpha() for sign in name) or name.startswith("#"):
        return "name"
    if len(name) > LONGEST_NAME:
        return "name_long"
    # Alone in its row: a subtotal or a note in unforeseen words.
    alone = not any(value for what, value in cells.items() if what not in _BESIDE_NAME)
    return DOUBTFUL_NAME if alone and len(name) > _SHORT and not looks_like_a_firm(name) else ""


@dataclass(slots=True)
class _ValidPeriod:
    starts: date | None = None
    ends: date | None = None
    endless: bool = False
    awarded: date | None = None
    why: str = ""
    said: str = ""


def _days(cells: Mapping[str, str], given: ImportDefaults) -> _ValidPeriod:
    """Return the validity span; an unreadable cell is an error, never replaced by the form's value."""
    span = _ValidPeriod()
    for what in ("from", "span", "until"):
        cell = cells.get(what, "")
        if not cell:
            continue
        found = roster_days.read(cell)
        if found is None:
            return _ValidPeriod(why="date", said=cell)
        ends_here = what != "from" or found.two
        if (ends_here and found.after is None and not found.endless) or (what == "from" and found.first is None):
            return _ValidPeriod(why="date", said=cell)
        if span.starts is None and found.first is not None and (what == "from" or found.two):
            span.starts = found.first
        if ends_here:
            span.ends, span.endless, span.said = found.after, found.endless, cell
    award = cells.get("awarded", "")
    if award:
        found = roster_days.read(award)
        if found is None or found.first is None or found.two:
            return _ValidPeriod(why="date", said=award)
        # A month or a year holds no day of an award.
        span.awarded = found.first if found.after == found.first + timedelta(days=1) else None
        # Where no start is written, a title holds from its award on.
        span.starts = span.starts or found.first
    span.starts = span.starts or given.valid_from
    if span.ends is None and not span.endless:
        span.ends = given.valid_until
    span.why = "from" if span.starts is None else span_fault(span.starts, span.ends)
    if span.why == "span":
        span.said = f"{span.starts} 至 {span.ends}（不含）"
    return span


def span_fault(starts: date, ends: date | None) -> str:
    """Return what is wrong with this validity: `until` before its start, `span` too short or too long, or ""."""
    if ends is None:
        return ""
    if ends <= starts:
        return "until"
    return "" if _SHORTEST_DAYS <= (ends - starts).days <= _LONGEST_DAYS else "span"


def _place(cells: Mapping[str, str], given: ImportDefaults, areas: Areas) -> tuple[str | None, str | None]:
    """Return district and zone of a line, from one cell (also "江宁区/江宁开发区") or two. A zone implies its district.

    An agency stands for its area: 江宁区工信局. A park that is no development zone of the city is ignored. A cell
    naming two districts names none.
    """
    written = cells.get("district", "")
    named = [areas.find(part) or areas.of_agency(part) for part in (written, *_SPLIT.split(written)) if part]
    found = list(dict.fromkeys(area for area in named if area is not None))
    beside = areas.find(cells.get("zone", ""))
    zones = [area for area in (*found, beside) if area is not None and areas.is_zone(area)]
    zone = zones[0] if zones else None
    districts = [area for area in found if not areas.is_zone(area)]
    if len(districts) > 1:
        return None, None
    district = districts[0] if districts else None
    if not written and beside is None:
        # No cell says it: the heading above the row's group, or the sheet's name.
        over = _NUMBERED.sub("", cells.get("group", "")).partition("(")[0]
        area = areas.find(over) or areas.of_agency(over)
        if area is not None:
            return areas.district_of(area), area if areas.is_zone(area) else None
    if zone is None and not written and given.area is not None:
        zone, district = (given.area if areas.is_zone(given.area) else None), areas.district_of(given.area)
    return district or (areas.district_of(zone) if zone is not None and (found or not written) else None), zone
