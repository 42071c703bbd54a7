"""Every table row is accounted for with a reason; non-firms stay out; our own export can be re-imported."""

import io
import random
from typing import Any

import pytest
import xlsxwriter

from bot.services.broadcasts import name_list
from bot.services.roster import import_plan, imports, spreadsheet
from bot.services.roster.rows import names_of, title_named
from config.areas import Areas
from config.errors import InputError
from config.policy.loader import load
from tests.console.test_roster_import import GIVEN, text_of, xlsx

HEAD = ["序号", "企业名称", "所属区", "人数"]
FIRM = ["1", "南京试样机械有限公司", "江宁区", "10"]
TITLES = names_of({choice.value: choice for choice in load().facts["titles"].choices})
FATES = ("new", "changed", "same", "doubtful", "wrong", "skipped")


def planned(data: bytes) -> dict[str, Any]:
    return import_plan.plan(spreadsheet.read(data), [], GIVEN, Areas.load(), TITLES)


NO_FIRMS = {
    "a subtotal beside a district": ["玄武区小计", "3家", "", ""],
    "with blanks": ["", " 合　计 ", "", "20"],
    "of the page": ["", "本页小计", "", "20"],
    "a count": ["", "共2家", "", ""],
    "a count and the district": ["", "江宁区共计5家企业", "", ""],
    "a bare count": ["", "12 家", "", "120"],
    "the rest is empty": ["", "（以下空白）", "", ""],
    "a page": ["第 2 页，共 3 页", "", "", ""],
    "a page in the names": ["", "第2页", "", ""],
    "a district's heading": ["二、浦口区（1家）", "", "", ""],
    "a district's heading in the names": ["", "（三）六合区", "", ""],
    "a note": ["注：以上企业按区排列", "", "", ""],
    "a signature": ["填表人：某某", "", "审核人：某某", ""],
    "an agency": ["", "", "", "南京市工业和信息化局"],
    "the day": ["", "", "", "2026年11月5日"],
    "the header again": HEAD,
}


@pytest.mark.parametrize("row", NO_FIRMS.values(), ids=NO_FIRMS)
def test_a_row_that_is_no_firm_is_skipped_with_its_words(row: list[str]) -> None:
    plan = planned(xlsx(HEAD, FIRM, row, ["2", "南京小计共赢机械有限公司", "六合区", "5"]))
    assert [one["name"] for one in plan["rows"]] == ["南京试样机械有限公司", "南京小计共赢机械有限公司"]
    assert [(one["number"], one["why"]) for one in plan["skipped"]] == [(3, "header" if row == HEAD else "footer")]


NAMELESS = {
    "a code and no name": ["2", "", "江宁区", "10"],
    "a number alone": ["2", "", "", ""],
    "a formula that gave nothing": ["2", "0", "江宁区", ""],
    "a formula that broke": ["2", "#REF!", "江宁区", ""],
    "words that nobody foresaw": ["", "全市汇总情况", "", ""],
    "a firm that slipped a column": ["南京错列机械有限公司", "", "", ""],
}


@pytest.mark.parametrize("row", NAMELESS.values(), ids=NAMELESS)
def test_a_row_whose_name_is_missing_or_none_is_an_error_and_not_dropped(row: list[str]) -> None:
    plan = planned(xlsx(HEAD, FIRM, row))
    assert [(one["line"], one["fate"]) for one in plan["rows"]] == [(2, "new"), (3, "wrong")]
    assert plan["rows"][1]["why"] in ("name", "name_doubtful")
    assert plan["skipped"] == []


@pytest.mark.parametrize("seed", range(40))
def test_what_is_read_is_the_sum_of_what_becomes_of_it(seed: int) -> None:
    chance = random.Random(seed)
    kinds = [
        *NO_FIRMS.values(),
        *NAMELESS.values(),
        FIRM,
        ["9", "", "", ""],
        ["", "", "", ""],
        ["1", "南京甲厂", "火星", ""],
    ]
    rows = [chance.choice(kinds) for _ in range(chance.randint(1, 30))] + [FIRM]
    plan = planned(text_of(HEAD, *rows).encode())
    assert plan["read"] == sum(1 for row in rows if any(row))
    assert plan["read"] == sum(imports.counts(plan).get(fate, 0) for fate in FATES)


def test_every_visible_sheet_with_a_header_is_read_and_two_rows_of_one_number_are_two() -> None:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        for name in ("江宁区", "六合区"):
            book.add_worksheet(name).write_column(0, 0, ["企业名称", f"南京{name}机械有限公司"])
            book.get_worksheet_by_name(name).write_column(0, 1, ["所属区", name])
    plan = planned(made.getvalue())
    assert [(row["line"], row["district"], row["fate"]) for row in plan["rows"]] == [
        (2, "江宁", "new"),
        (2, "六合", "new"),
    ]
    assert len({row["key"] for row in plan["rows"]}) == 2


def test_tables_side_by_side_are_all_read() -> None:
    right = ["2", "南京右边机械有限公司", "六合区", "3"]
    far = ["3", "南京远处机械有限公司", "玄武区", "3"]
    plan = planned(
        xlsx(
            [*HEAD, "", *HEAD, *HEAD], [*FIRM, "", *right, "", "", "", ""], [*[""] * 9, *far], ["", "合计", *[""] * 11]
        )
    )
    assert [(row["line"], row["block"], row["name"], row["district"]) for row in plan["rows"]] == [
        (2, 0, FIRM[1], "江宁"),
        (2, 1, right[1], "六合"),
        (3, 2, far[1], "玄武"),
    ]
    assert len({row["key"] for row in plan["rows"]}) == 3
    assert [(part["why"], part["unread"], part["read"]) for part in plan["parts"]] == [("", 0, 4)]


@pytest.mark.parametrize(
    "head",
    [
        ["企业名称", "企业名称", "企业名称"],
        ["序号", "企业名称", "所属区", "企业名称", "所属区"],
        ["企业名称", "所属区", "公司名称", "所属区"],
        ["企业名称", "统一社会信用代码", "所属区", "企业名称"],
    ],
)
def test_each_column_of_names_is_a_table(head: list[str]) -> None:
    names = [place for place, cell in enumerate(head) if "名称" in cell]
    row = [
        f"南京第{at}号机械有限公司" if at in names else "江宁" if head[at] == "所属区" else ""
        for at in range(len(head))
    ]
    assert [one["name"] for one in planned(xlsx(head, row))["rows"]] == [row[at] for at in names]


@pytest.mark.parametrize(
    "head", [["企业名称", "企业名称", "所属区", "人数"], ["企业名称", "申报单位联系人", "所属区", "电话"]]
)
def test_one_heading_over_two_columns_or_another_word_for_a_firm_is_no_second_table(head: list[str]) -> None:
    plan = planned(xlsx(head, [FIRM[1], "", "江宁区", "9"]))
    assert [(row["name"], row["district"]) for row in plan["rows"]] == [(FIRM[1], "江宁")]


def test_a_header_of_three_rows_is_one() -> None:
    data = text_of(
        ["序号", "企业信息", "", "称号", "", ""],
        ["", "企业名称", "所属区", "有效期", "", "批次"],
        ["", "", "", "起始日期", "截止日期", ""],
        ["1", FIRM[1], "江宁区", "2025.12", "2028.11", "第七批"],
    )
    plan = planned(data.encode())
    (row,) = plan["rows"]
    (title,) = row["titles"]
    assert (row["district"], title["batch"], title["valid_from"], title["valid_until"]) == (
        "江宁",
        "第七批",
        "2025-12-01",
        "2028-12-01",
    )


def test_a_heading_above_a_group_or_the_sheet_s_name_is_the_district_of_its_rows() -> None:
    head = ["序号", "企业名称", "人数"]
    firms = [[str(at), f"南京分组{at}号机械有限公司", "5"] for at in range(5)]
    groups = [["一、江宁区（1家）", "", ""], ["江宁区小计", "", "5"], ["（二）六合区", "", ""], ["说明：略", "", ""]]
    plan = planned(
        xlsx(head, groups[0], firms[0], groups[1], firms[1], groups[2], firms[2], firms[3], groups[3], firms[4])
    )
    assert [row["district"] for row in plan["rows"]] == ["江宁", None, "六合", "六合", None]
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        for name in ("浦口区", "名单"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, head)
            sheet.write_row(1, 0, ["1", f"南京{name}机械有限公司", "5"])
    assert [row["district"] for row in planned(made.getvalue())["rows"]] == ["浦口", None]


def test_two_rows_that_contradict_each_other_are_not_merged() -> None:
    head = ["企业名称", "有效期起", "有效期至"]
    name = FIRM[1]
    plan = planned(xlsx(head, [name, "2026-01-01", "2028-12-31"], [name, "2026-01-01", "2029-12-31"]))
    assert [(row["fate"], row["why"]) for row in plan["rows"]] == [("new", ""), ("wrong", "contrary")]


@pytest.mark.parametrize(
    ("written", "area"),
    [
        ("江宁区工信局", "江宁"),
        ("溧水区工业和信息化局", "溧水"),
        ("江北新区经济发展局", "江北新区"),
        ("南京市六合区科技和工业信息化局", "六合"),
        ("南京经济技术开发区管委会", "栖霞"),
        ("雨花台区人民政府", "雨花台"),
    ],
)
def test_the_agency_that_recommends_stands_for_its_district(written: str, area: str) -> None:
    (row,) = planned(text_of(["企业名称", "推荐单位"], ["南京某厂", written]).encode())["rows"]
    assert (row["district"], row["why"]) == (area, "")


@pytest.mark.parametrize("written", ["江宁区、秦淮区", "鼓楼/玄武", "浦口区工信局，六合区"])
def test_a_cell_that_names_two_districts_is_an_error(written: str) -> None:
    data = text_of(["企业名称", "推荐单位"], ["南京试样机械有限公司", written]).encode("utf-8")
    (row,) = planned(data.replace(written.encode(), f'"{written}"'.encode()))["rows"]
    assert (row["fate"], row["why"], row["said"]) == ("wrong", "district", written)


@pytest.mark.parametrize("written", ['="91320115MA0000850J"', "'91320115MA0000850J", " 91320115ma0000850j"])
def test_a_code_guarded_against_counting_is_the_code(written: str) -> None:
    (row,) = planned(text_of(["企业名称", "统一社会信用代码"], ["南京某厂", written]).encode())["rows"]
    assert (row["code"], row["why"]) == ("91320115MA0000850J", "")


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("国家级专精特新“小巨人”企业", "little_giant"),
        ("国家专精特新小巨人企业", "little_giant"),
        ("国家级专精特新「小巨人」企业（复核通过）", "little_giant"),
        ("江苏省专精特新小巨人企业", None),
        ("省级专精特新中小企业", "srdi"),
        ("国家级制造业单项冠军企业", "champion"),
    ],
)
def test_a_whole_title_is_known_and_a_province_s_is_not_the_nation_s(written: str, code: str | None) -> None:
    assert title_named(written, TITLES) == code


WEB = {
    "a page": b"<html><body><table><tr><td>x</td></tr></table></body></html>",
    "with a mark": b"\xef\xbb\xbf<!DOCTYPE html><table>",
    "XML of 2003": b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>',
    "an archive of a page": b"MIME-Version: 1.0\nContent-Type: multipart/related",
}


@pytest.mark.parametrize("data", WEB.values(), ids=WEB)
def test_a_web_page_is_called_one(data: bytes) -> None:
    for read in (spreadsheet.read, name_list.read):
        with pytest.raises(InputError) as refused:
            read(data)
        assert refused.value.code == "table_web"


def test_a_list_for_a_broadcast_holds_every_visible_firm_and_no_hidden_one() -> None:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        for number, name in enumerate(("江宁", "旧数据", "六合")):
            sheet = book.add_worksheet(name)
            sheet.write_column(
                0, 0, ["企业名称", *(f"南京{name}{at}号机械有限公司" for at in range(number + 1)), "合计"]
            )
            sheet.write_column(0, 1, ["所属区"])
            if name == "旧数据":
                sheet.hide()
    found = name_list.read(made.getvalue())
    assert found == ["南京江宁0号机械有限公司", *(f"南京六合{at}号机械有限公司" for at in range(3))]


@pytest.mark.parametrize("seed", range(60))
def test_of_any_workbook_each_sheet_s_rows_are_the_sum_of_what_becomes_of_them(seed: int) -> None:
    chance = random.Random(seed)
    kinds = [*NO_FIRMS.values(), *NAMELESS.values(), FIRM, ["1", "南京甲厂", "火星", ""], [""] * 4]
    made, expected = io.BytesIO(), []
    with xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False}) as book:
        for number in range(chance.randint(1, 4)):
            sheet, beside = book.add_worksheet(f"表{number}"), chance.randint(1, 3)
            rows = [[chance.choice(kinds) for _ in range(beside)] for _ in range(chance.randint(1, 12))] + [
                [FIRM] * beside
            ]
            rows = [row if HEAD not in row else [HEAD] * beside for row in rows]
            for at, row in enumerate([[HEAD] * beside, *rows]):
                sheet.write_row(at, 0, [cell for part in row for cell in [*part, ""]])
            # A header that comes again is one row, across all tables.
            expected.append(sum(1 if row[0] == HEAD else sum(map(any, row)) for row in rows))
            if chance.random() < 0.2 and number:
                sheet.hide()
                expected[-1] = 0
    plan = planned(made.getvalue())
    found = [[*plan["rows"], *plan["skipped"]]] * len(expected)
    assert [sum(one["sheet"] == at for one in some) for at, some in enumerate(found)] == expected
    assert [part["read"] for part in plan["parts"]] == expected
    assert plan["read"] == sum(expected)
