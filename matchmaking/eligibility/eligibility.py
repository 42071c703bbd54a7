"""Verdict of a firm's known facts for each policy item, on a date.

Three-valued: an unknown fact leaves an item open, never refuses it. `yes` means that the text's own conditions are met
as far as known, not that anything is granted.
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


class JudgedDistrictRule(NamedTuple):
    """A district's published rule for an item left to it: its own conditions, and what it grants."""

    when: tuple[Condition, ...]
    strength: Strength
    amount: int | None
    per: Per | None


# Item code and district, to the district's published rules in force.
DistrictRules = Mapping[tuple[str, str], tuple[JudgedDistrictRule, ...]]
NONE_ENTERED: DistrictRules = MappingProxyType({})


class VerdictReason(NamedTuple):
    """The reason of a verdict, displayable as is."""

    kind: ReasonKind
    text: str


class Verdict(NamedTuple):
    """One item's verdict for one firm. `missing`: unknown facts that would settle it."""

    verdict: Answer
    strength: Strength
    amount: int | None
    per: Per | None
    missing: tuple[str, ...]
    reasons: tuple[VerdictReason, ...]


class Assessment(NamedTuple):
    """Every item's verdict in policy order, and the fact best asked next (None: nothing to ask)."""

    items: dict[str, Verdict]
    next_question: str | None


def assess(policy: Policy, facts: Facts, on: datetime, published: DistrictRules = NONE_ENTERED) -> Assessment:
    """Judge every item for a firm at the moment `on` (aware).

    Items that the text leaves to the districts (5.3, 13.5) stay `unknown` if the firm's district has no entered rule:
    what a district must publish is no fact of the firm, so it is never among the missing ones. If it has some, they
    decide together with the item's own conditions: the first that is met, else the first still open.
    """
    verdicts = {code: judge(policy, item, facts, on, published) for code, item in policy.items.items()}
    if policy.expired(on):
        return Assessment(verdicts, None)
    return Assessment(verdicts, next_question(policy, {code: found.missing for code, found in verdicts.items()}))


def judge(policy: Policy, item: Item, facts: Facts, on: datetime, published: DistrictRules = NONE_ENTERED) -> Verdict:
    """Return one item's verdict, the same as `assess` gives."""
    if policy.expired(on):
        return _verdict(item, "no", (), (VerdictReason("expired", policy.reasons["expired"]),))
    return _judge(policy, item, facts, published)


def _judge(policy: Policy, item: Item, facts: Facts, rules: DistrictRules) -> Verdict:
    if item.by_district:
        own = rules.get((item.code, str(facts.get("district"))), ())
        judged = [_against(policy, item, facts, rules, rule) for rule in own]
        if judged:
            return min(judged, key=lambda verdict: ("yes", "unknown", "no").index(verdict.verdict))
    return _against(policy, item, facts, rules, None)


def _against(
    policy: Policy, item: Item, facts: Facts, rules: DistrictRules, rule: JudgedDistrictRule | None
) -> Verdict:
    words = policy.reasons
    failed, unknown = _split(item.when + (() if rule is None else rule.when), facts)
    received = facts.get("already_received") if item.one_time else frozenset()
    if isinstance(received, frozenset) and item.code in received:
        failed.append(VerdictReason("already_received", words["already_received"]))
    if failed:
        return _verdict(item, "no", (), tuple(failed), rule)
    missing = [condition.fact for condition in unknown]
    reasons = list(dict.fromkeys(VerdictReason("missing", condition.missing) for condition in unknown))
    if item.by_district and rule is None:
        reasons.append(VerdictReason("district_rule", words["district_rule"]))
        if facts.get("district") is None and any(code == item.code for code, _ in rules):
            missing.append("district")
    answer: Answer = "unknown" if reasons else "yes"
    if not reasons:
        reasons.append(VerdictReason("met", words["met"]))
    if received is None or (item.one_time and item.code in facts.unsure.get("already_received", ())):
        reasons.append(VerdictReason("assumed", words["assumed"]))
    return _verdict(item, answer, tuple(dict.fromkeys(missing)), tuple(reasons), rule)


def _split(when: tuple[Condition, ...], facts: Facts) -> tuple[list[VerdictReason], list[Condition]]:
    """Return why it fails, and the conditions with unknown facts; conditions that hold are in neither."""
    failed: list[VerdictReason] = []
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
            failed.append(VerdictReason("not_needed" if condition.need else "not_met", condition.not_met))
    return failed, unknown


def conditions_for(item: Item, facts: Facts) -> tuple[list[Condition], list[Condition]]:
    """Return the text's own conditions that hold for this firm, and those still open; the others fail."""
    _, unknown = _split(item.when, facts)
    holding = [condition for condition in item.when if _split((condition,), facts) == ([], [])]
    return holding, unknown


def _verdict(
    item: Item,
    answer: Answer,
    missing: tuple[str, ...],
    reasons: tuple[VerdictReason, ...],
    rule: JudgedDistrictRule | None = None,
) -> Verdict:
    given = item if rule is None else rule
    return Verdict(answer, given.strength, given.amount, given.per, missing, reasons)
