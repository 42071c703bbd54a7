"""What a firm's known facts mean for each item of the policy, on a date.

Three-valued: a fact that is not known leaves an item open, never refuses it. `yes` means that the text's own conditions
are met as far as known, not that anything is granted.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Literal, NamedTuple

from config.policy.facts import Facts
from config.policy.model import Condition, Item, Per, Policy, Strength
from matchmaking.eligibility.next_question import next_question

Answer = Literal["yes", "no", "unknown"]
ReasonKind = Literal[
    "met", "not_met", "missing", "not_needed", "already_received", "assumed", "district_rule", "expired"
]


class DistrictRule(NamedTuple):
    """What one district has published for an item that the text leaves to it: its own conditions, and what it gives."""

    when: tuple[Condition, ...]
    strength: Strength
    amount: int | None
    per: Per | None


# Item code and district, to the rules that this district has published for it and that are in force.
DistrictRules = Mapping[tuple[str, str], tuple[DistrictRule, ...]]
NONE_ENTERED: DistrictRules = MappingProxyType({})


class Reason(NamedTuple):
    """Why a verdict is what it is, in words that may be shown as they stand."""

    kind: ReasonKind
    text: str


class Verdict(NamedTuple):
    """One item for one firm. `missing`: the facts that are still to be known and would settle it."""

    verdict: Answer
    strength: Strength
    amount: int | None
    per: Per | None
    missing: tuple[str, ...]
    reasons: tuple[Reason, ...]


class Assessment(NamedTuple):
    """Every item's verdict in the policy's order, and the fact that is best asked next (None: nothing to ask)."""

    items: dict[str, Verdict]
    next_question: str | None


def assess(policy: Policy, facts: Facts, on: datetime, published: DistrictRules = NONE_ENTERED) -> Assessment:
    """Judge every item for a firm at the moment `on` (aware).

    Items that the text leaves to the districts (5.3, 13.5) stay `unknown` where the firm's district has no entered
    rule: what a district must publish is no fact of the firm, so it is never among the missing ones. Where it has
    some, theirs decide beside the item's own conditions: the first that is met, else the first still open.
    """
    verdicts = {code: judge(policy, item, facts, on, published) for code, item in policy.items.items()}
    if policy.expired(on):
        return Assessment(verdicts, None)
    return Assessment(verdicts, next_question(policy, {code: found.missing for code, found in verdicts.items()}))


def judge(policy: Policy, item: Item, facts: Facts, on: datetime, published: DistrictRules = NONE_ENTERED) -> Verdict:
    """One item's verdict, the same as `assess` gives."""
    if policy.expired(on):
        return _verdict(item, "no", (), (Reason("expired", policy.reasons["expired"]),))
    return _judge(policy, item, facts, published)


def _judge(policy: Policy, item: Item, facts: Facts, rules: DistrictRules) -> Verdict:
    if item.by_district:
        own = rules.get((item.code, str(facts.get("district"))), ())
        judged = [_against(policy, item, facts, rules, rule) for rule in own]
        if judged:
            return min(judged, key=lambda verdict: ("yes", "unknown", "no").index(verdict.verdict))
    return _against(policy, item, facts, rules, None)


def _against(policy: Policy, item: Item, facts: Facts, rules: DistrictRules, rule: DistrictRule | None) -> Verdict:
    words = policy.reasons
    failed, unknown = _split(item.when + (() if rule is None else rule.when), facts)
    received = facts.get("already_received") if item.one_time else frozenset()
    if isinstance(received, frozenset) and item.code in received:
        failed.append(Reason("already_received", words["already_received"]))
    if failed:
        return _verdict(item, "no", (), tuple(failed), rule)
    missing = [condition.fact for condition in unknown]
    reasons = list(dict.fromkeys(Reason("missing", condition.missing) for condition in unknown))
    if item.by_district and rule is None:
        reasons.append(Reason("district_rule", words["district_rule"]))
        if facts.get("district") is None and any(code == item.code for code, _ in rules):
            missing.append("district")
    answer: Answer = "unknown" if reasons else "yes"
    if not reasons:
        reasons.append(Reason("met", words["met"]))
    if received is None or (item.one_time and item.code in facts.unsure.get("already_received", ())):
        reasons.append(Reason("assumed", words["assumed"]))
    return _verdict(item, answer, tuple(dict.fromkeys(missing)), tuple(reasons), rule)


def _split(when: tuple[Condition, ...], facts: Facts) -> tuple[list[Reason], list[Condition]]:
    """Why it fails, and the conditions whose facts are unknown; those that hold are in neither."""
    failed: list[Reason] = []
    unknown: list[Condition] = []
    for condition in when:
        value = facts.values.get(condition.fact)
        if value is None:
            unknown.append(condition)
        elif condition.wanted & value if isinstance(value, frozenset) else value in condition.wanted:
            continue
        elif condition.wanted & facts.unsure.get(condition.fact, frozenset()):
            unknown.append(condition)
        else:
            failed.append(Reason("not_needed" if condition.need else "not_met", condition.not_met))
    return failed, unknown


def standing(item: Item, facts: Facts) -> tuple[list[Condition], list[Condition]]:
    """Which of the text's own conditions hold for this firm, and which are still open; the others fail."""
    _, unknown = _split(item.when, facts)
    holding = [condition for condition in item.when if _split((condition,), facts) == ([], [])]
    return holding, unknown


def _verdict(
    item: Item, answer: Answer, missing: tuple[str, ...], reasons: tuple[Reason, ...], rule: DistrictRule | None = None
) -> Verdict:
    given = item if rule is None else rule
    return Verdict(answer, given.strength, given.amount, given.per, missing, reasons)
