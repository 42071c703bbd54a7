"""The table cases.tsv: real-life questions, answered by the command `ask` as to a newcomer."""

from collections import Counter
from collections.abc import Callable

import pytest

from config.policy.model import Policy
from tests.questions.cases import Case, Reply, cases, faults, more, speaks_of, wrong_figures

GOAL = 0.97
Missed = list[tuple[Case, list[str]]]


@pytest.fixture(scope="module")
def missed(policy: Policy, reply: Callable[[str], Reply]) -> Missed:
    judged = ((case, faults(case, reply(case.question), policy)) for case in cases())
    return [(case, found) for case, found in judged if found]


def test_the_table_holds_every_item_and_every_kind(policy: Policy) -> None:
    wanted = " ".join(case.wanted for case in cases())
    assert [code for code in policy.items if code not in wanted] == []
    assert len(cases()) >= 250
    assert min(Counter(case.kind for case in cases()).values()) >= 5


def test_nearly_every_question_is_answered_rightly_and_no_kind_is_left_behind(missed: Missed) -> None:
    assert len(missed) <= (1 - GOAL) * len(cases()), missed
    assert max(Counter(case.kind for case, _ in missed).values(), default=0) <= 1, missed


def test_no_answer_holds_a_wrong_figure(missed: Missed) -> None:
    assert [(case.question, fault) for case, found in missed for fault in found if fault[:2] in ("数字", "不得")] == []


def test_no_answer_is_the_dump_of_a_clause(missed: Missed) -> None:
    assert [(case.question, fault) for case, found in missed for fault in found if fault.startswith("过长")] == []


def test_the_questions_written_later_find_what_they_ask_about(policy: Policy, reply: Callable[[str], Reply]) -> None:
    lost = [
        (asked, reply(asked).items) for asked, wanted in more().items() if not speaks_of(wanted, reply(asked), policy)
    ]
    assert len(more()) >= 400
    assert len(lost) <= (1 - GOAL) * len(more()), lost


def test_no_answer_to_them_holds_a_wrong_figure(policy: Policy, reply: Callable[[str], Reply]) -> None:
    assert [(asked, wrong) for asked in more() if (wrong := wrong_figures(reply(asked).text, policy))] == []
