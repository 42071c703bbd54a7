"""Read an official's table of firms: header anywhere, merged cells, subtotals; no row is dropped silently."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from typing import Any, Self

from bot.services import table_file
from bot.services.table_file import MOST_COLUMNS, MOST_ROWS, Sheet, SheetRow, normal
from config.errors import InputError
from config.roster_words import RosterWords

WORDS = RosterWords.load()
_HEADER_WITHIN, _MOST_HEADS = 40, 3
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
# 二、浦口区, (三)六合区(5家), 江宁区: what may name the district of the rows below. Never a subtotal.
_GROUP = re.compile(
    r"(?:[一二三四五六七八九十\d]{1,3}[、.]|\([一二三四五六七八九十\d]{1,3}\))?[^\d、,。:]{2,15}?(?:\(.{0,12}\))?"
)
_NUMBER = re.compile(r"[\d\W_]*")
_DATE = re.compile(r"\d{4}[-年./]\d{1,2}[-月./]\d{1,2}日?")
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One table row: its number as the program shows it, and its cells by column meaning.

    `sheet`: the sheet's index, from 0; `block`: the table's, of several side by side. A line without a name cannot be
    imported.
    """

    number: int
    cells: Mapping[str, str]
    sheet: int = 0
    block: int = 0


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A row below a header that is no firm. `why`: header, footer, in a plan also merged, untitled; `said`: text."""

    number: int
    why: str
    said: str
    sheet: int = 0
    block: int = 0


@dataclass(frozen=True, slots=True)
class SheetSummary:
    """A sheet: how many rows of its tables were read, and how many non-empty ones were not.

    `why` they were not: hidden, no_header, far (right of the last column); else "".
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
            yield json.dumps(["line", line.number, dict(line.cells), line.sheet, line.block])
        for skipped in self.skipped:
            yield json.dumps(["skipped", skipped.number, skipped.why, skipped.said, skipped.sheet, skipped.block])
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
    if not any(part.why in ("", "far") and sheet.rows for part, sheet in zip(parts, sheets, strict=True)):
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
    head, rest = found
    before, tables = len(lines) + len(skipped), _tables(head, sheet.name)
    for row in rest:
        if _is_header(row.cells):
            # Another page of the table, perhaps with columns in another order.
            tables = _tables(row.cells, sheet.name)
            skipped.append(SkippedRow(row.number, "header", "", place))
            continue
        for block, table in enumerate(tables):
            cells = row.cells[table.begins : table.ends]
            if any(cells):
                held = table.held(row.cells)
                if _is_no_firm(cells, held, after_footer=table.is_over):
                    table.close(cells)
                    said = "　".join(cell for cell in cells if cell)[:60]
                    skipped.append(SkippedRow(row.number, "footer", said, place, block))
                    continue
                if len(lines) == MOST_ROWS:
                    raise InputError("table_long", most=MOST_ROWS)
                table.is_over = False
                lines.append(SheetLine(row.number, held, place, block))
    return SheetSummary(sheet.name, len(lines) + len(skipped) - before, 0, "far" * sheet.is_cut)


@dataclass(slots=True)
class _Table:
    """One of the tables side by side under a header: where it begins and ends, and its columns by meaning.

    `above`: the sheet's name; `group`: the heading above the rows read now, else the same; `is_over`: the row before
    was no firm's.
    """

    begins: int
    ends: int
    columns: Mapping[str, int]
    head: Sequence[str]
    above: str
    group: str
    is_over: bool = False

    def held(self, row: Sequence[str]) -> dict[str, str]:
        """Return the row's cells by meaning, with the award column's header and the group's heading."""
        cells = {what: row[at] for what, at in self.columns.items() if at < len(row) and row[at]}
        if "award" in cells:
            cells["award_head"] = self.head[self.columns["award"]]
        return cells | ({"group": self.group} if self.group else {})

    def close(self, cells: Sequence[str]) -> None:
        """Take a row of no firm as the heading of the next ones, or as the end of a group."""
        said = [normal(cell) for cell in cells if _NUMBER.fullmatch(cell) is None]
        heads = len(said) == 1 and _GROUP.fullmatch(said[0]) is not None and not _holds(said[0])
        self.group = said[0] if heads else self.above
        self.is_over = True


def _find_header(sheet: Sheet) -> tuple[list[str], list[SheetRow]] | None:
    """Return the header's cells and the rows below. A header may span up to three rows."""
    for at, row in enumerate(sheet.rows):
        if row.number > _HEADER_WITHIN:
            return None
        columns = _header(row.cells)
        if columns is None:
            continue
        head, last = row.cells, row
        for beneath in sheet.rows[at + 1 : at + _MOST_HEADS]:
            if beneath.number != last.number + 1 or not _is_second_head(head, beneath.cells, columns):
                break
            head, last = _joined(sheet, SheetRow(last.number, head), beneath.cells), beneath
            at += 1
        return (head if _header(head) else row.cells), list(sheet.rows[at + 1 :])
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


def _is_header(cells: Sequence[str]) -> bool:
    again = _header(cells) if _NAME_HEAD.search(normal("\n".join(cells))) else None
    return again is not None and _is_head(cells[again["name"]])


def _tables(head: Sequence[str], above: str) -> list[_Table]:
    """Return the tables side by side below this header: one for each name column after which columns come again."""
    names = [place for place, cell in enumerate(head) if _kind(cell) == "name"]
    starts = [0]
    for before, name in pairwise(names):
        left, right = ({_kind(cell) for cell in some} - {None} for some in (head[starts[-1] : name], head[name:]))
        if before + 1 == name and left == {"name"} != right:
            # One heading over two columns.
            continue
        if normal(head[name]) == normal(head[names[0]]) or len(left & right) > 1:
            begins = name
            while begins - 1 > names[0] and head[begins - 1] and head[begins - 1] in head[: names[0]]:
                begins -= 1
            starts.append(begins)
    ends = [*starts[1:], MOST_COLUMNS]
    made = []
    for begins, end in zip(starts, ends, strict=True):
        columns = _header(head[begins:end]) or {"name": next(place - begins for place in names if place >= begins)}
        made.append(_Table(begins, end, {what: at + begins for what, at in columns.items()}, head, above, above))
    return made


def _is_no_firm(cells: Sequence[str], held: Mapping[str, str], *, after_footer: bool) -> bool:
    """Tell whether a row is a subtotal, group heading or note; after one of these also a lone date.

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
    own = held.keys() - {"group"}
    return bool(first) or ((after_footer or not own) and _DATE.fullmatch(filled[0]) is not None)


def _holds(words: str) -> bool:
    return any(word in words for word in _WITHIN) and not looks_like_a_firm(words)


def looks_like_a_firm(name: str) -> bool:
    """Tell whether the text ends like a firm name, ignoring trailing marks and brackets."""
    words = normal(name).rstrip("*★☆。.;,")
    bare = words.partition("(")[0] if words.endswith(")") else words
    return len(words) > 3 and (words.endswith(_FIRMS) or bare.endswith(_FIRMS))
