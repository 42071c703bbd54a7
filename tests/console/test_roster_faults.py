"""A table of 5,000 firms with every fault of real ones: each is named, the rest is imported."""

import csv
import io
import re
import zipfile
from collections.abc import AsyncIterator, Sequence
from datetime import date
from itertools import product
from typing import Any

import aiohttp
import pytest
import xlsxwriter

from bot.services.roster import import_plan, imports, spreadsheet
from bot.services.roster.notices import Herald, TitlesChanged
from bot.services.roster.rows import ImportDefaults
from config.areas import Areas
from matchmaking.names import credit_code
from storage.engine.transactions import Tx
from storage.people.roles import RoleKind
from storage.roster import roster
from storage.roster.roster import Listed
from tests.console.stage import Browser, DeskStage

SIZE = 5_000
HEAD = ["序号", "企业名称（全称）", "统一社会信用代码", "所属区", "称号", "有效期至"]
SRDI = "专精特新中小企业"
SIGNS = "云杼澜砚青穗北芒沐弦霁川松岚鹤鸣砺锋映雪"
NAMES = ["".join(some) for some in product(SIGNS, SIGNS, "甲乙丙丁戊己庚辛壬癸", ["机械", "软件"])]
MERGED = range(100, 300)
# A fault's row as the program shows it: what is wrong, and the text saying so.
CELLS: dict[int, tuple[int, str]] = {
    1000: (2, "91320102MADEM36000"),
    1001: (2, "91320102MADEM360X"),
    1500: (3, "火星区"),
    2000: (4, "宇宙领先企业"),
    2500: (5, "2020年1月1日"),
}
SAYS = {
    1000: "统一社会信用代码不正确：91320102MADEM36000",
    1001: "统一社会信用代码不正确：91320102MADEM360X",
    1500: "不认识的区：火星区",
    2000: "没有写称号，或不认识这个称号：宇宙领先企业",
    2500: "有效期截止早于开始：2020年1月1日",
    3000: "信用代码和前面另一家的相同：第 2999 行",
    3500: "和前面一行同名同区，信用代码却不同：第 3499 行",
}
OLD = {600: ("白下区", "秦淮"), 601: ("下关区", "鼓楼"), 602: ("江浦县", "浦口"), 603: ("南京市溧水县", "溧水")}
TWICE = 4000


def code(number: int) -> str:
    body = f"91320102MA{number:07}"
    return body + credit_code.check_character(body)


def table() -> list[list[str]]:
    """Return the rows from the sheet's first line on; a row's number is its position, from 1."""
    rows = [["南京市2026年度企业名单（征求意见稿）"], [], HEAD]
    while len(rows) < SIZE:
        number = len(rows) + 1
        rows.append([str(number), f"南京{NAMES[number]}有限公司", code(number), "江宁区", SRDI, "2029年11月30日"])
        if number in CELLS:
            place, words = CELLS[number]
            rows[-1][place] = words
        if number in OLD:
            rows[-1][3] = OLD[number][0]
        if number - 1 in MERGED and number - 1 != MERGED[0]:
            rows[-1][3] = ""
        if number % 1200 == 0:
            rows[-1] = HEAD if number % 2400 else []
    rows[3000 - 1][2] = code(2999)
    rows[3500 - 1][1] = rows[3499 - 1][1]
    rows[TWICE - 1] = rows[TWICE - 2]
    return [*rows, ["合计", "4990家"], [], ["", "注：以各区推荐为准"], ["填表人：某某", "", "审核人：某某"]]


def as_xlsx(rows: Sequence[Sequence[str]]) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet("名单")
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
        sheet.merge_range(MERGED[0], 3, MERGED[-1], 3, "六合区")
    return made.getvalue()


def as_text(rows: Sequence[Sequence[str]], encoding: str, delimiter: str = ",") -> bytes:
    made = io.StringIO(newline="")
    csv.writer(made, delimiter=delimiter).writerows(rows)
    return made.getvalue().encode(encoding)


def filled(rows: list[list[str]]) -> list[list[str]]:
    """Return rows for a text file, without merged cells: the district is in each row."""
    for place in MERGED:
        rows[place] = [*rows[place][:3], "六合区", *rows[place][4:]]
    return rows


FILES = {
    "xlsx": lambda: as_xlsx(table()),
    "gbk csv": lambda: as_text(filled(table()), "gbk"),
    "utf-16 csv, as Excel's text": lambda: as_text(filled(table()), "utf-16", "\t"),
}
GIVEN = ImportDefaults(None, "2026年度", date(2026, 12, 1), None, False, date(2026, 11, 5))


def planned(data: bytes) -> list[dict[str, Any]]:
    rows = import_plan.plan(spreadsheet.read(data), [], GIVEN, Areas.load(), {SRDI: "srdi"})["rows"]
    assert isinstance(rows, list)
    return rows


@pytest.mark.parametrize("form", FILES)
def test_each_planted_fault_is_found_at_its_row_and_nothing_else_is(form: str) -> None:
    rows = {row["line"]: row for row in planned(FILES[form]())}
    assert sorted(line for line, row in rows.items() if row["fate"] == "wrong") == sorted(SAYS)
    assert {line: rows[line]["district"] for line in OLD} == {line: area for line, (_, area) in OLD.items()}
    assert {rows[place + 1]["district"] for place in MERGED} == {"六合"}
    assert TWICE not in rows, "a firm that stands there twice is one"
    # Without the title, the header three times, the empty rows, the duplicate and the footer.
    assert len(rows) == SIZE - 3 - SIZE // 1200 - 1


def listed(tx: Tx) -> list[Listed]:
    return roster.everything(tx)


async def uploaded(browser: Browser, data: bytes) -> str:
    await browser.get("/console/imports")
    sent: dict[str, Any] = {"batch": "2026年度", "from": "2026-12-01", "table": ("名单.xlsx", data)}
    page = await browser.post("/console/imports", **sent)
    assert page.status == 303, page.text
    return page.location


async def test_the_page_names_each_fault_the_rest_comes_in_and_goes_again_whole(desk: DeskStage) -> None:
    browser = await desk.official(RoleKind.EDITOR)
    before = await desk.database.read(listed)
    where = await uploaded(browser, FILES["xlsx"]())
    page = (await browser.get(where)).text
    for line, words in SAYS.items():
        assert re.search(rf'data-label="行">{line}</td>[^\n]*\n[^\n]*{re.escape(words)}', page), (line, words)
    assert f"<strong>{len(SAYS)}</strong>有错，不导入" in page
    assert await desk.database.read(listed) == before
    assert (await browser.post(f"{where}/apply")).status == 303
    after = {entry.credit_code: entry for entry in await desk.database.read(listed)}
    assert len(after) - len(before) == SIZE - 3 - SIZE // 1200 - 1 - len(SAYS)
    assert {after[code(line)].district for line in OLD} == {area for _, area in OLD.values()}
    assert not {code(line) for line in SAYS if line != 2999} & after.keys()
    await browser.get(where)
    assert (await browser.post(f"{where}/undo")).status == 303
    assert await desk.database.read(listed) == before


class Mute(Herald):
    """Has all names, but fails to notify."""

    def notify(self, tx: Tx, occasion: str, changes: list[TitlesChanged]) -> None:
        raise OSError(occasion)


async def test_what_breaks_at_the_very_end_leaves_nothing_of_it(desk: DeskStage) -> None:
    browser = await desk.official(RoleKind.EDITOR)
    before = await desk.database.read(listed)
    where = await uploaded(browser, FILES["xlsx"]())
    number = int(where.rpartition("/")[2])
    with pytest.raises(OSError, match="applied"):
        await desk.database.write(imports.apply, 1, number, {}, Mute(desk.parts.texts, {}))
    assert await desk.database.read(listed) == before
    await browser.get(where)
    assert (await browser.post(f"{where}/apply")).status == 303, "it can be applied still"


def _million(rows: str) -> bytes:
    """Return a workbook of two firms with a million rows between them, as from formatting whole columns."""
    small, made = as_xlsx([HEAD, *table()[3:5]]), io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(small)) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for part in old.infolist():
            content = old.read(part)
            if part.filename.endswith("sheet1.xml"):
                content = content.replace(b"</sheetData>", rows.encode() + b"</sheetData>")
            new.writestr(part, content)
    return made.getvalue()


def test_a_million_empty_rows_are_nothing() -> None:
    empty = "".join(f'<row r="{number}"/>' for number in range(400, 1_000_400))
    assert len(spreadsheet.read(_million(empty)).lines) == 2
    data = as_text([HEAD, *table()[3:5]], "utf-8") + b",,,,,\n" * 1_000_000 + as_text(table()[5:6], "utf-8")
    assert len(spreadsheet.read(data).lines) == 3


async def test_200_megabytes_are_refused_and_change_nothing(desk: DeskStage) -> None:
    browser = await desk.official(RoleKind.EDITOR)
    before = await desk.database.read(listed)
    token = (await browser.get("/console/imports")).csrf

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(200):
            yield b"x" * 2**20

    sent = aiohttp.FormData({"csrf": token})
    sent.add_field("table", endless(), filename="名单.csv")
    page = await browser._request("POST", "/console/imports", data=sent, headers={"Origin": browser.base})
    assert page.status == 413
    assert "文件" in page.text
    assert await desk.database.read(listed) == before
