"""Ten thousand random firms, judged by two independently written evaluators."""

import random
from datetime import datetime, timedelta

import pytest

from config.policy.facts import parse_facts
from config.policy.loader import load
from config.policy.model import Policy
from matchmaking.eligibility.eligibility import Verdict, assess
from tests.policy import naive

FIRMS = 10_000
DISTRICT_DECIDES = {"5.3", "13.5"}


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
    return rng.random() < 0.6


def random_firm(rng: random.Random) -> dict[str, object]:
    """Return a firm with some facts known, some null and some missing."""
    known = rng.choice([0.1, 0.5, 0.9, 1.0])
    firm: dict[str, object] = {}
    for fact in [*naive.YES_OR_NO, "titles", "first_award", "size", "standards_role"]:
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


def check_missing(
    policy: Policy, rng: random.Random, firm: dict[str, object], on: datetime, code: str, verdict: Verdict
) -> None:
    """Check that settling every missing fact settles the item; refusing any single one refuses it."""
    assert all(firm.get(fact) is None for fact in verdict.missing)
    told = {**firm, **{fact: some_value(rng, fact) for fact in verdict.missing}}
    settled = assess(policy, parse_facts(told, policy.facts), on).items[code]
    assert settled.missing == ()
    assert settled.verdict != "unknown" or code in DISTRICT_DECIDES
    refused = {"titles": [], "first_award": [], "size": "large", "standards_role": "none"}
    for fact in verdict.missing:
        without = {**firm, fact: refused.get(fact, False)}
        assert assess(policy, parse_facts(without, policy.facts), on).items[code].verdict == "no"


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
        items = assess(policy, parse_facts(firm, policy.facts), on).items
        found = {code: verdict.verdict for code, verdict in items.items()}
        assert found == naive.verdicts(firm, on), (firm, on)
        seen.update(found.items())
        if number % 10 == 0:
            unsettled = [code for code, answer in found.items() if answer == "unknown"]
            for code in rng.sample(unsettled, min(5, len(unsettled))):
                check_missing(policy, rng, firm, on, code, items[code])
    every = {(code, answer) for code in policy.items for answer in ("yes", "no", "unknown")}
    assert every - seen == {(code, "yes") for code in DISTRICT_DECIDES}


def test_what_is_not_unknown_misses_nothing(policy: Policy) -> None:
    rng = random.Random(7)
    for _ in range(200):
        on = some_day(rng, policy)
        for code, verdict in assess(policy, parse_facts(random_firm(rng), policy.facts), on).items.items():
            assert verdict.reasons
            if verdict.verdict == "unknown":
                assert verdict.missing or code in DISTRICT_DECIDES
            else:
                assert verdict.missing == ()
