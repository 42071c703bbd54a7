"""Figures as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.text.amounts import amounts, in_figures, spoken_number


@pytest.mark.parametrize(
    ("written", "unit", "value"),
    [
        ("涨到三百万了", "yuan", 3_000_000),
        ("300万元", "yuan", 3_000_000),
        ("300w", "yuan", 3_000_000),
        ("一千万", "yuan", 10_000_000),
        ("1千万", "yuan", 10_000_000),
        ("百万奖励", "yuan", 1_000_000),
        ("六千万", "yuan", 60_000_000),
        ("1.5亿", "yuan", 150_000_000),
        ("两千四", "yuan", 2_400),
        ("九百六十块", "yuan", 960),
        ("2400元/月", "yuan", 2_400),
        ("百分之二十", "percent", 20),
        ("扣30%", "percent", 30),
        ("100家", "firms", 100),
        ("限三名", "persons", 3),
        ("二十条", "clauses", 20),
        ("到2030年", "year", 2030),
    ],
)
def test_a_figure_is_read_in_any_writing(written: str, unit: str, value: float) -> None:
    text = in_figures(written)
    read = amounts(text, lambda before: True)
    assert [(amount.unit, amount.value) for amount in read] == [(unit, value)]


@pytest.mark.parametrize(
    "written", ["千万别", "万一不行", "百场万企", "欠了两百多万", "几百万", "第二十条", "十来个人", "61号文"]
)
def test_what_only_looks_like_a_figure_is_none(written: str) -> None:
    assert amounts(in_figures(written)) == []


@given(st.integers(min_value=1, max_value=9999))
def test_every_number_up_to_ten_thousand_is_read_in_words(number: int) -> None:
    digits, units = "零一二三四五六七八九", ["千", "百", "十", ""]
    words = ""
    for char, unit in zip(f"{number:04d}", units, strict=True):
        if char != "0":
            words += digits[int(char)] + unit
        elif words and not words.endswith("零"):
            words += "零"
    assert spoken_number(words.rstrip("零")) == number


@given(st.text(max_size=80))
def test_any_text_is_taken(text: str) -> None:
    for amount in amounts(in_figures(text), lambda before: True):
        assert 0 <= amount.start < amount.end
