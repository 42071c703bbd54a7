"""Reads a list of firms that an official uploads: the column of a table, or the lines of a text."""

from collections.abc import Iterable

from bot.services import roster_file
from bot.services.roster_file import Cell
from config.errors import InputError

MOST_BYTES = 2 * 1024 * 1024
# Shorter cells are numbers, districts, sizes: a firm's name or code is longer.
_SHORTEST = 6


def read(data: bytes) -> list[str]:
    """The names or codes of an XLSX, CSV or text, each once, in order. Raises InputError as reading a roster does."""
    if len(data) > MOST_BYTES:
        raise InputError("table_large", most=MOST_BYTES // 2**20)
    if data[:2] == b"PK" or data[:4] == roster_file.OLE:
        rows = [list(row) for sheet in roster_file.sheets(data) for row in sheet]
    else:
        rows = [list(row) for row in roster_file.csv_rows(data)]
    return lines(_column(rows))


def lines(cells: Iterable[object]) -> list[str]:
    """The cells or lines that say something, each once."""
    said = ("" if cell is None else " ".join(str(cell).split()) for cell in cells)
    return list(dict.fromkeys(one for one in said if one))


def _column(rows: list[list[Cell]]) -> list[Cell]:
    """The first column that is mostly long enough to name firms; the first of all where none is."""
    width = max((len(row) for row in rows), default=0)
    columns = [[row[number] if number < len(row) else None for row in rows] for number in range(width)]
    return next((column for column in columns if _names_firms(column)), columns[0] if columns else [])


def _names_firms(column: list[Cell]) -> bool:
    said = lines(column)
    return sum(len(one) >= _SHORTEST for one in said) * 2 > len(said) > 0
