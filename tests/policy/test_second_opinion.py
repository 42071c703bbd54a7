"""Ten thousand random firms, judged by two independently written evaluators."""

import random
from datetime import date, datetime, timedelta

import pytest

from config.policy.facts import parse_facts
from config.policy.loader import load
from config.policy.model import Policy
from matchmaking.eligibility.eligibility import NOBODY_CAN_SAY, Verdict, assess
from tests.policy import naive

FIRMS = 10_000
DISTRICT_DECIDES = {"5.3", "13.5"}
PUBLISHED = (None, date(2026, 5, 6), date(2026, 10, 1), date(2028, 1, 1))


def some_titles(rng: random.Random) -> list[str]:
    return rng.sample(naive.TITLES, rng.randint(0, 3))


def some_value(rng: random.Random, fact: str) -> object:
    """Return any possible value of the fact, contradictory or not."""
    if fact == "titles":
        return rng.choice([["srdi"], ["srdi", "little_giant"], ["little_giant"], ["champion"], some_titles(rng)])
    if fact == "first_award":
        return some_titles(rng)
    if fact == "size":
        return rng.choice(naive.SIZES)
    if fact == "standards_role":
        return rng.choice(naive.ROLES)
    if fact == "debtor":
        return rng.choice(naive.DEBTORS)
    if fact == "award_dates":
        days = ("2025-10-01", "2026-05-06", "2026-09-30", "2028-06-30", None)
        return {title: rng.choice(days) for title in ("little_giant", "champion") if rng.random() < 0.8}
    return rng.random() < 0.6


def random_firm(rng: random.Random) -> dict[str, object]:
    """Return a firm with some facts known, some null and some missing."""
    known = rng.choice([0.1, 0.5, 0.9, 1.0])
    firm: dict[str, object] = {}
    for fact in [*naive.YES_OR_NO, "titles", "first_award", "size", "standards_role", "debtor", "award_dates"]:
        if rng.random() < known:
            firm[fact] = some_value(rng, fact)
        elif rng.random() < 0.3:
            firm[fact] = None
    if rng.random() < 0.4:
        firm["district"] = rng.choice([*naive.DISTRICTS, None])
    if rng.random() < 0.5:
        firm["already_received"] = rng.choice([None, [], ["5.1"], ["5.2", "8.3"], ["5.4", "1.1", "5.3"]])
    rng.shuffle(order := list(firm))
    return {fact: firm[fact] for fact in order}


def some_day(rng: random.Random, policy: Policy) -> datetime:
    """Return mostly a valid day, at times the first moments after expiry."""
    return (
        policy.expires + timedelta(microseconds=rng.choice([-1, 0, 1])) - timedelta(days=rng.choice([0, 1, 365, 900]))
    )


GOOD: dict[str, object] = {
    "titles": ["srdi", "little_giant", "champion"],
    "first_award": ["little_giant", "champion"],
    "size": "small",
    "standards_role": "national",
    "debtor": "public",
    "district": "江宁",
}
BAD: dict[str, object] = {"titles": [], "first_award": [], "size": "large", "standards_role": "none", "debtor": "other"}


def check_missing(policy: Policy, firm: dict[str, object], on: datetime, code: str, verdict: Verdict) -> None:
    """The missing facts settle the item, one way or the other, and each of them counts."""
    on_the_day = {"award_dates": dict.fromkeys(("little_giant", "champion"), on.date().isoformat())}

    def judged(answers: dict[str, object]) -> Verdict:
        return assess(policy, parse_facts({**firm, **answers}, policy.facts), on).items[code]

    good = {**GOOD, **on_the_day}
    answers = {fact: good.get(fact, True) for fact in verdict.missing}
    settled = judged(answers)
    if any(reason.kind == "conflict" for reason in settled.reasons):
        # What was told before contradicts the answer: it is asked again as well.
        settled = judged({**answers, **{fact: good.get(fact, True) for fact in settled.missing}})
    assert settled.missing == ()
    assert settled.verdict == "yes" or {reason.kind for reason in settled.reasons} & NOBODY_CAN_SAY
    for fact in verdict.missing:
        if any(reason.kind == "conflict" for reason in verdict.reasons):
            continue
        bad = {**BAD, "award_dates": dict.fromkeys(("little_giant", "champion"), "2019-01-01")}
        without = judged({fact: bad.get(fact, False)})
        assert without.verdict != "yes"
        assert fact not in without.missing


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load()


def test_the_second_evaluator_judges_the_same_items(policy: Policy) -> None:
    judged = set(naive.verdicts({}, policy.expires))
    assert judged == set(policy.items), "an item of its own line in tests/policy/naive.py, _answers()"


def test_a_second_evaluator_agrees_on_ten_thousand_firms(policy: Policy) -> None:
    rng = random.Random(20281231)
    seen: set[tuple[str, str]] = set()
    for number in range(FIRMS):
        firm = random_firm(rng)
        on = some_day(rng, policy)
        dated = policy.published_on(rng.choice(PUBLISHED))
        items = assess(dated, parse_facts(firm, policy.facts), on).items
        found = {code: verdict.verdict for code, verdict in items.items()}
        assert found == naive.verdicts(firm, on, dated.published), (firm, on, dated.published)
        seen.update(found.items())
        if number % 10 == 0:
            unsettled = [code for code, answer in found.items() if answer == "unknown"]
            for code in rng.sample(unsettled, min(5, len(unsettled))):
                check_missing(dated, firm, on, code, items[code])
    every = {(code, answer) for code in policy.items for answer in ("yes", "no", "unknown")}
    assert every - seen == {(code, "yes") for code in DISTRICT_DECIDES}


def test_what_is_not_unknown_misses_nothing(policy: Policy) -> None:
    rng = random.Random(7)
    for _ in range(200):
        on = some_day(rng, policy)
        for verdict in assess(policy, parse_facts(random_firm(rng), policy.facts), on).items.values():
            assert verdict.reasons
            if verdict.verdict == "unknown":
                assert verdict.missing or {reason.kind for reason in verdict.reasons} & NOBODY_CAN_SAY
            else:
                assert verdict.missing == ()
