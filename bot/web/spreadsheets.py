"""Lists as files for Excel: no cell of them is ever taken for a formula."""

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
# With the mathematical minus, which NFKC leaves as it is.
_STARTS_A_FORMULA = frozenset("=+-@−")
_BREAKS = ("\t", "\r", "\n")
# Letters by their class, and yet nobody sees them.
_BLANK_LETTERS = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")


def safe_cell(text: str) -> str:
    """The text as a cell that a spreadsheet shows and never works out."""
    text = printable(text)
    return f"'{text}" if text.startswith(_BREAKS) or _looks_like_a_formula(text) else text


def _looks_like_a_formula(text: str) -> bool:
    # Programs differ in what they skip before a formula, so everything is skipped that cannot be seen.
    first = next((sign for sign in text if _can_be_seen(sign)), "")
    return unicodedata.normalize("NFKC", first)[:1] in _STARTS_A_FORMULA


def _can_be_seen(sign: str) -> bool:
    """Whether it is no space, control or format character, no mark on another and no empty letter."""
    return unicodedata.category(sign)[0] not in "ZCM" and sign not in _BLANK_LETTERS


def as_file(form: str, name: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> web.Response:
    """The rows as XLSX or CSV under this name. Takes seconds for 50,000 rows: off the event loop, please.

    Raises InputError for any other form.
    """
    if form not in _TYPES:
        raise InputError("form_wrong")
    made = io.BytesIO()
    safe = ([safe_cell(cell) for cell in row] for row in (head, *rows))
    if form == "csv":
        text = io.StringIO(newline="")
        # Quoted throughout: where a program parts cells at ; or tabs, no cell breaks up into a second one.
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
