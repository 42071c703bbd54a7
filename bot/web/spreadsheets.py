"""Export lists for Excel: no cell is ever taken as a formula."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from urllib.parse import quote

import xlsxwriter
from aiohttp import web

from config.errors import InputError
from notifications.text_splitting import printable

_TYPES = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv"}
# Including the mathematical minus, which NFKC keeps.
_STARTS_A_FORMULA = frozenset("=+-@−")
_BREAKS = ("\t", "\r", "\n")
# Letters by class, yet invisible.
_BLANK_LETTERS = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")


def safe_cell(text: str) -> str:
    """Return the text as a cell that a spreadsheet never evaluates."""
    text = printable(text)
    return f"'{text}" if text.startswith(_BREAKS) or _looks_like_a_formula(text) else text


def _looks_like_a_formula(text: str) -> bool:
    # Programs differ in what they skip before a formula, so everything invisible is skipped.
    first = next((sign for sign in text if _can_be_seen(sign)), "")
    return unicodedata.normalize("NFKC", first)[:1] in _STARTS_A_FORMULA


def _can_be_seen(sign: str) -> bool:
    """Tell whether it is no space, control, format or combining character and no blank letter."""
    return unicodedata.category(sign)[0] not in "ZCM" and sign not in _BLANK_LETTERS


def as_file(form: str, name: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> web.Response:
    """Return the rows as XLSX or CSV with this name. 50,000 rows take seconds: run off the event loop.

    Raises InputError for any other format.
    """
    if form not in _TYPES:
        raise InputError("form_wrong")
    made = io.BytesIO()
    safe = ([safe_cell(cell) for cell in row] for row in (head, *rows))
    if form == "csv":
        text = io.StringIO(newline="")
        # Quote everything: programs splitting at ; or tabs then create no extra cell.
        csv.writer(text, quoting=csv.QUOTE_ALL).writerows(safe)
        made.write(b"\xef\xbb\xbf" + text.getvalue().encode())
    else:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(made, options) as book:
            sheet = book.add_worksheet()
            for number, row in enumerate(safe):
                for column, cell in enumerate(row):
                    sheet.write_string(number, column, cell)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}.{form}"}
    return web.Response(body=made.getvalue(), content_type=_TYPES[form], headers=headers)
