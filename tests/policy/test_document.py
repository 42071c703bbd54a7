"""The folder holds the whole document verbatim, and every figure of it has its item."""

import re
from pathlib import Path
from typing import get_args

import pytest

from config.policy.model import Channel, Per, Policy, Strength
from tests.policy.tables import rows

OFFICIAL = (Path(__file__).parent / "measures.txt").read_text("utf-8")
FIGURE = re.compile(r"\d+(?:万元|%|元/月|家)|[一二三四五六七八九十]名")


def parts_in_order(policy: Policy) -> list[str]:
    parts = [policy.title, policy.preamble]
    for section in policy.sections:
        parts.append(section.heading)
        parts += [policy.clause(number).text for number in section.clauses]
    return [*parts, policy.closing]


def test_the_parts_put_together_are_the_official_text(policy: Policy) -> None:
    assert "\n\n".join(parts_in_order(policy)) + "\n" == OFFICIAL


def test_there_are_fifteen_clauses_and_the_items_of_the_official_table(policy: Policy) -> None:
    assert [clause.number for clause in policy.clauses] == list(range(1, 16))
    listed = [row["事项"] for row in rows("items.tsv")]
    assert set(policy.items) ^ set(listed) == set(), "tests/policy/items.tsv has one row for each item"
    assert list(policy.items) == listed
    said = next(topic.answer for topic in policy.topics if topic.key == "size_of_document")
    assert re.findall(r"\d+", said) == [str(len(policy.clauses)), str(len(policy.items))]


@pytest.mark.parametrize("number", range(1, 16))
def test_a_clause_carries_its_mark_title_and_agencies(policy: Policy, number: int) -> None:
    clause = policy.clause(number)
    assert clause.text.startswith(f"{clause.mark}{clause.title}。")
    assert clause.label == f"第{clause.mark.strip('（）')}条"
    found = re.search(r"（责任单位：(.+)）$", clause.text)
    assert found is not None
    named = re.split("[、，]", found[1].split("，以下政策措施")[0])
    assert list(clause.agencies) == named
    assert clause.section in [section.heading for section in policy.sections if number in section.clauses]


def test_every_quote_stands_word_for_word_in_its_own_clause(policy: Policy) -> None:
    for item in policy.items.values():
        assert item.quote in policy.clause(item.clause).text, item.code
        assert item.code.startswith(f"{item.clause}.")
    for topic in policy.topics:
        if topic.quote is not None:
            source = policy.closing if topic.clause is None else policy.clause(topic.clause).text
            assert topic.quote in source, topic.key


def test_every_figure_of_a_clause_is_inside_the_quote_of_an_item(policy: Policy) -> None:
    seen = set()
    for clause in policy.clauses:
        quotes = [item.quote for item in clause.items]
        for figure in FIGURE.findall(clause.text):
            seen.add(figure)
            assert any(figure in quote for quote in quotes), (clause.label, figure)
        digits = re.findall(r"\d+", clause.text)
        assert all(any(number in quote for quote in quotes) for number in digits), clause.label
    assert {"1000万元", "20%", "100家", "三名", "2400元/月"} <= seen


def test_the_items_say_what_the_official_table_says(policy: Policy) -> None:
    for row in rows("items.tsv"):
        item = policy.item(row["事项"])
        assert item.strength == row["强度"], item.code
        assert item.amount == (int(row["元"]) if row["元"] else None), item.code
        assert (item.per or "") == row["单位"], item.code
        assert (item.channel, item.lead.replace("所在区（园区）", "所在区")) == (
            row["途径"],
            row["先问谁"].replace("所在区（园区）", "所在区"),
        ), item.code
        assert item.lead in item.agencies, item.code
        assert "、".join(item.agencies).replace("所在区（园区）", "所在区") == row["答复单位"], item.code
        if row["数字"]:
            assert item.figure is not None
            assert row["数字"] in item.figure, item.code


def test_an_amount_is_the_figure_that_its_quote_holds(policy: Policy) -> None:
    for item in policy.items.values():
        if item.amount is not None:
            written = f"{item.amount // 10_000}万元" if item.amount >= 10_000 else f"{item.amount}元/月"
            assert written in item.quote, item.code
            assert item.figure is not None
            assert written in item.figure
            # Whether a ceiling is meant a task, a platform, a standard or a firm is not written.
            assert (item.per is None) == (item.strength == "ceiling"), item.code
        elif item.figure is not None:
            for number in re.findall(r"\d+[%家]?", item.figure):
                assert number in item.quote, item.code
        else:
            assert item.per is None


def test_only_listed_words_are_used_and_each_is_used(policy: Policy) -> None:
    assert {item.strength for item in policy.items.values()} == set(get_args(Strength))
    assert {item.per for item in policy.items.values()} == {*get_args(Per), None}
    assert set(policy.strengths) == set(get_args(Strength))
    assert {item.channel for item in policy.items.values()} == set(get_args(Channel)) == set(policy.channels)


def test_every_fact_is_used_and_every_used_fact_is_known(policy: Policy) -> None:
    used = {condition.fact for item in policy.items.values() for condition in item.when}
    used |= {point.condition.fact for item in policy.items.values() for point in item.silent}
    if any(item.award_of for item in policy.items.values()):
        used.add("award_dates")
    used |= {name for name, fact in policy.facts.items() if fact.settles is not None}
    if any(item.one_time for item in policy.items.values()):
        used.add("already_received")
    assert used == set(policy.facts)
    assert all(fact.settles is None or fact.settles in policy.facts for fact in policy.facts.values())
    assert set(policy.ask_first) <= set(policy.facts)


def test_every_fact_can_be_asked_and_shown(policy: Policy) -> None:
    labels = [fact.label for fact in policy.facts.values()]
    assert len(labels) == len(set(labels))
    for fact in policy.facts.values():
        assert fact.question.strip("）").endswith("？") or "？（" in fact.question, fact.name
        assert fact.phrase
        assert (fact.kind == "bool") == (not fact.choices)


def test_every_item_needs_the_city_or_leaves_the_place_open(policy: Policy) -> None:
    place = [
        code for code, item in policy.items.items() if item.silent and item.silent[0].condition.fact == "in_nanjing"
    ]
    assert place == ["4.2", "10.1", "10.3", "10.5", "15.1"]
    for code, item in policy.items.items():
        assert ("in_nanjing" in {condition.fact for condition in item.when}) == (code not in place), code
    assert [code for code, item in policy.items.items() if not item.when] == ["10.1"]


def test_what_people_say_leads_to_one_place_only(policy: Policy) -> None:
    places: dict[str, str] = {}
    asked = [(clause.label, clause.asks) for clause in policy.clauses]
    asked += [(item.code, item.asks) for item in policy.items.values()]
    asked += [(topic.key, topic.asks) for topic in policy.topics]
    for place, asks in asked:
        assert asks, place
        for words in asks:
            assert places.setdefault(words.lower(), place) == place, words
    for item in policy.items.values():
        assert len(item.asks) >= 5, item.code


def test_an_item_tells_for_whom_it_is_and_what_to_beware_of(policy: Policy) -> None:
    for item in policy.items.values():
        assert item.for_whom, item.code
        assert item.cautions, item.code
        for caution in item.cautions:
            assert caution.endswith("。"), item.code
        condition_words = item.for_whom + item.title
        assert (
            "专精特新" in condition_words
            or "小巨人" in condition_words
            or "单项冠军" in condition_words
            or (item.code in {"5.4", "10.1", "10.3", "14.1", "15.1"})
        )


def test_cautions_hold_no_figure_that_the_document_does_not_hold(policy: Policy) -> None:
    said = [caution for item in policy.items.values() for caution in item.cautions]
    said += [topic.answer for topic in policy.topics if topic.key != "size_of_document"]
    said += [item.figure or "" for item in policy.items.values()]
    codes = set(policy.items)
    for sentence in said:
        for number in re.findall(r"\d+(?:\.\d+)?", sentence):
            assert number in OFFICIAL or number in codes, sentence


def test_nine_clauses_pay_the_firm_no_money(policy: Policy) -> None:
    assert [clause.mark for clause in policy.clauses if clause.service_only] == [
        f"（{numeral}）" for numeral in ("二", "四", "六", "七", "十", "十一", "十二", "十四", "十五")
    ]


def test_names_that_are_no_items_lead_to_their_clause(policy: Policy) -> None:
    named = {topic.title: (topic.clause, topic.items) for topic in policy.topics}
    assert named["统计监测"] == (5, ())
    assert named["数据得地预评审"] == (14, ("14.1",))
    assert named["“无感”供地"] == (14, ("14.1",))
    assert named["全国高校区域技术转移转化分中心"] == (2, ("2.1",))
    assert named["中小企业数字化转型试点城市"] == (7, ("7.1",))
    assert named["AI+"] == (8, ("8.2",))
    assert all(code in policy.items for topic in policy.topics for code in topic.items)


def test_the_closing_tells_validity_and_repeal(policy: Policy) -> None:
    assert policy.expires.isoformat() == "2029-01-01T00:00:00+08:00"
    assert f"（{policy.repeals}）同时废止" in policy.closing
    answers = {topic.key: topic.answer for topic in policy.topics}
    assert "2028年12月31日" in answers["validity"]
    assert policy.repeals in answers["repeal"]
    assert "没有写公布日期" in answers["issued"]
    assert "尚未录入" in answers["document_number"]
    assert policy.silence in f"{answers['windows']}"


def test_everyone_who_carries_out_the_clauses_is_named_in_the_first(policy: Policy) -> None:
    assert f"以下政策措施均需{'、'.join(policy.carried_out_by)}落实" in policy.clause(1).text
