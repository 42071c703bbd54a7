"""Read an official's uploaded list of firms: the column of a table, or the lines of a text."""

from collections.abc import Iterable

from bot.services import table_file
from bot.services.roster import spreadsheet
from bot.services.table_file import Sheet
from config.errors import InputError

MOST_BYTES = 2 * 1024 * 1024
# Shorter cells are numbers, districts or sizes; firm names and codes are longer.
_SHORTEST = 6


def read(data: bytes) -> list[str]:
    """Return the distinct names or codes of an XLSX, XLS, CSV or text file in order, from every sheet not hidden.

    Raises InputError as reading a roster does, except that no header is required.
    """
    if len(data) > MOST_BYTES:
        raise InputError("table_large", most=MOST_BYTES // 2**20)
    sheets = [sheet for sheet in table_file.read(data) if not sheet.hidden]
    return lines(cell for sheet in sheets for cell in _headed(sheet) or _column(sheet))


def lines(cells: Iterable[str]) -> list[str]:
    """Return the non-empty cells or lines, each once."""
    return list(dict.fromkeys(one for one in (" ".join(cell.split()) for cell in cells) if one))


def _headed(sheet: Sheet) -> list[str]:
    """Return the values below a firm table's header; empty if it has none."""
    found, _ = spreadsheet.read_sheet(sheet)
    return [line.cells.get("name") or line.cells.get("code", "") for line in found]


def _column(sheet: Sheet) -> list[str]:
    """Return the first column whose cells are mostly long enough for firm names; else the first column."""
    rows = [row.cells for row in sheet.rows]
    width = max((len(row) for row in rows), default=0)
    columns = [[row[number] if number < len(row) else "" for row in rows] for number in range(width)]
    return next((column for column in columns if _names_firms(column)), columns[0] if columns else [])


def _names_firms(column: list[str]) -> bool:
    said = lines(column)
    return sum(len(one) >= _SHORTEST for one in said) * 2 > len(said) > 0
