"""Reads an official's table as it is: header somewhere, merged cells, footers, XLSX or CSV in any usual encoding."""

import csv
import io
import tomllib
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from config.errors import InputError

WORDS = tomllib.loads((Path(__file__).parents[2] / "config" / "roster.toml").read_text("utf-8"))
MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED = 200 * 1024 * 1024
MOST_ROWS = 20_000
_HEADER_WITHIN = 40
_MOST_CELL = 200
_FOOTERS = tuple(WORDS["footers"]["begins"])
OLE = b"\xd0\xcf\x11\xe0"
Cell = object


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table: its number as the program shows it, and its cells by what their column holds."""

    number: int
    cells: Mapping[str, str]


def read(data: bytes) -> list[Line]:
    """The firms' rows of the table, in order.

    Raises InputError: too large, macros, damaged or half a file, no header row, no rows, too many.
    """
    if len(data) > MOST_BYTES:
        raise InputError("table_large", most=MOST_BYTES // 2**20)
    if data[:2] == b"PK" or data[:4] == OLE:
        return _best([_lines(rows) for rows in sheets(data)])
    return _best([_lines(csv_rows(data))])


def normal(text: str) -> str:
    """A name or header as it is compared: NFKC, small letters, without blanks."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def _best(tables: Iterable[list[Line] | None]) -> list[Line]:
    found = [table for table in tables if table is not None]
    if not found:
        raise InputError("table_no_header")
    longest = max(found, key=len)
    if not longest:
        raise InputError("table_empty")
    return longest


def sheets(data: bytes) -> Iterable[Iterable[Sequence[Cell]]]:
    """The rows of each sheet of a workbook, merged cells spread down; raises InputError as `read` does."""
    if data[:2] == b"PK":
        _hold_harmless(data)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for name in workbook.sheet_names:
            sheet = workbook.get_sheet_by_name(name)
            # The reader holds only cells with a value: a million formatted empty rows cost nothing.
            most = MOST_ROWS + _HEADER_WITHIN + 1
            rows: list[list[Cell]] = [list(row) for row in sheet.to_python(skip_empty_area=False, nrows=most)]
            for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
                _spread(rows, top, left, bottom, right)
            yield rows
    except (CalamineError, OSError, ValueError) as error:
        raise InputError("table_damaged") from error


def _hold_harmless(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile as error:
        raise InputError("table_damaged") from error
    if any("vbaproject" in part.filename.lower() for part in parts):
        raise InputError("table_macros")
    if sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise InputError("table_large", most=MOST_UNPACKED // 2**20)


def _spread(rows: list[list[Cell]], top: int, left: int, bottom: int, right: int) -> None:
    """A merged cell stands for each of its cells down a column; across columns it is a heading."""
    if left != right or top >= len(rows):
        return
    for row in rows[top + 1 : bottom + 1]:
        if left < len(row):
            row[left] = rows[top][left]


def csv_rows(data: bytes) -> Iterable[Sequence[Cell]]:
    """The rows of a text with separators, in any usual encoding; raises InputError as `read` does."""
    text = _decoded(data)
    head = text[:4000]
    delimiter = max(",\t;", key=head.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise InputError("table_damaged") from error
    return rows


def _decoded(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ["utf-16"]
    elif b"\x00" in data[:200]:
        # A comma is 2C 00 in one order and 00 2C in the other.
        encodings = ["utf-16-le" if data[1:200:2].count(0) > data[0:200:2].count(0) else "utf-16-be"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise InputError("table_encoding")


def _lines(rows: Iterable[Sequence[Cell]]) -> list[Line] | None:
    columns: dict[str, int] | None = None
    head = ""
    lines: list[Line] = []
    for number, row in enumerate(rows, 1):
        cells = [_text(cell) for cell in row]
        if columns is None:
            columns = _header(cells)
            head = cells[columns["name"]] if columns else ""
            if number > _HEADER_WITHIN:
                return None
        elif _is_firm(cells, columns, head):
            if len(lines) == MOST_ROWS:
                raise InputError("table_long", most=MOST_ROWS)
            found = {what: cells[place] for what, place in columns.items() if place < len(cells) and cells[place]}
            lines.append(Line(number, found))
    return None if columns is None else lines


def _header(cells: Sequence[str]) -> dict[str, int] | None:
    found: dict[str, int] = {}
    for place, cell in enumerate(cells):
        head = normal(cell)
        for what, words in WORDS["columns"].items():
            if what not in found and place not in found.values() and any(normal(word) in head for word in words):
                found[what] = place
    return found if "name" in found and len([cell for cell in cells if cell]) > 1 else None


def _is_firm(cells: Sequence[str], columns: Mapping[str, int], head: str) -> bool:
    place = columns["name"]
    if place >= len(cells) or not cells[place] or cells[place] == head:
        return False
    first = next(cell for cell in cells if cell)
    return not (first.startswith(_FOOTERS) or cells[place].startswith(_FOOTERS))


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return " ".join(str(cell).split())[:_MOST_CELL]
