"""An official's table as is: found, understood, planned; errors are reported with reasons."""

import csv
import io
import zipfile
from datetime import date

import pytest
import xlsxwriter

from bot.services.roster import import_plan, spreadsheet
from bot.services.roster.rows import ImportDefaults
from bot.services.table_file import MOST_BYTES
from config.areas import Areas
from config.errors import InputError
from storage.roster.roster import Listed, RosterTitle

TODAY = date(2026, 11, 5)
GIVEN = ImportDefaults("srdi", "2026年度", date(2026, 12, 1), date(2029, 12, 1), False, TODAY)
TITLES = {
    "专精特新中小企业": "srdi",
    "科技和创新型中小企业": "innovative",
    "创新型中小企业": "innovative",
}
AREAS = Areas.load()
HEAD = ["序号", "企业名称", "所属区"]
FIRM = ["1", "南京试样机械有限公司", "江宁区"]


def xlsx(*rows: list[str], merged: tuple[int, int, int, str] | None = None, sheets: int = 1) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False}) as book:
        for number in range(sheets):
            sheet = book.add_worksheet()
            for place, row in enumerate(rows if number == sheets - 1 else ()):
                sheet.write_row(place, 0, row)
            if merged is not None:
                top, bottom, column, text = merged
                sheet.merge_range(top, column, bottom, column, text)
    return made.getvalue()


def text_of(*rows: list[str], delimiter: str = ",") -> str:
    made = io.StringIO(newline="")
    csv.writer(made, delimiter=delimiter).writerows(rows)
    return made.getvalue()


def names(data: bytes) -> list[str]:
    return [line.cells["name"] for line in spreadsheet.read(data).lines]


def planned(
    rows: list[list[str]], known: list[Listed] | None = None, given: ImportDefaults = GIVEN
) -> dict[str, object]:
    lines = spreadsheet.read(text_of(*rows).encode())
    return import_plan.plan(lines, known or [], given, AREAS, TITLES)


def fates(
    rows: list[list[str]], known: list[Listed] | None = None, given: ImportDefaults = GIVEN
) -> list[tuple[str, str]]:
    plan = planned(rows, known, given)
    assert isinstance(plan["rows"], list)
    return [(row["fate"], row["why"]) for row in plan["rows"]]


TABLES = {
    "xlsx": xlsx(HEAD, FIRM),
    "on the third sheet": xlsx(HEAD, FIRM, sheets=3),
    "below a title and an empty row": xlsx(["南京市2026年度名单（公示）"], [], HEAD, FIRM),
    "with a footer": xlsx(HEAD, FIRM, ["合计", "1家"], ["", "注：以上企业按区排列"], ["", "填表人：某某"]),
    "with the header again on each page": xlsx(HEAD, FIRM, HEAD),
    "utf-8 csv": text_of(HEAD, FIRM).encode(),
    "utf-8 csv with a mark": text_of(HEAD, FIRM).encode("utf-8-sig"),
    "gbk csv": text_of(HEAD, FIRM).encode("gbk"),
    "utf-16 csv, as Excel's text": text_of(HEAD, FIRM, delimiter="\t").encode("utf-16"),
    "utf-16 csv without a mark": text_of(HEAD, FIRM).encode("utf-16-le"),
    "semicolons": text_of(HEAD, FIRM, delimiter=";").encode(),
    "header with more words": xlsx(["序 号", "企业名称（盖章）", "所属区（园区）"], FIRM),
}


@pytest.mark.parametrize("data", TABLES.values(), ids=TABLES)
def test_a_table_is_read_as_officials_have_it(data: bytes) -> None:
    assert names(data) == ["南京试样机械有限公司"]


def test_a_merged_district_stands_for_each_of_its_firms() -> None:
    rows = [HEAD, ["1", "甲公司", ""], ["2", "乙公司", ""], ["3", "丙公司", "六合区"]]
    lines = spreadsheet.read(xlsx(*rows, merged=(1, 2, 2, "江宁区"))).lines
    assert [line.cells.get("district") for line in lines] == ["江宁区", "江宁区", "六合区"]


def _with_macro() -> bytes:
    made = io.BytesIO(xlsx(HEAD, FIRM))
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    return made.getvalue()


def _bomb() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/sheet.xml", "w") as part:
        for _ in range(210):
            part.write(b" " * 2**20)
    return made.getvalue()


BROKEN = {
    "too large": (b"x" * (MOST_BYTES + 1), "table_large"),
    "unpacks to 210 MB": (_bomb(), "table_large"),
    "macros": (_with_macro(), "table_macros"),
    "half a sheet": (xlsx(*[HEAD] + [FIRM] * 50)[:3000], "table_damaged"),
    "an open quote": (b'a,b\n"c,d', "table_damaged"),
    "an old binary sheet, cut off": (b"\xd0\xcf\x11\xe0" + b"x" * 100, "table_damaged"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "table_encoding"),
    "no header": (text_of(["a", "b"], ["c", "d"]).encode(), "table_no_header"),
    "nothing": (b"", "table_no_header"),
    "a header and nothing": (text_of(HEAD).encode(), "table_empty"),
    "too many": (text_of(HEAD, *[FIRM] * 20_001).encode(), "table_long"),
}


@pytest.mark.parametrize(("data", "code"), BROKEN.values(), ids=BROKEN)
def test_what_cannot_be_read_is_one_clear_error(data: bytes, code: str) -> None:
    with pytest.raises(InputError) as raised:
        spreadsheet.read(data)
    assert raised.value.code == code


KNOWN = [
    Listed(
        1,
        "南京试样机械有限公司",
        None,
        "江宁",
        (RosterTitle("srdi", "2023年度", True, date(2023, 12, 1), date(2026, 12, 1)),),
    ),
    Listed(2, "南京同名科技有限公司", None, "六合", ()),
    Listed(3, "南京有码材料有限公司", "91320102MADEM360XX", "玄武", ()),
]


@pytest.mark.parametrize(
    ("row", "fate"),
    [
        (["1", "南京试样机械有限公司", "江宁区"], ("changed", "")),
        (["1", "  南京试样机械 有限公司 ", "南京市江宁区"], ("changed", "")),
        (["1", "南京试样机戒有限公司", "江宁区"], ("doubtful", "")),
        (["1", "南京同名科技有限公司", "高淳区"], ("doubtful", "")),
        (["1", "南京全新医疗有限公司", "下关区"], ("new", "")),
        (["1", "南京全新医疗有限公司", "火星区"], ("wrong", "district")),
        (["1", "南京全新医疗有限公司", ""], ("new", "")),
    ],
)
def test_only_the_doubtful_go_to_a_person(row: list[str], fate: tuple[str, str]) -> None:
    assert fates([HEAD, row], KNOWN) == [fate]


def test_old_names_of_districts_mean_todays() -> None:
    rows = [HEAD, ["1", "甲", "白下区"], ["2", "乙", "下关"], ["3", "丙", "江浦县"], ["4", "丁", "南京经济技术开发区"]]
    plan = planned(rows)
    assert isinstance(plan["rows"], list)
    assert [row["district"] for row in plan["rows"]] == ["秦淮", "鼓楼", "浦口", "栖霞"]
    assert [row["zone"] for row in plan["rows"]] == [None, None, None, "南京经开区"]


@pytest.mark.parametrize(
    ("heads", "cells", "place"),
    [
        (["所属区/园区"], ["江宁区"], ("江宁", None)),
        (["所属区/园区"], ["江宁开发区"], ("江宁", "江宁开发区")),
        (["所属区/园区"], ["江宁区/江宁经济技术开发区"], ("江宁", "江宁开发区")),
        (["所属区（园区）"], ["栖霞区（南京经开区）"], ("栖霞", "南京经开区")),
        (["所属区", "园区"], ["江宁区", "江宁开发区"], ("江宁", "江宁开发区")),
        (["所属区", "园区"], ["江宁区", "某某软件园"], ("江宁", None)),
        (["园区"], ["新港开发区"], ("栖霞", "南京经开区")),
        (["园区"], ["某某软件园"], (None, None)),
    ],
)
def test_district_and_zone_are_read_from_one_column_or_two(
    heads: list[str], cells: list[str], place: tuple[str | None, str | None]
) -> None:
    plan = planned([["企业名称", *heads], ["南京某厂", *cells]])
    assert isinstance(plan["rows"], list)
    assert (plan["rows"][0]["district"], plan["rows"][0]["zone"], plan["rows"][0]["why"]) == (*place, "")


def test_a_zone_of_another_district_is_wrong_and_a_zone_imports_only_its_own() -> None:
    heads = ["企业名称", "所属区", "园区"]
    assert fates([heads, ["甲", "六合区", "江宁开发区"]]) == [("wrong", "zone")]
    given = ImportDefaults("srdi", "2026年度", TODAY, None, False, TODAY, "江宁开发区")
    rows = [heads, ["甲", "江宁", "江宁开发区"], ["乙", "江宁", ""], ["丙", "", ""], ["丁", "栖霞", "南京经开区"]]
    assert fates(rows, given=given) == [("new", ""), ("wrong", "elsewhere"), ("new", ""), ("wrong", "elsewhere")]


@pytest.mark.parametrize(
    ("head", "cells", "fate"),
    [
        ("统一社会信用代码", "91320102MADEM360X0", ("wrong", "code")),
        ("称号", "宇宙企业", ("wrong", "title")),
        ("称号", "科技和创新型中小企业", ("new", "")),
        ("有效期至", "2020年1月1日", ("wrong", "until")),
        ("有效期", "2026年12月1日至2029年11月30日", ("new", "")),
    ],
)
def test_a_wrong_cell_is_told_by_its_reason(head: str, cells: str, fate: tuple[str, str]) -> None:
    assert fates([["企业名称", head], ["南京某厂", cells]]) == [fate]


def test_a_last_day_is_included_and_a_month_counts_whole() -> None:
    for written, ends in (("2029年11月30日", "2029-12-01"), ("2029/11", "2029-12-01"), ("2029.12", "2030-01-01")):
        plan = planned([["企业名称", "有效期至"], ["南京某厂", written]])
        assert isinstance(plan["rows"], list)
        assert plan["rows"][0]["titles"][0]["valid_until"] == ends


def test_a_district_imports_only_its_own() -> None:
    given = ImportDefaults("srdi", "2026年度", TODAY, None, False, TODAY, "江宁")
    rows = [HEAD, ["1", "甲", "江宁"], ["2", "乙", "六合"], ["3", "丙", ""]]
    assert fates(rows, given=given) == [("new", ""), ("wrong", "elsewhere"), ("new", "")]


def test_a_complete_list_ends_the_titles_of_who_is_missing() -> None:
    given = ImportDefaults("srdi", "2026年度", TODAY, None, True, TODAY)
    assert planned([HEAD, ["1", "全新", "江宁"]], KNOWN, given)["lapsed"] == [[1, "南京试样机械有限公司", "srdi"]]
    assert planned([HEAD, FIRM], KNOWN, given)["lapsed"] == []
