"""Plan what an official's table would do to the roster, line by line. Pure: no reads, no changes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from bot.services.roster import lapse
from bot.services.roster import rows as row_service
from bot.services.roster import titles as title_service
from bot.services.roster.export import UNTITLED
from bot.services.roster.rows import DOUBTFUL_NAME, ImportDefaults, PlannedRow, unmarked
from bot.services.roster.spreadsheet import ParsedTable, SkippedRow
from bot.services.table_file import normal
from config.areas import Areas
from matchmaking.names.resolve import NameIndex
from storage.roster.roster import Listed

MOST_CANDIDATES = 3


def plan(
    table: ParsedTable, roster: Sequence[Listed], given: ImportDefaults, areas: Areas, titles: Mapping[str, str]
) -> dict[str, Any]:
    """Return the plan as stored; `titles`: normalised name to code.

    `rows` by line; `skipped` rows with the reason; `parts`, the sheets; `read`, the number of rows. What a complete
    list ends is in `lapsed` as [entry, name, title], in `waiting` while lines are undecided. `held`: why it ends
    nothing; `spared`: left out as [entry, name, the table's text that may mean it].
    """
    untitled = [line for line in table.lines if line.cells.get("title") == UNTITLED]
    merged = [
        SkippedRow(line.number, "untitled", line.cells.get("name", ""), line.sheet, line.block) for line in untitled
    ]
    titled = (line for line in table.lines if line.cells.get("title") != UNTITLED)
    rows = _merged((row_service.of_line(line, given, areas, titles) for line in titled), merged)
    by_code = {entry.credit_code: entry for entry in roster if entry.credit_code}
    by_name: defaultdict[str, list[Listed]] = defaultdict(list)
    for entry in roster:
        by_name[_key(entry.name)].append(entry)
    named = [row for row in rows if row.fate != "wrong" or row.why == DOUBTFUL_NAME]
    unknown = [row for row in named if not _matched(row, by_code, by_name)]
    _find_doubtful(unknown, by_name)
    for row in rows:
        if row.fate != "wrong":
            row.why = ""
    _resolve_titles(rows, roster)
    return {
        "rows": [_kept(row) for row in rows],
        "skipped": [asdict(one) for one in (*table.skipped, *merged)],
        "parts": [asdict(part) for part in table.parts],
        "read": len(table.lines) + len(table.skipped),
        "lapse_from": given.today.isoformat(),
        **lapse.of_table(table, rows, roster, given),
    }


def _resolve_titles(rows: Iterable[PlannedRow], roster: Sequence[Listed]) -> None:
    """Settle each row's titles: no first award if the roster has an earlier one, the known end where none is given."""
    entries = {entry.id: entry for entry in roster}
    for row in rows:
        entry = entries.get(row.entry_id or 0)
        known = title_service.merged(() if entry is None else entry.titles, row.titles)
        settled = {(title.title, title.batch): title for title in known}
        for title in row.titles:
            stands = settled[title["title"], title["batch"]]
            title["first"] = stands.first
            title["valid_until"] = None if stands.valid_until is None else str(stands.valid_until)
            title["awarded"] = None if stands.awarded is None else str(stands.awarded)


def _kept(row: PlannedRow) -> dict[str, Any]:
    kept = {one.name: getattr(row, one.name) for one in fields(row)}
    return kept if row.fate == "wrong" else kept | {"cells": {}}


def _merged(rows: Iterable[PlannedRow], merged: list[SkippedRow]) -> list[PlannedRow]:
    """Merge a firm's duplicate rows with both rows' titles; two firms with one code are wrong.

    The later line goes to `merged`.
    """
    seen: dict[tuple[str, str | None], PlannedRow] = {}
    coded: dict[str, PlannedRow] = {}
    kept: list[PlannedRow] = []
    for row in rows:
        if row.fate == "wrong":
            kept.append(row)
            continue
        key = (_key(row.name), row.district)
        earlier = seen.get(key)
        holder = coded.get(row.code, earlier) if row.code else earlier
        if holder is not None and holder is not earlier:
            _fault(row, "double", holder)
        elif earlier is not None and row.code and earlier.code not in (None, row.code):
            _fault(row, "clash", earlier)
        elif earlier is not None and _contradict(earlier.titles, row.titles):
            _fault(row, "contrary", earlier)
        elif earlier is not None:
            earlier.titles += [title for title in row.titles if title not in earlier.titles]
            earlier.code = earlier.code or row.code
            merged.append(SkippedRow(row.line, "merged", f"第 {earlier.line} 行 {earlier.name}", row.sheet, row.block))
        if row.fate == "wrong" or earlier is None:
            kept.append(row)
        if row.fate != "wrong":
            first = seen.setdefault(key, row)
            if row.code:
                coded.setdefault(row.code, first)
    return kept


def _contradict(some: Iterable[Mapping[str, Any]], others: Iterable[Mapping[str, Any]]) -> bool:
    """Tell whether both name an award of one title and batch, with other days or another answer."""
    known = {(title["title"], title["batch"]): title for title in some}
    pairs = ((known.get((title["title"], title["batch"])), title) for title in others)
    told = ("first", "valid_from", "valid_until", "awarded")
    return any(one is not None and any(one[what] != other[what] for what in told) for one, other in pairs)


def _fault(row: PlannedRow, why: str, other: PlannedRow) -> None:
    row.fate, row.why, row.said = "wrong", why, f"第 {other.line} 行 {other.name}"


def _matched(row: PlannedRow, by_code: Mapping[str, Listed], by_name: Mapping[str, list[Listed]]) -> bool:
    entry = by_code.get(row.code) if row.code else None
    if entry is not None and _key(entry.name) != _key(row.name):
        # Same code, different name: renamed or a typo. A person decides.
        row.fate, row.candidates = "doubtful", [[entry.id, entry.name, entry.district]]
        return True
    same = [entry] if entry is not None else by_name.get(_key(row.name), [])
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


def _key(name: str) -> str:
    """Return a name for comparison: without the marks and guards that reading a table takes off."""
    return normal(unmarked(name.removeprefix("'")))


def _adds_nothing(row: PlannedRow, entry: Listed) -> bool:
    if set(title_service.merged(entry.titles, row.titles)) != set(entry.titles):
        return False
    return not (
        (row.code and not entry.credit_code)
        or (row.district and not entry.district)
        or (row.zone and row.zone != entry.zone)
    )


def _find_doubtful(unknown: Sequence[PlannedRow], by_name: Mapping[str, list[Listed]]) -> None:
    """Mark names that may be a misspelling of one on the roster as doubtful: a person decides."""
    if not unknown or not by_name:
        return
    index = NameIndex(by_name)
    for row in unknown:
        near = [entry for name in index.near(row.name) for entry in by_name[name] if _may_be_near(row, entry)]
        if near:
            row.fate = "doubtful"
            row.candidates = [[entry.id, entry.name, entry.district] for entry in near[:MOST_CANDIDATES]]


def _may_be_near(row: PlannedRow, entry: Listed) -> bool:
    return row.district is None or entry.district in (None, row.district)
