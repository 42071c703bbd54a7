"""Long text as several messages: cut sensibly, never inside a link or a character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.text_splitting import parted, printable, split

TAIL = "\n（更多）"
LINK = '<a href="weixin://bizmsgmenu?msgmenucontent=第五条&msgmenuid=5">第五条</a>'


def test_what_fits_is_not_touched() -> None:
    words = "好" * 682 + "ab"
    assert len(words.encode()) == 2048
    assert split(words, tail=TAIL) == (words, "")


def test_a_long_text_is_cut_at_a_line_end() -> None:
    lines = [f"第{number}行" + "字" * 40 for number in range(40)]
    first, rest = split("\n".join(lines), tail=TAIL)
    assert first.endswith(TAIL)
    assert first.removesuffix(TAIL).split("\n") + rest.split("\n") == lines


def test_the_end_of_a_paragraph_is_better_than_that_of_a_line() -> None:
    paragraphs = ["\n".join(["字" * 40] * 10), "\n".join(["词" * 40] * 10)]
    assert split("\n\n".join(paragraphs)) == (paragraphs[0], paragraphs[1])


@pytest.mark.parametrize("before", range(90, 125))
def test_no_link_is_cut(before: int) -> None:
    words = "x" * before + LINK + "y" * 60
    first, rest = split(words, limit=160)
    assert first.count("<a") == first.count("</a>")
    assert rest.count("<a") == rest.count("</a>")
    assert first + rest == words


@pytest.mark.parametrize("cluster", ["e\u0301\u0302", "👩\u200d👩\u200d👧", "👍🏽", "🇨🇳", "1\ufe0f\u20e3"])
@pytest.mark.parametrize("before", range(40, 64))
def test_no_character_that_people_see_is_cut(cluster: str, before: int) -> None:
    first, rest = split("x" * before + cluster + "y" * 40, limit=64)
    assert cluster in first or cluster in rest
    assert first + rest == "x" * before + cluster + "y" * 40


def test_a_link_longer_than_the_limit_is_cut_rather_than_never_sent() -> None:
    words = f'<a href="{"x" * 300}">x</a>'
    first, rest = split(words, limit=100)
    assert len(first) == 100
    assert first + rest == words


def test_marks_without_a_letter_do_not_stop_the_cut() -> None:
    first, rest = split("\u0301" * 3000)
    assert first + rest == "\u0301" * 3000
    assert first


@given(st.text(max_size=400), st.integers(min_value=16, max_value=200))
def test_the_parts_fit_and_lose_only_line_ends(words: str, limit: int) -> None:
    parts, rest = [], words
    while rest:
        part, left = split(rest, limit, "…")
        assert len(part.encode()) <= limit
        assert len(left) < len(rest)
        parts.append(part.removesuffix("…") if left else part)
        rest = left
    assert "".join(parts).replace("\n", "") == printable(words).replace("\n", "")


@given(st.text(max_size=400), st.integers(min_value=16, max_value=200))
def test_many_parts_are_the_whole_and_none_is_empty(words: str, limit: int) -> None:
    parts = parted(words, limit)
    assert all(part.strip() and len(part.encode()) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(printable(words).split())
