"""What we write comes back: the export changes nothing, corrected wrong rows come in, award dates stay."""

import io
import random
from datetime import date, timedelta
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from bot.console.roster.imports import REASONS
from bot.services.roster import export, import_plan, spreadsheet
from bot.services.roster.rows import ImportDefaults, names_of
from bot.services.roster.titles import resolved
from bot.web import spreadsheets
from config.areas import Areas
from config.policy.loader import load
from matchmaking.names import credit_code
from storage.people.roles import RoleKind
from storage.roster.roster import Listed, RosterTitle
from tests.console.stage import DeskStage
from tests.console.test_odd_characters import bytes_of
from tests.console.test_roster_import import text_of
from tests.console.test_roster_previews import listed, uploaded

CHOICES = {choice.value: choice for choice in load().facts["titles"].choices}
AREAS = Areas.load()
TODAY = date(2026, 12, 1)
GIVEN = ImportDefaults(None, "", None, None, True, TODAY)
HEADS = ["", "*", "=", "'", "★", "ＡＢ", "3M", "（集团）", " "]


def _code(number: int) -> str:
    body = f"91320102MA{number:07}"
    return body + credit_code.check_character(body)


def _title(chance: random.Random, kind: str, batch: str) -> RosterTitle:
    starts = date(2015, 1, 1) + timedelta(days=chance.randrange(5000))
    ends = chance.choice([None, starts + timedelta(days=chance.randint(28, 7000))])
    return RosterTitle(kind, batch, chance.choice([True, False, None]), starts, ends, chance.choice([None, starts]))


def _roster(chance: random.Random) -> list[Listed]:
    entries = []
    for number in range(1, chance.randint(2, 40)):
        area = chance.choice([None, *AREAS])
        zone = area if area is not None and AREAS.is_zone(area) else None
        titles = [
            _title(chance, chance.choice(list(CHOICES)), chance.choice([f"第{at}批", f"{at}年度、增补", f"=第{at}批"]))
            for at in range(chance.randint(0, 4))
        ]
        name = f"{chance.choice(HEADS)}南京{''.join(chance.choices('云杼澜砚青穗北芒沐弦', k=3))}{number}号机械有限公司"
        district = None if area is None else AREAS.district_of(area)
        code = chance.choice([None, _code(number)])
        # As the store returns them.
        titles = sorted(resolved(titles), key=lambda title: title.valid_from)
        entries.append(Listed(number, name, code, district, tuple(titles), zone))
    return entries


def _planned(data: bytes, entries: list[Listed], given: ImportDefaults = GIVEN) -> dict[str, Any]:
    return import_plan.plan(spreadsheet.read(data), entries, given, AREAS, names_of(CHOICES))


@pytest.mark.parametrize("form", ["xlsx", "csv"])
@pytest.mark.parametrize("seed", range(60))
def test_the_export_of_any_roster_comes_back_and_changes_nothing(seed: int, form: str) -> None:
    entries = _roster(random.Random(seed))
    body = spreadsheets.as_file(form, "名录", export.HEAD, export.rows(entries, CHOICES)).body
    assert isinstance(body, bytes)
    plan = _planned(body, entries)
    changed = [row for row in plan["rows"] if row["fate"] != "same"]
    assert changed == []
    assert plan["lapsed"] == []
    assert len(plan["rows"]) == sum(1 for entry in entries if entry.titles)


def test_wrong_rows_go_out_with_their_cells_and_reasons_and_come_in_once_corrected() -> None:
    table = text_of(
        ["企业名称", "统一社会信用代码", "所属区", "称号", "批次", "获评日期", "有效期", "备注"],
        ["南京甲机械有限公司", "", "火星区", "专精特新中小企业", "第一批", "2025-11-20", "2025.12-2028.11", "首次"],
        ["南京乙机械有限公司", _code(2), "江宁", "专精特新中小企业、国家专精特新小巨人企业", "第二批", "不详", "", ""],
        ["南京丙机械有限公司", "", "六合", "专精特新中小企业", "第三批", "", "2025.12-2028.11", ""],
    )
    plan = _planned(table.encode(), [])
    rows = list(export.wrong_rows(plan, REASONS))
    assert [(row[1], row[-1]) for row in rows] == [("2", "不认识的区：火星区"), ("3", "看不懂的日期：不详")]
    assert rows[1][2:8] == (
        "南京乙机械有限公司",
        _code(2),
        "江宁",
        "",
        "专精特新中小企业、国家专精特新小巨人企业",
        "第二批",
    )
    corrected = [[cell.replace("火星区", "江宁").replace("不详", "2025-11-20") for cell in row] for row in rows]
    again = _planned(text_of(list(export.WRONG_HEAD), *corrected).encode(), [])
    assert [(row["name"], row["fate"], len(row["titles"])) for row in again["rows"]] == [
        ("南京甲机械有限公司", "new", 1),
        ("南京乙机械有限公司", "new", 2),
    ]
    assert again["rows"][0]["titles"][0] == plan["rows"][2]["titles"][0] | {
        "batch": "第一批",
        "first": True,
        "awarded": "2025-11-20",
    }


async def test_the_page_offers_the_wrong_rows_as_a_workbook_whatever_is_in_them(desk: DeskStage) -> None:
    browser = await desk.official(RoleKind.EDITOR)
    table = text_of(
        ["企业名称", "所属区", "称号", "批次", "有效期起"],
        ["南京\x0b甲\x02机械有限公司", "=1+1\ufffe", "专精特新中小企业", "第一批", "2026-01-01"],
    )
    where = await uploaded(browser, table.encode(), "名单.csv")
    assert f"{where}/wrong" in (await browser.get(where)).text
    page = await bytes_of(browser, f"{where}/wrong")
    (_, row) = CalamineWorkbook.from_filelike(io.BytesIO(page)).get_sheet_by_index(0).to_python()
    assert str(row[2]).replace("\ufffd", "").replace(" ", "") == "南京甲机械有限公司"
    assert str(row[-1]).startswith("不认识的区：=1+1")


@pytest.mark.parametrize(
    ("heads", "cells", "days"),
    [
        (["获评日期", "有效期"], ["2025年11月20日", "2025.12-2028.11"], ("2025-11-20", "2025-12-01", "2028-12-01")),
        (["公布日期", "有效期起"], ["46357", "2027-01-01"], ("2026-12-01", "2027-01-01", None)),
        (["认定时间", "有效期至"], ["2025-11-20", "2028-11-30"], ("2025-11-20", "2025-11-20", "2028-12-01")),
        (["认定时间", "有效期至"], ["2025年11月", "2028-11-30"], (None, "2025-11-01", "2028-12-01")),
        (["有效期起", "有效期至"], ["2025-12-01", "2028-11-30"], (None, "2025-12-01", "2028-12-01")),
    ],
)
def test_the_day_of_the_award_is_kept_beside_the_validity_and_never_invented(
    heads: list[str], cells: list[str], days: tuple[str | None, ...]
) -> None:
    given = ImportDefaults("srdi", "第一批", None, None, False, TODAY)
    (row,) = _planned(text_of(["企业名称", *heads], ["南京某某机械厂", *cells]).encode(), [], given)["rows"]
    (title,) = row["titles"]
    assert (title["awarded"], title["valid_from"], title["valid_until"]) == days


async def test_the_day_of_the_award_is_shown_stored_and_not_lost_by_a_table_without_it(desk: DeskStage) -> None:
    browser = await desk.official(RoleKind.EDITOR)
    head = ["企业名称", "所属区", "称号", "批次", "获评日期", "有效期起"]
    row = ["南京试样机械有限公司", "江宁区", "专精特新中小企业", "2026年度", "2026-11-20", "2026-12-01"]
    for columns in ((0, 1, 2, 3, 4, 5), (0, 1, 2, 3, 5)):
        data = text_of(*([cells[at] for at in columns] for cells in (head, row)))
        where = await uploaded(browser, data.encode(), "名单.csv")
        assert ("2026-11-20 获评" in (await browser.get(where)).text) == (4 in columns)
        await browser.post(f"{where}/apply")
    (found,) = [one for one in await desk.database.read(listed) if one.name == row[0]]
    assert [title.awarded for title in found.titles] == [date(2026, 11, 20)]
