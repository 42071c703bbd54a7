"""Typed text is normalised before the search: scripts, widths, sounds, typos, synonyms."""

import pytest

from config.policy.loader import load
from config.question_words import QuestionWords
from matchmaking.questions.hints import Hints, Signal
from matchmaking.questions.normalising import LONGEST, WordFinder, Wording
from matchmaking.text.lexicon import NameWords
from matchmaking.text.spelling import NameSplitter


@pytest.fixture(scope="module")
def wording() -> Wording:
    reader = Wording(QuestionWords.load(), NameSplitter(NameWords.load()))
    reader.add_terms(Hints(load(), reader).terms())
    return reader


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("小聚人", "小巨人"),
        ("中式平台", "中试平台"),
        ("xiaojuren", "小巨人"),
        ("suanliquan zenme ling", "算力券怎么领"),
        ("danxiangguanjun jiangli", "单项冠军奖励"),
        ("小ju人", "小巨人"),
        ("ＡＥＯ 认 证", "aeo认证"),
        ("首臺套", "首台套"),
        ("PhD rent", "博士租房"),
        ("ESG report", "esg report"),
        ("房租补贴给三百万元", "租房补贴给300万"),
        ("融资百名单怎么进", "融资白名单怎么进"),
        ("知识产全服务", "知识产权服务"),
        ("博士租房，员工上学。", "博士租房|员工上学"),
    ],
)
def test_it_is_read_as_it_was_meant(wording: Wording, typed: str, read: str) -> None:
    assert wording.corrected(wording.plain(wording.simplified(typed))) == read


@pytest.mark.parametrize("right", ["博士租房", "绿色工程", "专精特新企业", "工业园区", "今天用的是什么"])
def test_what_is_right_stays(wording: Wording, right: str) -> None:
    assert wording.corrected(wording.plain(wording.simplified(right))) == right


def test_a_long_text_is_cut(wording: Wording) -> None:
    assert len(wording.simplified("算" * 5000)) == LONGEST


def test_the_longest_word_is_found_and_latin_words_only_whole() -> None:
    finder = WordFinder(["算力", "算力券", "ai", "领"])
    assert finder.find("算力券领算力") == [(0, "算力券"), (4, "算力"), (3, "领")]
    assert finder.find("ai") == [(0, "ai")]
    assert finder.find("maid") == []


def test_a_sign_wants_a_word_of_each_group_near_each_other(wording: Wording) -> None:
    sign = Signal.read("屋顶/房顶 光伏/发电", wording)
    assert sign.places("房顶上能发电吗") == frozenset({0, 1, 4, 5})
    assert sign.places("房顶漏水") is None
    assert sign.places("房顶" + "啊" * 60 + "发电") is None
