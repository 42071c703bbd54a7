"""Dates as officials write them: read correctly, or an error in their row; never a different date."""

from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest

from bot.services.policy import roster_days
from tests.console.test_roster_accounting import planned
from tests.console.test_roster_import import text_of


def rows_of(rows: list[list[str]]) -> list[dict[str, Any]]:
    """Return what a table with these rows would do."""
    found = planned(text_of(*rows).encode())["rows"]
    assert isinstance(found, list)
    return found


STARTS = ["2025.12", "2025年12月", "2025-12-01", "2025/12/1", "2025年12月1日", "20251201", "202512"]
ENDS = ["2028.11", "2028年11月", "2028-11-30", "2028/11/30", "2028年11月30日", "20281130", "202811"]
BETWEEN = ["至", "-", "—", "～", "~", " 至 ", "－", "到"]


@pytest.mark.parametrize(("start", "end"), [*zip(STARTS, ENDS, strict=True)])
def test_a_range_in_one_cell_is_both_its_ends(start: str, end: str) -> None:
    for between in BETWEEN:
        found = roster_days.read(f"{start}{between}{end}")
        assert found is not None, between
        assert (found.first, found.after) == (date(2025, 12, 1), date(2028, 12, 1)), between


SINGLE = {
    "47452": (date(2029, 11, 30), date(2029, 12, 1)),
    "20291130": (date(2029, 11, 30), date(2029, 12, 1)),
    "2029-11-30 00:00:00": (date(2029, 11, 30), date(2029, 12, 1)),
    "２０２９．１１．３０": (date(2029, 11, 30), date(2029, 12, 1)),
    "2029年11月": (date(2029, 11, 1), date(2029, 12, 1)),
    "2025年": (date(2025, 1, 1), date(2026, 1, 1)),
    "2027-12-01（不含）": (date(2027, 12, 1), date(2027, 12, 1)),
    "2027-11-30（含）": (date(2027, 11, 30), date(2027, 12, 1)),
    "自2025年12月1日起至2028年11月30日止": (date(2025, 12, 1), date(2028, 12, 1)),
    "至2028年11月30日": (None, date(2028, 12, 1)),
    "2025-12-01起": (date(2025, 12, 1), None),
    "2029年11月底": (None, date(2029, 12, 1)),
    "长期": (None, None),
    "2026-12-01至长期": (date(2026, 12, 1), None),
}


@pytest.mark.parametrize(("words", "days"), SINGLE.items())
def test_one_day_month_or_year_is_read_as_it_is_meant(words: str, days: tuple[date | None, date | None]) -> None:
    found = roster_days.read(words)
    assert found is not None
    assert (found.first, found.after, found.endless) == (*days, "长期" in words)


# fmt: off
UNREADABLE = [
    "去年底", "2025-13-01", "2025-02-30", "三年", "见文件", "待定", "2025年3月-12月", "2028-11-30前", "1", "0",
    "9999999",
    "12月1日", "2025-12-01、2026-12-01", "暂定2025-12-01", "1825-12-01", "3年（2025）", "#REF!", "-",
    "/", "无",
]
# fmt: on


@pytest.mark.parametrize(("words", "head"), [*product(UNREADABLE, ["认定日期", "有效期至", "有效期"])])
def test_what_nobody_can_read_is_an_error_of_its_row_and_no_day_stands_in_for_it(words: str, head: str) -> None:
    other = ["有效期至", "2029-11-30"] if head == "认定日期" else ["认定时间", "2026-12-01"]
    (row,) = rows_of([["企业名称", head, other[0]], ["南京某厂", words, other[1]]])
    assert (row["fate"], row["why"], row["said"], row["titles"]) == ("wrong", "date", words, [])


HEADS = {
    "two columns": [["企业名称", "认定时间", "有效期至"], ["南京某厂", "2025-12-01", "2028-11-30"]],
    "one column": [["企业名称", "有效期"], ["南京某厂", "2025.12-2028.11"]],
    "the end's column holds both": [["企业名称", "有效期至"], ["南京某厂", "2025年12月-2028年11月"]],
    "the start's column holds both": [["企业名称", "认定有效期起止"], ["南京某厂", "2025/12/1-2028/11/30"]],
    "one heading over two columns": [
        ["企业名称", "所属区", "有效期", ""],
        ["", "", "起始", "截止"],
        ["南京某厂", "江宁", "45992", "2028.11.30"],
    ],
    "start and end beside the award": [
        ["企业名称", "有效期起", "有效期止", "认定时间"],
        ["南京某厂", "2025-12-01", "2028-11-30", "2025-11-05"],
    ],
}


@pytest.mark.parametrize("rows", HEADS.values(), ids=HEADS)
def test_the_days_of_a_row_are_found_under_every_usual_heading(rows: list[list[str]]) -> None:
    (row,) = rows_of(rows)
    assert row["fate"] == "new", (row["why"], row["said"])
    (title,) = row["titles"]
    assert (title["valid_from"], title["valid_until"]) == ("2025-12-01", "2028-12-01")


@pytest.mark.parametrize(
    ("start", "end", "why"),
    [
        ("2028-11-30", "2025-12-01", "until"),
        ("2025-12-01", "2025-12-02", "span"),
        ("2025-12-01", "2065-11-30", "span"),
        ("2025-12-01", "2025-12-27", "span"),
        ("2025-12-01", "2025-12-28", ""),
    ],
)
def test_a_reversed_or_absurd_span_is_an_error(start: str, end: str, why: str) -> None:
    (row,) = rows_of([["企业名称", "认定时间", "有效期至"], ["南京某厂", start, end]])
    assert row["why"] == why


def test_every_serial_of_excel_is_its_day() -> None:
    day = date(2020, 1, 1)
    while day < date(2035, 1, 1):
        found = roster_days.read(str((day - date(1899, 12, 30)).days))
        assert found is not None
        assert (found.first, found.after) == (day, day + timedelta(days=1))
        day += timedelta(days=17)
