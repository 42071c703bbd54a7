"""The table for officials: verdicts.tsv, both sides of every condition of every item."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from config.policy.facts import Fact, Facts, parse_facts
from config.policy.model import Condition, Policy
from matchmaking.eligibility.eligibility import Verdict, assess
from tests.policy.tables import Row, rows

FIRMS: dict[str, dict[str, object]] = {
    "专精特新": {"in_nanjing": True, "titles": ["srdi"]},
    "小巨人": {"in_nanjing": True, "titles": ["little_giant"]},
    "单项冠军": {"in_nanjing": True, "titles": ["champion"]},
    "大型单项冠军": {"in_nanjing": True, "titles": ["champion"], "size": "large"},
    "创新型": {"in_nanjing": True, "titles": ["innovative"]},
    "无称号": {"in_nanjing": True, "titles": []},
    "外地专精特新": {"in_nanjing": False, "titles": ["srdi"]},
    "外地小巨人": {"in_nanjing": False, "titles": ["little_giant"]},
    "外地单项冠军": {"in_nanjing": False, "titles": ["champion"]},
    "没说称号": {"in_nanjing": True},
    "没说在哪里": {"titles": ["srdi"]},
    "没说在哪里小巨人": {"titles": ["little_giant"]},
    "没说在哪里单项冠军": {"titles": ["champion"]},
}
ANSWERS = {"是": "yes", "否": "no", "待定": "unknown"}
ON = "2026-11-05T10:00:00+08:00"
TABLE = rows("verdicts.tsv")


def fact_of(policy: Policy, label: str) -> Fact:
    return next(fact for fact in policy.facts.values() if fact.label == label)


def value_of(fact: Fact, word: str) -> object:
    if fact.kind == "bool":
        return {"是": True, "否": False}[word]
    if word == "无":
        return []
    if fact.kind == "dates":
        title, day = word.split(":")
        return {value_of(replace(fact, kind="choice"), title): day}
    codes = {name: choice.value for choice in fact.choices for name in (choice.label, *choice.also)}
    found = [part if fact.kind == "items" else codes[part] for part in word.split("、")]
    return found if fact.kind in ("set", "items") else found[0]


PUBLISHED = "公布"


def parts_of(row: Row) -> list[tuple[str, str]]:
    parts = [part.partition("=") for part in row["企业事实"].split("；") if part]
    return [(label, word) for label, _, word in parts if label != PUBLISHED]


def published_in(row: Row) -> date | None:
    found = [part.partition("=")[2] for part in row["企业事实"].split("；") if part.startswith(f"{PUBLISHED}=")]
    return date.fromisoformat(found[0]) if found else None


def facts_of(policy: Policy, row: Row) -> Facts:
    firm = dict(FIRMS[row["企业"]])
    for label, word in parts_of(row):
        fact = fact_of(policy, label)
        firm[fact.name] = value_of(fact, word)
    return parse_facts(firm, policy.facts)


def judged(policy: Policy, row: Row) -> Verdict:
    dated = policy.published_on(published_in(row))
    return assess(dated, facts_of(policy, row), datetime.fromisoformat(ON)).items[row["事项"]]


@pytest.mark.parametrize("code", dict.fromkeys(row["事项"] for row in TABLE))
def test_each_row_is_judged_as_the_table_says(policy: Policy, code: str) -> None:
    for row in TABLE:
        if row["事项"] == code:
            found = judged(policy, row)
            assert found.verdict == ANSWERS[row["结论"]], row
            missing = "、".join(policy.facts[fact].label for fact in found.missing)
            assert missing == row["还缺"], row
            kinds = {reason.kind for reason in found.reasons}
            assert (kinds == {"not_needed"}) == (row["说明"] == "暂无此需求"), row
            assert ("already_received" in kinds) == row["说明"].startswith("已享受"), row
            assert ("conflict" in kinds) == ("要再问" in row["说明"]), row
            assert ("not_started" in kinds) == ("尚未施行" in row["说明"]), row
            if found.verdict == "unknown" and not found.missing:
                assert kinds & {"year_open", "text_silent", "district_rule"}, row


def test_the_table_and_the_engine_name_the_same_points_on_which_the_text_is_silent(policy: Policy) -> None:
    words = {
        "文件没有写须在南京注册",
        "文件写的是省级专精特新",
        "第二个模型是否再给，文件没有写",
        "这一句没有限定专精特新",
    }
    said = {reason.text for row in TABLE for reason in judged(policy, row).reasons if reason.kind == "text_silent"}
    assert said == words


def holds(condition: Condition, facts: Facts) -> bool | None:
    """Evaluate independently of the evaluator, so that a row cannot count for the wrong side."""
    value = facts.get(condition.fact)
    if value is None:
        return None
    held = value if isinstance(value, frozenset) else {value}
    return any(each in condition.wanted for each in held)


def test_both_sides_of_every_condition_of_every_item_stand_in_the_table(policy: Policy) -> None:
    for code, item in policy.items.items():
        mine = [(row, facts_of(policy, row)) for row in TABLE if row["事项"] == code]
        for condition in item.when:
            others = [other for other in item.when if other is not condition]
            sides = {
                (row["结论"], holds(condition, facts))
                for row, facts in mine
                if all(holds(other, facts) for other in others)
            }
            where = f"verdicts.tsv lacks a row: item {code}, {condition.fact} "
            assert ("否", False) in sides, where + "not met alone: 否"
            assert ("待定" if item.by_district else "是", True) in sides, where + "met with all others: 是"
            assert any(fact is None and answer == "待定" for answer, fact in sides), where + "not known alone: 待定"


def test_each_title_that_will_do_stands_in_the_table_on_its_own(policy: Policy) -> None:
    for code, item in policy.items.items():
        good = [
            facts_of(policy, row) for row in TABLE if row["事项"] == code and row["结论"] != "否" and not row["还缺"]
        ]
        for condition in item.when:
            for wanted in condition.wanted:
                assert any(facts.get(condition.fact) in (wanted, frozenset({wanted})) for facts in good), (code, wanted)


def test_a_one_time_item_stands_in_the_table_as_received_and_as_not(policy: Policy) -> None:
    one_time = [code for code, item in policy.items.items() if item.one_time]
    assert one_time == ["5.1", "5.2", "5.4", "8.3"]
    for code in one_time:
        received = {
            (row["结论"], code in row["企业事实"].partition("已享受的一次性奖励=")[2])
            for row in TABLE
            if row["事项"] == code and "已享受的一次性奖励=" in row["企业事实"]
        }
        assert ("否", True) in received, code
