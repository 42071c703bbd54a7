"""A complete list never ends the title of a firm some row may mean, however damaged the table."""

import io
import random
from collections.abc import Callable
from datetime import date
from itertools import zip_longest
from typing import Any

import pytest
import xlsxwriter

from bot.services.roster import import_plan, imports, spreadsheet
from bot.services.roster.rows import ImportDefaults
from config.areas import Areas
from config.errors import InputError
from matchmaking.names import credit_code
from storage.engine import change_counters
from storage.engine.transactions import Tx
from storage.people.roles import RoleKind
from storage.roster import roster
from storage.roster.roster import Listed, RosterTitle
from tests.console.stage import Browser, DeskStage

TODAY = date(2026, 12, 1)
GIVEN = ImportDefaults("srdi", "2026年度", TODAY, date(2029, 12, 1), True, TODAY)
AREAS = Areas.load()
TITLES = {"专精特新中小企业": "srdi"}
SIGNS = "云杼澜砚青穗北芒沐弦霁川松岚鹤鸣砺锋映雪梧栎江岚"
TRADES = ["机械", "软件", "传感科技", "新材料", "智能装备", "生物医药"]
HEAD = ["序号", "企业名称", "统一社会信用代码", "所属区"]
Rows = list[list[str]]
Book = dict[str, Rows]


def code(number: int) -> str:
    body = f"91320102MA{number:07}"
    return body + credit_code.check_character(body)


def known(chance: random.Random, size: int) -> list[Listed]:
    """Return current title holders, with names as varied as real ones."""
    names: dict[str, None] = {}
    while len(names) < size:
        names[f"南京{''.join(chance.sample(SIGNS, 3))}{chance.choice(TRADES)}有限公司"] = None
    held = (RosterTitle("srdi", "2023年度", None, date(2023, 12, 1), date(2027, 12, 1)),)
    return [
        Listed(number, name, chance.choice([code(number), None]), chance.choice(list(AREAS)[:8]), held)
        for number, name in enumerate(names, 1)
    ]


def _row(book: Book, chance: random.Random) -> list[str]:
    rows = [row for sheet in book.values() for row in sheet if row != HEAD and row[0].isdigit()]
    return chance.choice(rows)


def _slip(book: Book, chance: random.Random) -> None:
    row = _row(book, chance)
    at = chance.randrange(2, len(row[1]) - 4) if len(row[1]) > 6 else 0
    row[1] = row[1][:at] + chance.choice("的了和亐") + row[1][at + 1 :]


def _wrong_code(book: Book, chance: random.Random) -> None:
    _row(book, chance)[2] = chance.choice(["91320102MADEM36000", "无", "9.13201E+17"])


def _wrong_district(book: Book, chance: random.Random) -> None:
    _row(book, chance)[3] = chance.choice(["火星区", "江宁区局", "江苏", "江宁"])


def _no_name(book: Book, chance: random.Random) -> None:
    row = _row(book, chance)
    row[1], row[2] = "", row[2] or "-"


def _in_another_cell(book: Book, chance: random.Random) -> None:
    row = _row(book, chance)
    row.append(f"原{row[1]}，已更名")
    row[1] = "南京更名后全新能源有限公司"


def _in_a_note(book: Book, chance: random.Random) -> None:
    sheet = book[chance.choice(list(book))]
    at = next((place for place, row in enumerate(sheet) if row[0].isdigit()), None)
    if at is not None:
        sheet[at] = [f"注：{sheet[at][1]}另行公布", "", "", "", *sheet[at][4:]]


def _another_sheet(book: Book, chance: random.Random) -> None:
    name = chance.choice(list(book))
    half = len(book[name]) // 2
    book[f"续{len(book)}"] = [chance.choice([HEAD, ["名单", "", "", ""]]), *book[name][half:]]
    del book[name][half:]


def _hidden(book: Book, chance: random.Random) -> None:
    name = chance.choice(list(book))
    if len(book) > 1 and not name.startswith("隐"):
        book[f"隐{name}"] = book.pop(name)


def _side_by_side(book: Book, chance: random.Random) -> None:
    rows = book[chance.choice(list(book))]
    half = (len(rows) + 1) // 2
    if len(rows) > 4 and rows[0] == HEAD:
        right = [HEAD, *rows[half:]]
        pairs = zip_longest(rows[:half], right, fillvalue=[""] * len(HEAD))
        rows[:] = [[*left, "", *other] for left, other in pairs]


def _marked(book: Book, chance: random.Random) -> None:
    row = _row(book, chance)
    row[1] = chance.choice(["★{}", "{}*", "3.{}", "{}（复核）", " {} ", "{}(原南京某厂)"]).format(row[1])


def _short(book: Book, chance: random.Random) -> None:
    row = _row(book, chance)
    row[1] = row[1].removesuffix("有限公司")


DAMAGE: list[Callable[[Book, random.Random], None]] = [
    _slip, _wrong_code, _wrong_district, _no_name, _in_another_cell, _in_a_note, _another_sheet, _hidden,
    _side_by_side, _marked, _short,
]  # fmt: skip


def written(book: Book) -> bytes:
    """Return the workbook; sheets named so are hidden."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False}) as file:
        for name, rows in sorted(book.items(), key=lambda one: one[0].startswith("隐")):
            sheet = file.add_worksheet(name)
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
            if name.startswith("隐"):
                sheet.hide()
    return made.getvalue()


def table(firms: list[Listed]) -> Rows:
    return [HEAD, *([str(one.id), one.name, one.credit_code or "", str(one.district)] for one in firms)]


def planned(book: Book, entries: list[Listed]) -> dict[str, Any]:
    return import_plan.plan(spreadsheet.read(written(book)), entries, GIVEN, AREAS, TITLES)


@pytest.mark.parametrize("seed", range(120))
def test_no_firm_named_anywhere_in_the_table_lapses(seed: int) -> None:
    chance = random.Random(seed)
    entries = known(chance, chance.randint(4, 40))
    named = entries[: max(3, len(entries) * 2 // 3)]
    book = {"名单": table(named)}
    for damage in chance.sample(DAMAGE, chance.randint(1, 4)):
        damage(book, chance)
    try:
        plan = planned(book, entries)
    except InputError:
        # Every firm is on hidden sheets: nothing is imported.
        return
    ended = {entry_id for entry_id, _, _ in [*plan["lapsed"], *plan["waiting"]]}
    assert not ended & {entry.id for entry in named}, (book, plan["lapsed"])
    if {row["fate"] for row in plan["rows"]} & {"wrong", "doubtful"}:
        assert plan["lapsed"] == []
        assert plan["held"]
    fates = ("new", "changed", "same", "doubtful", "wrong", "skipped")
    assert plan["read"] == sum(imports.counts(plan).get(fate, 0) for fate in fates)


@pytest.mark.parametrize("seed", range(10))
def test_whoever_is_missing_from_a_whole_table_does_lapse(seed: int) -> None:
    chance = random.Random(seed)
    entries = known(chance, 30)
    plan = planned({"名单": table(entries[:25])}, entries)
    assert plan["held"] == []
    missing = {entry.id for entry in entries[25:]}
    spared = {entry_id for entry_id, _, _ in plan["spared"]}
    assert {entry_id for entry_id, _, _ in plan["lapsed"]} == missing - spared
    assert len(spared) <= 1


@pytest.mark.parametrize(
    "note", ["原名云杼传感", "由云杼传感科技更名", "（前身：云杼传感公司）", "云杼传感、沐弦软件合并"]
)
def test_a_short_form_within_other_words_may_mean_the_firm(note: str) -> None:
    held = (RosterTitle("srdi", "2023年度", None, date(2023, 12, 1), date(2027, 12, 1)),)
    known_firm = Listed(1, "南京云杼传感科技有限公司", None, "江宁", held)
    other = Listed(2, "南京青穗生物医药有限公司", None, "江宁", held)
    rows = [[*HEAD, "备注"], ["1", "南京更名后全新能源有限公司", "", "江宁", note]]
    plan = planned({"名单": rows}, [known_firm, other])
    assert [one[0] for one in plan["lapsed"]] == [2]
    assert plan["spared"] == [[1, "南京云杼传感科技有限公司", note]]


async def _upload(browser: Browser, book: Book) -> str:
    await browser.get("/console/imports")
    fields = {"title": "srdi", "batch": "2026年度", "from": "2026-12-01", "complete": "1"}
    page = await browser.post("/console/imports", table=("名单.xlsx", written(book)), **fields)
    assert page.status == 303, page.text
    return page.location


def holders(tx: Tx) -> set[str]:
    """Return who holds the title on a later day."""
    return {
        one.name for one in roster.everything(tx) if any(t.title == "srdi" for t in one.valid_titles(date(2027, 1, 1)))
    }


async def test_a_complete_list_with_a_wrong_line_says_why_it_ends_nothing(desk: DeskStage) -> None:
    browser = await desk.official(RoleKind.EDITOR)
    before = await desk.database.read(holders)
    where = await _upload(browser, {"名单": [HEAD, ["1", "南京沐弦软件有限公司", "", "火星区"]]})
    page = (await browser.get(where)).text
    assert "不会让任何企业失效：有行写错" in page
    assert "<strong>0</strong>称号失效" in page
    await browser.post(f"{where}/apply")
    assert await desk.database.read(holders) >= before


async def test_sheets_that_were_not_read_are_named_and_end_nothing(desk: DeskStage) -> None:
    browser = await desk.official(RoleKind.EDITOR)
    rows = [HEAD, ["1", "南京沐弦软件有限公司", "", "雨花台"]]
    page = (await browser.get(await _upload(browser, {"名单": rows, "隐旧表": rows, "附注": [["甲", "乙"]]}))).text
    assert "隐旧表：隐藏的工作表，2 行" in page
    assert "附注：没有表头的工作表，1 行" in page
    assert "不会让任何企业失效：有内容没有读" in page


@pytest.mark.parametrize("decides", [True, False])
async def test_titles_end_only_once_every_doubtful_line_is_decided(desk: DeskStage, decides: bool) -> None:
    browser = await desk.official(RoleKind.EDITOR)
    before = await desk.database.read(holders)
    where = await _upload(browser, {"名单": [HEAD, ["1", "南京沐玄软件有限公司", "", "雨花台"]]})
    page = (await browser.get(where)).text
    assert "要等每一行都判断完才让企业失效" in page
    entry_id = page.split('name="line-2" value="')[1].split('"')[0]
    await browser.post(f"{where}/apply", **({"line-2": entry_id} if decides else {}))
    after = await desk.database.read(holders)
    assert "南京沐弦软件有限公司" in after
    assert (after < before) is decides


async def test_a_plan_of_before_rows_were_accounted_for_is_not_applied(desk: DeskStage) -> None:
    browser = await desk.official(RoleKind.EDITOR)
    old = {"rows": [], "lapsed": [[1, "某厂", "srdi"]], "lapse_from": "2026-12-01"}

    def keep(tx: Tx) -> int:
        return imports.save(tx, 1, None, "旧.xlsx", change_counters.current(tx, roster.VERSION), old)

    where = f"/console/imports/{await desk.database.write(keep)}"
    assert (await browser.get(where)).status == 200
    refused = await browser.post(f"{where}/apply")
    assert (refused.status, "重新上传" in refused.text) == (422, True)
