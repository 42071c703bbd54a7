"""Read an official's table of firms: header anywhere, merged cells, subtotals; no row is dropped silently."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from bot.services import table_file
from bot.services.table_file import MOST_ROWS, Sheet, SheetRow, normal
from config.errors import InputError
from config.roster_words import RosterWords

WORDS = RosterWords.load()
_HEADER_WITHIN = 40
_LONGEST_HEAD = 20
_COLUMNS = [(normal(word), what) for what, words in WORDS.columns.items() for word in words]
_NAME_HEAD = re.compile("|".join(normal(word) for word in WORDS.columns["name"]))
_BEGINS = tuple(map(normal, WORDS.footers.begins))
_WITHIN = tuple(map(normal, WORDS.footers.within))
_FIRMS = tuple(map(normal, WORDS.common.firms))
# 共2家, 3家, 第2页,共3页, 二、浦口区(1家), (一)江宁区, 附件2: matching a whole cell.
_NO_NAME = re.compile(
    r"[\(\[]?共?\d{1,6}[家户个]企?业?[\)\]]?|第\d{1,4}页.{0,20}|附[件表]?\d{0,3}|.{0,30}共\d{1,6}[家户个]企?业?[\)\]]?"
    r"|[一二三四五六七八九十]{1,3}[、.].{0,40}|\([一二三四五六七八九十]{1,3}\).{0,40}|.{1,20}\(\d{1,6}[家户个]\)"
)
_NUMBER = re.compile(r"[\d\W_]*")
_DATE = re.compile(r"\d{4}[-年./]\d{1,2}[-月./]\d{1,2}日?")
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One table row: its number as the program shows it, and its cells by column meaning.

    `sheet`: the sheet's index, from 0. A line without a name cannot be imported.
    """

    number: int
    cells: Mapping[str, str]
    sheet: int = 0


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A row below a header that is no firm. `why`: header, footer, in a plan also merged, untitled; `said`: text."""

    number: int
    why: str
    said: str
    sheet: int = 0


@dataclass(frozen=True, slots=True)
class SheetSummary:
    """A sheet: how many rows were read, and how many non-empty ones were not.

    `why` they were not: hidden, no_header, beside (a second table), far (right of the last column); else "".
    """

    name: str
    read: int
    unread: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True)
class ParsedTable:
    """Parsed file. `mentions`: every distinct cell text, including unread parts."""

    lines: Sequence[SheetLine]
    skipped: Sequence[SkippedRow] = ()
    parts: Sequence[SheetSummary] = ()
    mentions: Sequence[str] = field(default=(), repr=False)

    def to_lines(self) -> Iterator[str]:
        """Serialise the table as lines of JSON, for another process."""
        yield json.dumps([asdict(part) for part in self.parts])
        for line in self.lines:
            yield json.dumps(["line", line.number, dict(line.cells), line.sheet])
        for skipped in self.skipped:
            yield json.dumps(["skipped", skipped.number, skipped.why, skipped.said, skipped.sheet])
        for words in self.mentions:
            yield json.dumps(["mention", words])

    @classmethod
    def from_lines(cls, lines: Iterable[str]) -> Self:
        """Deserialise the table."""
        rest = iter(lines)
        parts = [SheetSummary(**part) for part in json.loads(next(rest))]
        kinds: dict[str, list[list[Any]]] = {"line": [], "skipped": [], "mention": []}
        for line in rest:
            kind, *values = json.loads(line)
            kinds[kind].append(values)
        found = [SheetLine(*values) for values in kinds["line"]], [SkippedRow(*values) for values in kinds["skipped"]]
        return cls(*found, parts, [str(values[0]) for values in kinds["mention"]])


def read(data: bytes, *, mentioning: bool = True) -> ParsedTable:
    """Read firm rows from every visible sheet with a header, and list what was not read.

    `mentioning`: include every cell's text, for a complete list. Raises InputError: too large, macros, damaged or
    truncated file, no header row, no rows, too many.
    """
    sheets = table_file.read(data)
    lines: list[SheetLine] = []
    skipped: list[SkippedRow] = []
    parts: list[SheetSummary] = []
    for place, sheet in enumerate(sheets):
        parts.append(_read_sheet(sheet, place, lines, skipped))
    if not any(part.why in ("", "beside", "far") and sheet.rows for part, sheet in zip(parts, sheets, strict=True)):
        raise InputError("table_no_header")
    if not lines:
        raise InputError("table_empty")
    if not mentioning:
        return ParsedTable(lines, skipped, parts)
    mentions = dict.fromkeys(cell for sheet in sheets for row in sheet.rows for cell in row.cells if cell)
    return ParsedTable(lines, skipped, parts, list(mentions))


def read_sheet(sheet: Sheet) -> tuple[list[SheetLine], SheetSummary]:
    """Read one sheet's firm rows; none if hidden or without header. Raises InputError for too many."""
    lines: list[SheetLine] = []
    part = _read_sheet(sheet, 0, lines, [])
    return lines, part


def _read_sheet(sheet: Sheet, place: int, lines: list[SheetLine], skipped: list[SkippedRow]) -> SheetSummary:
    if sheet.hidden:
        return SheetSummary(sheet.name, 0, len(sheet.rows), "hidden" if sheet.rows else "")
    found = _find_header(sheet)
    if found is None:
        return SheetSummary(sheet.name, 0, len(sheet.rows), "no_header" if sheet.rows else "")
    columns, head, rest = found
    beside = _beside(head)
    second, before = 0, len(lines) + len(skipped)
    for row in rest:
        again = _header(row.cells) if _NAME_HEAD.search(normal("\n".join(row.cells))) else None
        if again is not None and _is_head(row.cells[again["name"]]):
            # Another page of the table, perhaps with columns in another order.
            columns, head = again, row.cells
            skipped.append(SkippedRow(row.number, "header", "", place))
            continue
        second += any(cell for cell in row.cells[beside:]) if beside else 0
        cells = {what: row.cells[at] for what, at in columns.items() if at < len(row.cells) and row.cells[at]}
        if "award" in cells:
            cells["award_head"] = head[columns["award"]]
        if _is_no_firm(row.cells[: beside or None], cells):
            skipped.append(SkippedRow(row.number, "footer", "　".join(cell for cell in row.cells if cell)[:60], place))
        elif beside and not any(row.cells[:beside]):
            # Only the second table continues here: its rows are counted there.
            continue
        else:
            if len(lines) == MOST_ROWS:
                raise InputError("table_long", most=MOST_ROWS)
            lines.append(SheetLine(row.number, cells, place))
    read = len(lines) + len(skipped) - before
    return (
        SheetSummary(sheet.name, read, second, "beside")
        if second
        else SheetSummary(sheet.name, read, 0, "far" * sheet.is_cut)
    )


def _find_header(sheet: Sheet) -> tuple[dict[str, int], list[str], list[SheetRow]] | None:
    """Return the columns by meaning, their headers, and the rows below. A header may span two rows."""
    for at, row in enumerate(sheet.rows):
        if row.number > _HEADER_WITHIN:
            return None
        columns = _header(row.cells)
        if columns is None:
            continue
        beneath = sheet.rows[at + 1] if at + 1 < len(sheet.rows) else None
        if (
            beneath is not None
            and beneath.number == row.number + 1
            and _is_second_head(row.cells, beneath.cells, columns)
        ):
            head = _joined(sheet, row, beneath.cells)
            return _header(head) or columns, head, list(sheet.rows[at + 2 :])
        return columns, row.cells, list(sheet.rows[at + 1 :])
    return None


def _is_second_head(head: Sequence[str], beneath: Sequence[str], columns: Mapping[str, int]) -> bool:
    """Tell whether the row below a header only subdivides its columns: the name cell is empty or, merged, the same."""
    at = columns["name"]
    name = beneath[at] if at < len(beneath) else ""
    new = [cell for place, cell in enumerate(beneath) if cell and (place >= len(head) or cell != head[place])]
    if name == head[at]:
        return bool(new)
    parts = any(_kind(cell) is not None for cell in new) and not any(_DIGIT.search(cell) for cell in new)
    return not name and parts


def _joined(sheet: Sheet, row: SheetRow, beneath: Sequence[str]) -> list[str]:
    """Return each column's header with the heading above it, merged or written only in its first column."""
    above = [*row.cells, *[""] * (len(beneath) - len(row.cells))]
    for top, left, right in sheet.wide:
        if top == row.number - 1:
            above[left : right + 1] = [above[left]] * (min(right + 1, len(above)) - left)
    over = ""
    head = []
    for place, cell in enumerate(above):
        below = beneath[place] if place < len(beneath) else ""
        over = cell or (over if below else "")
        head.append(over if below in ("", over) else over + below)
    return head


def _header(cells: Sequence[str]) -> dict[str, int] | None:
    """Return a header row's columns; None if it is none: it needs a name and one other known heading."""
    found: dict[str, int] = {}
    for place, cell in enumerate(cells):
        what = _kind(cell)
        if what is not None:
            found.setdefault(what, place)
    return found if "name" in found and len([cell for cell in cells if cell]) > 1 else None


def _kind(cell: str) -> str | None:
    head = normal(cell)
    inside = [found for found in _COLUMNS if found[0] in head] if head else []
    return max(inside, key=lambda found: len(found[0]))[1] if inside else None


def _is_head(cell: str) -> bool:
    return len(cell) <= _LONGEST_HEAD and _kind(cell) == "name" and not normal(cell).endswith(_FIRMS)


def _beside(head: Sequence[str]) -> int:
    """Return the column where a second table with the same name heading starts; 0 if none."""
    names = [place for place, cell in enumerate(head) if _kind(cell) == "name"]
    same = [place for place in names[1:] if normal(head[place]) == normal(head[names[0]])]
    if not same:
        return 0
    begins = same[0]
    while begins - 1 > names[0] and head[begins - 1] in head[: names[0]]:
        begins -= 1
    return begins


def _is_no_firm(cells: Sequence[str], held: Mapping[str, str]) -> bool:
    """Tell whether a row is a subtotal, group heading or note.

    Never one whose name ends like a firm's, nor one of numbers only: that lacks its name.
    """
    name = held.get("name", "")
    if looks_like_a_firm(name) and ":" not in normal(name):
        return False
    first = normal(next((cell for cell in cells if _NUMBER.fullmatch(cell) is None), ""))
    said = [normal(name), first]
    if any(words.startswith(_BEGINS) or _NO_NAME.fullmatch(words) or _holds(words) for words in said if words):
        return True
    # A single cell outside the name column is a note, unless it holds a firm name.
    filled = [cell for cell in cells if cell]
    if name or len(filled) != 1 or looks_like_a_firm(filled[0]):
        return False
    return bool(first) or (not held and _DATE.fullmatch(filled[0]) is not None)


def _holds(words: str) -> bool:
    return any(word in words for word in _WITHIN) and not looks_like_a_firm(words)


def looks_like_a_firm(name: str) -> bool:
    """Tell whether the text ends like a firm name, ignoring trailing marks and brackets."""
    words = normal(name).rstrip("*★☆。.;,")
    bare = words.partition("(")[0] if words.endswith(")") else words
    return len(words) > 3 and (words.endswith(_FIRMS) or bare.endswith(_FIRMS))
