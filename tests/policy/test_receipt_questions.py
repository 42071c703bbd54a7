"""Whether an award was received already is asked first, where nothing else of the firm is open."""

import pytest

from bot.answers.firm_profile import asks_receipt
from matchmaking.eligibility.eligibility import Answer, Verdict, VerdictReason

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
