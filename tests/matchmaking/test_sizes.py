"""Sizes of 工信部联企业〔2011〕300号 on both sides of each threshold, beside a second, naive implementation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.eligibility.company_size import SIZES, Indicator, Trades

TRADES = Trades.load()
# As in the rule's fourth article: (trade, first indicator, second), each from small, medium, large on.
WRITTEN: list[tuple[str, tuple[Indicator, int, int, int], tuple[Indicator, int, int, int] | None]] = [
    ("农、林、牧、渔业", ("revenue", 50, 500, 20000), None),
    ("工业", ("staff", 20, 300, 1000), ("revenue", 300, 2000, 40000)),
    ("建筑业", ("revenue", 300, 6000, 80000), ("assets", 300, 5000, 80000)),
    ("批发业", ("staff", 5, 20, 200), ("revenue", 1000, 5000, 40000)),
    ("零售业", ("staff", 10, 50, 300), ("revenue", 100, 500, 20000)),
    ("交通运输业", ("staff", 20, 300, 1000), ("revenue", 200, 3000, 30000)),
    ("仓储业", ("staff", 20, 100, 200), ("revenue", 100, 1000, 30000)),
    ("邮政业", ("staff", 20, 300, 1000), ("revenue", 100, 2000, 30000)),
    ("住宿业", ("staff", 10, 100, 300), ("revenue", 100, 2000, 10000)),
    ("餐饮业", ("staff", 10, 100, 300), ("revenue", 100, 2000, 10000)),
    ("信息传输业", ("staff", 10, 100, 2000), ("revenue", 100, 1000, 100000)),
    ("软件和信息技术服务业", ("staff", 10, 100, 300), ("revenue", 50, 1000, 10000)),
    ("房地产开发经营", ("revenue", 100, 1000, 200000), ("assets", 2000, 5000, 10000)),
    ("物业管理", ("staff", 100, 300, 1000), ("revenue", 500, 1000, 5000)),
    ("租赁和商务服务业", ("staff", 10, 100, 300), ("assets", 100, 8000, 120000)),
    ("其他行业", ("staff", 10, 100, 300), None),
]
Bounds = tuple[Indicator, int, int, int]
Row = tuple[str, Bounds, Bounds | None]
ENOUGH = 10_000_000


def naive(first: tuple[int, ...], second: tuple[int, ...] | None, one: float, other: float) -> str:
    """Follow the text: large is not "X以下或Y以下"; medium and small need both; the rest is micro."""

    def both(at: int) -> bool:
        return one >= first[at] and (second is None or other >= second[at])

    return "large" if both(2) else "medium" if both(1) else "small" if both(0) else "micro"


def test_the_rule_has_sixteen_trades_and_so_have_we() -> None:
    assert sorted(trade.name for trade in TRADES) == sorted(name for name, _, _ in WRITTEN)


@pytest.mark.parametrize(("name", "first", "second"), WRITTEN, ids=[row[0] for row in WRITTEN])
def test_each_threshold_counts_from_its_very_figure_on(
    name: str, first: tuple[Indicator, int, int, int], second: tuple[Indicator, int, int, int] | None
) -> None:
    trade = TRADES.named(name)
    assert trade is not None
    for mine, others in ((first, second), (second, first)):
        if mine is None:
            continue
        indicator, *floors = mine
        beside: dict[Indicator, float] = {} if others is None else {others[0]: ENOUGH}
        for rung, floor in enumerate(floors):
            assert trade.size({indicator: floor, **beside}) == SIZES[rung + 1]
            assert trade.size({indicator: floor - 1, **beside}) == SIZES[rung]
            assert trade.size({indicator: floor - 0.01, **beside}) == SIZES[rung]


FIGURES = st.one_of(
    st.integers(0, 300_000),
    st.sampled_from([n + d for _, a, b in WRITTEN for t in (a, b) if t for n in t[1:] for d in (-1, 0, 1)]),
)


@given(st.sampled_from(WRITTEN), FIGURES, FIGURES)
def test_the_table_agrees_with_the_articles(row: Row, one: int, other: int) -> None:
    name, first, second = row
    trade = TRADES.named(name)
    assert trade is not None
    figures: dict[Indicator, float] = {first[0]: one, **({} if second is None else {second[0]: other})}
    assert trade.size(figures) == naive(first[1:], second and second[1:], one, other)


@given(st.sampled_from(WRITTEN), FIGURES, FIGURES, FIGURES)
def test_more_never_makes_smaller_and_what_is_settled_stays(
    row: Row,
    one: int,
    other: int,
    more: int,
) -> None:
    name, first, second = row
    trade = TRADES.named(name)
    assert trade is not None
    figures: dict[Indicator, float] = {first[0]: one, **({} if second is None else {second[0]: other})}
    size = trade.size(figures)
    assert size is not None
    grown = trade.size({**figures, first[0]: one + more})
    assert grown is not None
    assert SIZES.index(grown) >= SIZES.index(size)
    known_early = trade.size({first[0]: one})
    assert known_early in (None, size)
    assert trade.size({}) is None


@pytest.mark.parametrize(
    ("name", "typed", "figures"),
    [
        ("工业", "120人 3500万", {"staff": 120, "revenue": 3500}),
        ("工业", "１２０人，收入1.2亿元", {"staff": 120, "revenue": 12000}),
        ("工业", "120 3500", {"staff": 120, "revenue": 3500}),
        ("工业", "营收3,500万，员工120", {"staff": 120, "revenue": 3500}),
        ("工业", "15人", {"staff": 15}),
        ("建筑业", "资产6000万 收入7000万", {"assets": 6000, "revenue": 7000}),
        ("建筑业", "7000万 6000万", {"revenue": 7000, "assets": 6000}),
        ("其他行业", "30", {"staff": 30}),
        ("工业", "不知道", {}),
        ("工业", "9" * 10_000, {}),
    ],
)
def test_figures_are_read_as_people_type_them(name: str, typed: str, figures: dict[Indicator, float]) -> None:
    trade = TRADES.named(name)
    assert trade is not None
    if len(typed) < 100:
        assert trade.read(typed) == figures
    else:
        trade.read(typed)


def test_one_figure_beneath_small_settles_micro() -> None:
    trade = TRADES.in_words("我们做工业传感器")
    assert trade is not None
    assert trade.size({"staff": 19}) == "micro"
    assert trade.size({"staff": 20}) is None
    assert trade.missing({"staff": 20}) == ("revenue",)
