"""Interviewing a firm: the meaning of list answers, and the next question, as tables for officials."""

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.chat.context import ChatServices
from bot.chat.policy import needs_checklist
from bot.chat.policy.needs_checklist import Paths
from config.commands import normalise
from config.policy.facts import Facts, parse_facts
from config.policy.loader import load
from config.policy.model import Policy
from matchmaking.eligibility.eligibility import assess
from matchmaking.eligibility.next_question import next_question
from tests.policy.tables import Row, rows
from tests.policy.test_eligibility_laws import FIRMS, ON

WHOLE: Paths = [[place] for place in range(9)]
NOTHING_KNOWN = Facts({})
NO_ANSWER = "不算回答"
POLICY = load()


def said(policy: Policy, cell: str) -> dict[str, Any]:
    """Return the facts of a cell: 出口=是；制定标准=national."""
    by_label = {fact.label: name for name, fact in policy.facts.items()}
    pairs = [part.split("=") for part in cell.split("；") if part]
    return {by_label[label]: {"是": True, "否": False}.get(value, value) for label, value in pairs}


@pytest.mark.parametrize("row", rows("choices.tsv"), ids=lambda row: row["回复"])
def test_an_answer_to_the_list_says_what_it_says_and_no_more(policy: Policy, parts: ChatServices, row: Row) -> None:
    picked = needs_checklist.read(parts, WHOLE, NOTHING_KNOWN, normalise(row["回复"]))
    if row["记下"] == NO_ANSWER:
        assert picked is None
        return
    assert picked is not None
    assert dict(picked.facts) == said(policy, row["记下"])
    labels = [policy.offers.choices[path[0]].parts[path[1]].label for path in picked.parts]
    assert "、".join(labels) == row["再问"]


def test_none_of_all_leaves_alone_what_was_said_before(parts: ChatServices) -> None:
    known = parse_facts({"exports": True}, POLICY.facts)
    picked = needs_checklist.read(parts, WHOLE, known, "0")
    assert picked is not None
    assert "exports" not in picked.facts
    assert picked.facts["is_owed"] is False


@given(firm=FIRMS, numbers=st.sets(st.integers(1, 9), min_size=1))
def test_only_the_facts_of_an_answer_turn_verdicts(
    parts: ChatServices, firm: dict[str, object], numbers: set[int]
) -> None:
    before = parse_facts(firm, POLICY.facts)
    picked = needs_checklist.read(parts, WHOLE, before, normalise(" ".join(map(str, sorted(numbers)))))
    assert picked is not None
    touched = {fact for number in numbers for fact in POLICY.offers.choices[number - 1].about}
    assert set(picked.facts) <= touched
    after = parse_facts({**firm, **picked.facts}, POLICY.facts)
    assume(not after.conflicts)
    settled = {POLICY.facts[fact].settles for fact in picked.facts}
    judged, judged_after = assess(POLICY, before, ON).items, assess(POLICY, after, ON).items
    for code, verdict in judged.items():
        item = POLICY.items[code]
        conditions = {condition.fact for condition in item.when} | {point.condition.fact for point in item.silent}
        if conditions.isdisjoint({*picked.facts, *settled}):
            assert judged_after[code] == verdict, code
        elif verdict.verdict == "yes" and not any(fact in before.values for fact in picked.facts):
            assert judged_after[code].verdict == "yes", code


@pytest.mark.parametrize(
    "row", rows("next_questions.tsv"), ids=lambda row: f"{row['企业名称']}{row['规模']}{row['能申报']}"
)
def test_the_next_questions_come_in_this_order(policy: Policy, row: Row) -> None:
    firm: dict[str, object] = {"in_nanjing": True, "titles": row["称号"].split("、") if row["称号"] else []}
    firm |= {"first_award": [], **said(policy, row["已知"])} | ({"size": row["规模"]} if row["规模"] else {})
    likely = policy.likely.for_firm(row["规模"] or None, row["企业名称"])
    wanted = row["前几问"]
    asked: list[str] = []
    while "、".join(asked) != wanted and len(asked) < 6:
        missing = {
            code: found.missing for code, found in assess(policy, parse_facts(firm, policy.facts), ON).items.items()
        }
        fact = next_question(policy, missing, open_items=frozenset(row["能申报"].split()), likely=likely)
        assert fact is not None
        asked.append(policy.facts[fact].label)
        firm[fact] = {
            "bool": False,
            "choice": policy.facts[fact].choices[0].value if policy.facts[fact].choices else "",
        }[policy.facts[fact].kind]
    assert "、".join(asked) == wanted


def test_every_yes_or_no_question_has_words_of_its_own(policy: Policy) -> None:
    for fact in policy.facts.values():
        if fact.kind == "bool":
            assert len({answer for answer in fact.answers if answer}) == 2, fact.name
