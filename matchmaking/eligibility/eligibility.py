"""Verdict of a firm's known facts for each policy item, on a date.

Three-valued: an unknown fact leaves an item open, never refuses it. `yes` means that the text's own conditions are met
as far as known, not that anything is granted.
"""

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Literal, NamedTuple

from config.policy.facts import AWARD_DATES, Facts
from config.policy.model import Condition, Item, Per, Policy, Strength
from matchmaking.eligibility.next_question import next_question

Answer = Literal["yes", "no", "unknown"]
ReasonKind = Literal[
    "met",
    "not_met",
    "missing",
    "not_needed",
    "already_received",
    "assumed",
    "district_rule",
    "expired",
    "not_started",
    "year_open",
    "text_silent",
    "conflict",
]

# Where one of these is a reason, no answer of the firm settles the item: the text or a rule to come would have to.
NOBODY_CAN_SAY: frozenset[ReasonKind] = frozenset({"text_silent", "year_open", "district_rule"})


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


def waits_for_year(verdict: Verdict) -> bool:
    """Return whether all is met but the award year, which the text leaves open and no answer of the firm settles."""
    kinds = {reason.kind for reason in verdict.reasons}
    return verdict.verdict == "unknown" and not verdict.missing and kinds <= {"year_open", "assumed"}


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
    if policy.expired(on) or not policy.started(on):
        return Assessment(verdicts, None)
    return Assessment(verdicts, next_question(policy, {code: found.missing for code, found in verdicts.items()}))


def judge(policy: Policy, item: Item, facts: Facts, on: datetime, published: DistrictRules = NONE_ENTERED) -> Verdict:
    """Return one item's verdict, the same as `assess` gives."""
    if policy.expired(on):
        return _verdict(item, "no", (), (VerdictReason("expired", policy.reasons["expired"]),))
    if not policy.started(on):
        return _verdict(item, "no", (), (VerdictReason("not_started", policy.reasons["not_started"]),))
    return _judge(policy, item, facts, on, published)


def _judge(policy: Policy, item: Item, facts: Facts, on: datetime, rules: DistrictRules) -> Verdict:
    if item.by_district:
        own = rules.get((item.code, str(facts.get("district"))), ())
        judged = [_against(policy, item, facts, on, rules, rule) for rule in own]
        if judged:
            return min(judged, key=lambda verdict: ("yes", "unknown", "no").index(verdict.verdict))
    return _against(policy, item, facts, on, rules, None)


def _against(
    policy: Policy, item: Item, facts: Facts, on: datetime, rules: DistrictRules, rule: JudgedDistrictRule | None
) -> Verdict:
    words = policy.reasons
    failed, unknown = _split(item.when + (() if rule is None else rule.when), facts)
    received = facts.get("already_received") if item.one_time else frozenset()
    was_received = isinstance(received, frozenset) and item.code in received
    if was_received and item.repeat_open is None:
        failed.append(VerdictReason("already_received", words["already_received"]))
    if failed:
        return _verdict(item, "no", (), tuple(failed), rule)
    missing, reasons = _still_open(policy, item, facts, unknown)
    if was_received and item.repeat_open is not None:
        reasons.append(VerdictReason("text_silent", item.repeat_open))
    if item.award_of is not None and not _is_of_covered_year(policy, item.award_of, facts, on):
        reasons.append(VerdictReason("year_open", words["year_open"]))
        if policy.published is not None and _award_day(item.award_of, facts, policy, on) is None:
            missing.append(AWARD_DATES)
    if item.by_district and rule is None and not _is_outside_text(item, facts):
        reasons.append(VerdictReason("district_rule", words["district_rule"]))
        if facts.get("district") is None and any(code == item.code for code, _ in rules):
            missing.append("district")
    answer: Answer = "unknown" if reasons else "yes"
    if not reasons:
        reasons.append(VerdictReason("met", words["met"].format(channel=policy.channels[item.channel])))
    if received is None or (item.one_time and item.code in facts.unsure.get("already_received", ())):
        reasons.append(VerdictReason("assumed", words["assumed"]))
    return _verdict(item, answer, tuple(dict.fromkeys(missing)), tuple(reasons), rule)


def _still_open(
    policy: Policy, item: Item, facts: Facts, unknown: list[Condition]
) -> tuple[list[str], list[VerdictReason]]:
    """Return the facts that would settle what is open, and why it is: unknown, contradicted, or the text is silent."""
    missing: list[str] = []
    reasons: dict[VerdictReason, None] = {}
    for condition in unknown:
        missing += _facts_behind(condition, facts)
        reasons[_open_reason(policy, condition, facts)] = None
    for point in item.silent:
        failed, open_ = _split((point.condition,), facts)
        if failed or (open_ and point.while_unknown):
            reasons[VerdictReason("text_silent", point.says)] = None
        for condition in open_:
            missing += _facts_behind(condition, facts)
            reasons[_open_reason(policy, condition, facts)] = None
    return missing, list(reasons)


def _is_outside_text(item: Item, facts: Facts) -> bool:
    """Return whether the text is known not to speak of this firm: no rule of a district settles that."""
    return any(_split((point.condition,), facts)[0] for point in item.silent)


def _facts_behind(condition: Condition, facts: Facts) -> tuple[str, ...]:
    """Return the facts whose answers would tell whether the condition holds: both of a contradiction."""
    conflict = facts.conflicts.get(condition.fact)
    return (condition.fact,) if conflict is None else (conflict.first, conflict.second)


def _open_reason(policy: Policy, condition: Condition, facts: Facts) -> VerdictReason:
    conflict = facts.conflicts.get(condition.fact)
    if conflict is None:
        return VerdictReason("missing", condition.missing)
    first = policy.facts[conflict.first].in_words(conflict.first_value)
    second = policy.facts[conflict.second].in_words(False)
    return VerdictReason("conflict", policy.reasons["conflict"].format(first=first, second=second))


def _is_of_covered_year(policy: Policy, title: str, facts: Facts, on: datetime) -> bool:
    """Return whether the award was given on or after the day of publication: the text names no award year."""
    day = _award_day(title, facts, policy, on)
    return policy.published is not None and day is not None and day >= policy.published


def _award_day(title: str, facts: Facts, policy: Policy, on: datetime) -> date | None:
    """Return the day of the award; one after the day asked is not known yet."""
    day = facts.award_dates.get(title)
    return day if day is not None and day <= on.astimezone(policy.zone).date() else None


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
