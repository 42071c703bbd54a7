"""Statements about awards received and first awards are parsed only from whole statements."""

from pathlib import Path

import pytest

from bot.answers.award_words import LONGEST, AwardWords, one_time
from config.policy.loader import load
from config.texts import Texts

_TABLE = (Path(__file__).parent / "award_statements.tsv").read_text("utf-8").splitlines()
CASES = [tuple(line.split("\t")) for line in _TABLE]
WORDS = AwardWords(load(), Texts.load())


def in_words(typed: str) -> str:
    """Return a statement in the table's form."""
    claim = WORDS.read(typed)
    if claim is None:
        return ""
    parts = []
    if claim.received is not None:
        parts += ["received" if claim.received else "not_received", *claim.codes]
    if claim.first is not None:
        parts += ["first" if claim.first else "not_first", *claim.titles]
    return " ".join(parts)


@pytest.mark.parametrize(("typed", "states"), CASES)
def test_a_statement_is_read_as_an_official_would_read_it(typed: str, states: str) -> None:
    assert in_words(typed) == states


@pytest.mark.parametrize(("typed", "states"), [case for case in CASES if case[1]])
@pytest.mark.parametrize(
    "change", ["{}吗", "{}？", "如果{}", "听说{}", "隔壁厂{}", "{}，还能申请什么", "朋友说{}", "{}呢"]
)
def test_no_statement_is_left_once_it_is_a_question_a_supposition_or_somebody_elses(
    typed: str, states: str, change: str
) -> None:
    assert in_words(change.format(typed)) == ""


def test_a_long_message_is_no_statement() -> None:
    assert in_words("领过了" * (LONGEST // 3)) == "received"
    assert in_words("领过了" * (LONGEST // 3) + "了") == ""


def test_the_awards_are_those_that_the_policy_gives_once() -> None:
    assert [item.code for item in one_time(load())] == ["5.1", "5.2", "5.4", "8.3"]
