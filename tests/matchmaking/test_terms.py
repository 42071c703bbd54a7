"""Sums and deadlines as people write them, as a table."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.text.money_and_dates import deadlines, number, sums

TODAY = date(2026, 11, 5)
ZONE = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,200.5", 1200.5),
        ("十", 10),
        ("二十", 20),
        ("一百一十", 110),
        ("三百五", 350),
        ("三百零五", 305),
        ("两千零一", 2001),
        ("一万五", 15_000),
        ("10万零五百", 100_500),
        ("3千万", 30_000_000),
        ("壹佰万", 1_000_000),
        ("1.2亿", 120_000_000),
        ("1亿2000万", 120_000_000),
        ("一亿二", 120_000_000),
        ("一亿二千万", 120_000_000),
        ("二〇二七", 2027),
        ("", None),
        ("abc", None),
    ],
)
def test_numbers_in_figures_and_in_words(text: str, value: float | None) -> None:
    assert number(text) == value


@given(st.integers(1, 9999_9999_9999))
def test_every_whole_number_reads_the_same_in_words(value: int) -> None:
    assert number(_in_words(value)) == value


def _in_words(value: int) -> str:
    def below(part: int) -> str:
        words, gap = "", False
        for size, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
            digit = part // size % 10
            if digit:
                words += ("零" if gap and words else "") + "零一二三四五六七八九"[digit] + sign
            gap = not digit
        return words

    words, high = "", False
    for size, sign in ((100_000_000, "亿"), (10_000, "万"), (1, "")):
        part = value // size % 10_000
        if part:
            words += ("零" if high and part < 1000 else "") + below(part) + sign
            high = True
    return words


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("榜单金额300万元", [(3_000_000, 3_000_000)]),
        ("300-500万元", [(3_000_000, 5_000_000)]),
        ("30万至50万元", [(300_000, 500_000)]),
        ("100元至200元", [(100, 200)]),
        ("不超过两百万", [(2_000_000, 2_000_000)]),
        ("人民币壹佰万元整", [(1_000_000, 1_000_000)]),
        ("投入1亿2000万元", [(120_000_000, 120_000_000)]),
        ("1000万元以上2000万元以下", [(10_000_000, 10_000_000), (20_000_000, 20_000_000)]),
        ("年产100万台", []),
        ("产能30万吨，服务10万人次", []),
        ("功率3000瓦", []),
        ("9" * 400 + "元", []),
        ("9" * 20 + "元", []),
        ("3万5千吨", []),
    ],
)
def test_sums_of_money(text: str, yuan: list[tuple[int, int]]) -> None:
    assert [(amount.low, amount.high) for amount in sums(text)] == yuan


@pytest.mark.parametrize(
    ("text", "too_late"),
    [
        ("2027年6月底前", "2027-07-01T00:00:00+08:00"),
        ("二〇二七年六月底前", "2027-07-01T00:00:00+08:00"),
        ("2027年6月30日前", "2027-07-01T00:00:00+08:00"),
        ("2027年6月30日24点前", "2027-07-01T00:00:00+08:00"),
        ("2027年6月30日18:00前", "2027-06-30T18:00:00+08:00"),
        ("2028年2月底前", "2028-03-01T00:00:00+08:00"),
        ("2027年底前", "2028-01-01T00:00:00+08:00"),
        ("明年底前", "2028-01-01T00:00:00+08:00"),
        ("3月上旬前", "2027-03-11T00:00:00+08:00"),
        ("12月31日前", "2027-01-01T00:00:00+08:00"),
        ("11月4日前", "2027-11-05T00:00:00+08:00"),
        ("11月5日前", "2026-11-06T00:00:00+08:00"),
        ("24点前报名", "2026-11-06T00:00:00+08:00"),
    ],
)
def test_a_day_that_is_named_still_counts(text: str, too_late: str) -> None:
    [limit] = deadlines(text, TODAY, ZONE)
    assert limit.until is not None
    assert limit.until.isoformat() == too_late


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("签约后12个月内交付", ("签约", 12, "month")),
        ("自签约后12个月", ("签约", 12, "month")),
        ("合同签订之日起半年内", ("合同签订", 0.5, "year")),
        ("20个工作日内", ("", 20, "workday")),
        ("一个半月内", ("", 1.5, "month")),
        ("两年内", ("", 2, "year")),
    ],
)
def test_so_long_after_an_event(text: str, span: tuple[str, float, str]) -> None:
    [limit] = deadlines(text, TODAY, ZONE)
    assert (limit.event, limit.count, limit.unit) == span


@pytest.mark.parametrize("text", ["2月30日前", "13月前", "25点前", "质保3年", "前", "之前谈过"])
def test_what_is_no_time_limit(text: str) -> None:
    assert deadlines(text, TODAY, ZONE) == []


@given(st.text(alphabet="一二十百千万亿零半年月日号底前内后个天签约0123456789.,元-至:点", max_size=40))
def test_any_jumble_is_read_without_complaint(text: str) -> None:
    deadlines(text, TODAY, ZONE)
    sums(text)
    number(text)
