"""Corrections of a firm's facts are parsed only from whole statements, by the names that the policy gives its facts."""

from pathlib import Path

import pytest

from bot.answers.award_words import AwardWords
from bot.answers.correction_words import LONGEST, CorrectionWords, FactCorrection, proposals
from config.policy.facts import Fact
from config.policy.loader import load
from config.texts import Texts

_TABLE = (Path(__file__).parent / "corrections.tsv").read_text("utf-8").splitlines()
CASES = [tuple(line.split("\t")) for line in _TABLE]
POLICY = load()
WORDS = CorrectionWords(POLICY, Texts.load())
AWARDS = AwardWords(POLICY, Texts.load())


def in_words(typed: str) -> str:
    """Return the corrections in the table's form: `fact=value`, `fact?` where it is to be asked."""
    stated = WORDS.read(typed)
    if stated is None:
        return ""
    told = ["|".join(one.facts) + ("?" if one.asks else f"={one.value}") for one in stated.corrections]
    return ("weak " if stated.weak else "") + "; ".join(told)


@pytest.mark.parametrize(("typed", "corrects"), CASES)
def test_a_sentence_corrects_what_an_official_would_take_it_to_correct(typed: str, corrects: str) -> None:
    assert in_words(typed) == corrects


@pytest.mark.parametrize(("typed", "corrects"), [case for case in CASES if case[1]])
@pytest.mark.parametrize(
    "change", ["{}吗", "{}？", "如果{}", "听说{}", "隔壁厂{}", "{}，还能申请什么", "{}呢", "{}怎么办"]
)
def test_no_correction_is_left_once_it_is_a_question_a_supposition_or_somebody_elses(
    typed: str, corrects: str, change: str
) -> None:
    assert in_words(change.format(typed)) == ""


@pytest.mark.parametrize(("typed", "corrects"), [case for case in CASES if case[1]])
def test_no_correction_of_a_fact_is_a_statement_of_an_award(typed: str, corrects: str) -> None:
    assert AWARDS.read(typed) is None


@pytest.mark.parametrize(
    "fact", [fact for fact in POLICY.facts.values() if fact.kind == "bool"], ids=lambda fact: fact.name
)
def test_every_fact_can_be_corrected_by_each_of_its_names(fact: Fact) -> None:
    for name in (fact.label, *fact.words):
        assert fact.name in WORDS.named(name)
        for typed, value in ((f"{name}填错了", None), (f"{name}改成没有", False), (f"{name}填错了，应该是有", True)):
            stated = WORDS.read(typed)
            assert stated is not None, typed
            [one] = stated.corrections
            assert fact.name in one.facts, typed
            assert (one.asks, one.value) == (value is None, value), typed


def test_a_weak_statement_corrects_only_what_is_recorded_otherwise() -> None:
    stated = WORDS.read("我们不需要贷款")
    assert stated is not None
    assert stated.weak
    assert proposals(stated, {}) == []
    assert proposals(stated, {"needs_financing": False}) == []
    assert proposals(stated, {"needs_financing": True}) == [FactCorrection(("needs_financing",), False)]


def test_a_long_message_corrects_nothing() -> None:
    typed = "我们现在" + "的" * (LONGEST - 9) + "不出口了"
    assert len(typed) == LONGEST - 1
    assert in_words(typed) == "exports=False"
    assert in_words("的" * 2 + typed) == ""
