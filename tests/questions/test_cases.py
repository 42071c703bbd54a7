"""The table cases.tsv: questions as people ask them, answered by the command `ask` as to a newcomer."""

from collections import Counter
from datetime import datetime

import pytest

from bot.cli.ask import newcomer_answer
from bot.dialogs.links import flatten
from bot.dialogs.policy_talk import PolicyTalk
from config.policy.loader import load
from config.texts import Texts
from config.words import Words
from tests.questions.cases import Case, Reply, cases, faults

POLICY = load()
TEXTS = Texts.load(markup=flatten)
TALK = PolicyTalk(POLICY, TEXTS)
WORDS = Words.load()
ON = datetime.fromisoformat("2026-11-05T10:00:00+08:00")
GOAL = 0.97


def reply(question: str) -> Reply:
    answer = newcomer_answer(TALK, TEXTS, WORDS, question, ON)
    return Reply(answer.text, answer.items, answer.sure)


@pytest.fixture(scope="module")
def missed() -> list[tuple[Case, list[str]]]:
    judged = ((case, faults(case, reply(case.question), POLICY)) for case in cases())
    return [(case, found) for case, found in judged if found]


def test_the_table_holds_every_item_and_every_kind() -> None:
    wanted = " ".join(case.wanted for case in cases())
    assert [code for code in POLICY.items if code not in wanted] == []
    assert len(cases()) >= 250
    assert min(Counter(case.kind for case in cases()).values()) >= 5


def test_nearly_every_question_is_answered_rightly(missed: list[tuple[Case, list[str]]]) -> None:
    assert len(missed) <= (1 - GOAL) * len(cases()), missed
    assert max(Counter(case.kind for case, _ in missed).values(), default=0) <= 1, missed


def test_no_answer_holds_a_wrong_figure(missed: list[tuple[Case, list[str]]]) -> None:
    wrong = [(case.question, fault) for case, found in missed for fault in found if fault[:2] in ("数字", "不得")]
    assert wrong == []


def test_no_answer_is_a_dump_of_a_clause(missed: list[tuple[Case, list[str]]]) -> None:
    assert [(case.question, fault) for case, found in missed for fault in found if fault.startswith("过长")] == []
