"""Read the sheets of an uploaded table: XLSX, XLS, or delimited text in any usual encoding.

Refuses what is too large, too far out or no table. The underlying reader has no bounds on time or memory: for uploaded
files call this in a killable process (bot/sandbox).
"""

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from config.errors import InputError

MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED = 200 * 1024 * 1024
MOST_SHEETS = 60
# Rows of firms, and as many again for titles, headings and notes.
MOST_ROWS = 20_000
_LAST_ROW = MOST_ROWS + 500
MOST_COLUMNS = 64
MOST_CELLS = 600_000
MOST_CELL = 200
OLE = b"\xd0\xcf\x11\xe0"
# A cell's start tag right of column BL, the 64th, or below row 29,999.
_FAR_RIGHT = re.compile(rb"""<(?:\w{1,8}:)?c\s[^<>]*?\br=["'](?:B[M-Z]|[C-Z][A-Z]|[A-Z]{3})\d{1,7}["'][^<>]*+>""")
_FAR_DOWN = re.compile(rb"""<(?:\w{1,8}:)?c\s[^<>]*?\br=["'][A-Z]{1,3}(\d{6,7}|[3-9]\d{4})["']""")
_GUARDED = re.compile(r'="([^"]*)"')


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A non-empty row: its number as the program shows it, and its first cells' text."""

    number: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. `wide`: (row, first, last) of horizontally merged cells, from 0; `is_cut`: cells exist beyond the
    64th.
    """

    name: str
    hidden: bool
    rows: list[SheetRow]
    wide: tuple[tuple[int, int, int], ...] = ()
    is_cut: bool = False


def read(data: bytes, longest: int = MOST_CELL) -> list[Sheet]:
    """Return the sheets in order, with at most `longest` characters of each cell.

    Raises InputError: too large, macros, damaged or truncated file, a web page, an unknown encoding.
    """
    if len(data) > MOST_BYTES:
        raise InputError("table_large", most=MOST_BYTES // 2**20)
    if is_workbook(data):
        return list(_sheets(data, longest))
    return [_csv_sheet(data, longest)]


def is_workbook(data: bytes) -> bool:
    """Tell whether these bytes begin like a workbook."""
    return data[:2] == b"PK" or data[:4] == OLE


def normal(text: str) -> str:
    """Normalise a name or header for comparison: NFKC, lower case, no blanks."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def _sheets(data: bytes, longest: int) -> Iterator[Sheet]:
    cut: frozenset[str] = frozenset()
    if data[:2] == b"PK":
        data, cut = _bounded(data)
    cells = 0
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        about = workbook.sheets_metadata
        if len(about) > MOST_SHEETS:
            raise InputError("table_sheets", most=MOST_SHEETS)
        for place, one in enumerate(about):
            sheet = workbook.get_sheet_by_index(place)
            if sheet.end is not None and sheet.end[0] >= _LAST_ROW:
                raise InputError("table_far", row=sheet.end[0] + 1, most=_LAST_ROW)
            # The reader keeps only cells with a value: a million formatted empty rows cost nothing.
            found = sheet.to_python(skip_empty_area=False, nrows=_LAST_ROW)
            is_cut = bool(cut) or any(any(cell != "" for cell in row[MOST_COLUMNS:]) for row in found)
            rows = [[_text(cell, longest) for cell in row[:MOST_COLUMNS]] for row in found]
            merged = sheet.merged_cell_ranges or []
            for (top, left), (bottom, right) in merged:
                if left == right and top < len(rows):
                    # A cell merged down a column fills each of its cells; across columns it is a heading.
                    _spread(rows, top, left, bottom)
            wide = tuple((top, left, right) for (top, left), (_, right) in merged if right > left)
            kept = [SheetRow(number, row) for number, row in enumerate(rows, 1) if any(row)]
            cells += sum(len(row.cells) for row in kept)
            if cells > MOST_CELLS:
                raise InputError("table_cells", most=MOST_CELLS // 10_000)
            yield Sheet(one.name, one.visible is not SheetVisibleEnum.Visible, kept, wide, is_cut)
    except (CalamineError, OSError, ValueError) as error:
        raise InputError("table_damaged") from error


def _bounded(data: bytes) -> tuple[bytes, frozenset[str]]:
    """Return the workbook without cells beyond the last column read, and the names of the parts that had some.

    One far cell makes the reader allocate every cell before it. Raises InputError for a part with far rows.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if any("vbaproject" in part.filename.lower() for part in parts):
                raise InputError("table_macros")
            if sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise InputError("table_large", most=MOST_UNPACKED // 2**20)
            far = frozenset(part.filename for part in parts if _is_sheet(part.filename) and _reaches(archive, part))
            return (_without_far_cells(archive, far) if far else data), far
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise InputError("table_damaged") from error


def _is_sheet(name: str) -> bool:
    return name.startswith("xl/worksheets/") and name.endswith(".xml")


def _reaches(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    content = archive.read(part)
    down = _FAR_DOWN.search(content)
    if down is not None:
        raise InputError("table_far", row=int(down[1]), most=_LAST_ROW)
    return _FAR_RIGHT.search(content) is not None


def _without_far_cells(archive: zipfile.ZipFile, far: frozenset[str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as kept:
        for part in archive.infolist():
            content = archive.read(part)
            kept.writestr(part.filename, b"".join(_near(content)) if part.filename in far else content)
    return made.getvalue()


def _near(content: bytes) -> Iterator[bytes]:
    since = 0
    for tag in _FAR_RIGHT.finditer(content):
        if tag.start() < since:
            continue
        yield content[since : tag.start()]
        since = tag.end()
        if not tag[0].endswith(b"/>"):
            # The tag's prefix is also in its end tag: </c> or </x:c>.
            ending = b"</" + tag[0][1:].split(maxsplit=1)[0] + b">"
            closed = content.find(ending, since)
            since = len(content) if closed < 0 else closed + len(ending)
    yield content[since:]


def _spread(rows: list[list[str]], top: int, left: int, bottom: int) -> None:
    for row in rows[top + 1 : bottom + 1]:
        if left < len(row):
            row[left] = rows[top][left]


def _csv_sheet(data: bytes, longest: int) -> Sheet:
    text = _decoded(data)
    head = text[:4000]
    if head.lstrip("\ufeff \t\r\n").startswith("<") or head.startswith("MIME-Version:"):
        raise InputError("table_web")
    delimiter = max(",\t;", key=head.count)
    rows: list[SheetRow] = []
    cells, is_cut = 0, False
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 1):
            if any(cell.strip() for cell in row):
                rows.append(SheetRow(number, [_text(cell, longest) for cell in row[:MOST_COLUMNS]]))
                cells += len(rows[-1].cells)
                is_cut = is_cut or any(cell.strip() for cell in row[MOST_COLUMNS:])
            if len(rows) > _LAST_ROW:
                raise InputError("table_long", most=MOST_ROWS)
            if cells > MOST_CELLS:
                raise InputError("table_cells", most=MOST_CELLS // 10_000)
    except csv.Error as error:
        raise InputError("table_damaged") from error
    return Sheet("", False, rows, is_cut=is_cut)


def _decoded(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ["utf-16"]
    elif b"\x00" in data[:200]:
        # A comma is 2C 00 in one byte order and 00 2C in the other.
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


def _text(cell: object, longest: int) -> str:
    if isinstance(cell, str):
        return _unguarded(" ".join(cell.split())[:longest] if longest <= MOST_CELL else cell.strip()[:longest])
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell)[:longest]


def _unguarded(text: str) -> str:
    """Unwrap text guarded against evaluation as formula or number: ="9132…" and '9132…."""
    held = _GUARDED.fullmatch(text)
    return held[1].strip() if held else text[1:].lstrip() if text[:1] == "'" and text[1:] else text
