"""What a question is asked for: whether an award was received already, and what contradicts itself."""

from typing import Any, cast

import pytest

from bot.answers.firm_profile import asks_receipt, contradictions
from matchmaking.eligibility.eligibility import Answer, Assessment, Verdict, VerdictReason

ASSUMED = VerdictReason("assumed", "未说明是否已享受过")
OPEN = VerdictReason("missing", "还不清楚")


@pytest.mark.parametrize(
    ("answer", "missing", "reasons", "asked"),
    [
        ("yes", (), (ASSUMED,), True),
        ("yes", (), (), False),
        ("unknown", (), (OPEN, ASSUMED), True),
        ("unknown", ("award_dates",), (OPEN, ASSUMED), True),
        ("unknown", ("first_award",), (OPEN, ASSUMED), False),
        ("unknown", ("award_dates", "in_nanjing"), (OPEN, ASSUMED), False),
        ("unknown", (), (OPEN,), False),
        ("no", (), (ASSUMED,), False),
    ],
)
def test_it_is_asked_of_an_award_that_is_met_or_open_only_by_its_year(
    answer: Answer, missing: tuple[str, ...], reasons: tuple[VerdictReason, ...], asked: bool
) -> None:
    assert asks_receipt(Verdict(answer, "fixed", 1, "once", missing, reasons)) is asked


def test_what_contradicts_itself_is_named_once_above_each_of_its_questions() -> None:
    against = VerdictReason(cast(Any, "conflict"), "国家任务：有；攻关任务：没有")
    open_ = Verdict("unknown", "ceiling", 1, None, ("national_key_task", "undertakes_task"), (against,))
    other = Verdict("unknown", "support", None, None, ("exports",), (OPEN,))
    judged = Assessment({"1.2": open_, "1.5": open_, "11.1": other}, "national_key_task")
    assert contradictions(judged, "undertakes_task") == ["国家任务：有；攻关任务：没有"]
    assert contradictions(judged, "exports") == []
