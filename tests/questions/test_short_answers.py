"""The short answer to anything fits a phone, names its clause, quotes it and warns of the trap."""

import itertools
import random

import pytest

from bot.answers.short_answers import LONGEST, ShortAnswers
from config.policy.model import Policy
from matchmaking.questions.premises import Premise

# An item's trap and the text a short answer about it must include.
TRAPS = [
    ("1.2", "省级、市级任务不适用本项"),
    ("1.3", "没有写比例"),
    ("1.4", "没有写最低投资额"),
    ("3.2", "行业标准、团体标准、企业标准没有写"),
    ("4.2", "中型和大型企业不适用"),
    ("4.2", "不含工程"),
    ("4.2", "由采购人决定"),
    ("4.2", "一般不属于政府采购"),
    ("5.1", "复核通过不是首次获评"),
    ("5.1", "没有写适用于哪一年获评"),
    ("5.1", "请向市工信局核实"),
    ("5.2", "复核通过不是首次获评"),
    ("5.2", "没有写适用于哪一年获评"),
    ("5.2", "按原政策已领过奖励的企业怎么办，请向市工信局核实"),
    ("5.2", "首次获评省级专精特新中小企业，文件没有写市级奖励"),
    ("5.3", "不是已生效的奖励"),
    ("6.1", "不等于进入白名单，也不等于批下贷款"),
    ("6.2", "不是补助"),
    ("6.2", "没有解释包含什么"),
    ("6.2", "是每家企业的，还是全部企业合计的"),
    ("7.1", "不是每家企业都有份"),
    ("7.1", "没有写是哪一年"),
    ("8.1", "金额、抵扣比例"),
    ("8.3", "登记不是备案"),
    ("9.1", "没有写金额"),
    ("9.4", "没有写金额和比例"),
    ("10.5", "不等于不能揭榜"),
    ("13.1", "三名限的是哪些人，文件没有说明"),
    ("13.3", "补贴给毕业生本人"),
    ("13.3", "原补贴自身的条件仍要满足"),
    ("13.3", "发多久，本措施未规定"),
    ("13.3", "学士（本科）文件没有写"),
    ("13.4", "只限到单项冠军企业、小巨人企业就业"),
    ("13.5", "不是已生效的规定"),
    ("15.1", "在这里留言不是投诉"),
    ("15.1", "违约拖欠中小企业款项登记（投诉）平台"),
]


@pytest.mark.parametrize(("code", "warning"), TRAPS)
def test_a_short_answer_warns_of_the_trap(policy: Policy, short: ShortAnswers, code: str, warning: str) -> None:
    assert warning in short.items([policy.item(code)], None, None)


def test_an_item_is_said_with_figure_quote_clause_whom_and_agencies(policy: Policy, short: ShortAnswers) -> None:
    for item in policy.items.values():
        said = short.items([item], None, None)
        clause = policy.clause(item.clause)
        assert item.core in item.quote, item.code
        for part in (item.core, clause.label, clause.mark, item.for_whom, *item.agencies, item.figure or ""):
            assert part in said, (item.code, part)
        assert len(said) <= LONGEST, item.code


def test_a_denial_comes_first_and_the_answer_still_fits(policy: Policy, short: ShortAnswers) -> None:
    for item in policy.items.values():
        for denial in item.denials:
            said = short.items([item], Premise("said", denial.says), None)
            assert said.startswith(denial.says), item.code
            assert denial.says.startswith(("不", "没有")), (item.code, denial.says)
            assert len(said) <= LONGEST, (item.code, denial.says)


def test_two_items_at_once_fit_and_keep_figure_quote_and_clause(policy: Policy, short: ShortAnswers) -> None:
    pairs = list(itertools.permutations(policy.items.values(), 2))
    for one, other in random.Random(6).sample(pairs, 600):
        said = short.items([one, other], None, None)
        for item in (one, other):
            assert item.core in said
            assert policy.clause(item.clause).label in said
            assert (item.figure or "") in said
        assert len(said) <= LONGEST, (one.code, other.code)


def test_clauses_agencies_and_topics_fit_too(policy: Policy, short: ShortAnswers) -> None:
    for clause in policy.clauses:
        said = short.clauses([clause])
        assert len(said) <= LONGEST, clause.label
        assert all(item.code in said for item in clause.items)
    for agency in policy.agency_names:
        clauses = [clause for clause in policy.clauses if agency in clause.agencies]
        assert clauses, agency
        said = short.agency(agency, clauses)
        assert len(said) <= LONGEST, agency
        assert all(clause.label in said for clause in clauses)
    for topic in policy.topics:
        assert len(short.topic(topic, None)) <= LONGEST, topic.key


def test_every_agency_that_a_clause_names_can_be_asked_for(policy: Policy) -> None:
    named = {agency for clause in policy.clauses for agency in clause.agencies}
    assert named == set(policy.agency_names)


def test_what_the_largest_sum_and_the_list_of_sums_say_is_what_the_items_say(policy: Policy) -> None:
    topics = {topic.key: topic for topic in policy.topics}
    to_firms = [item for item in policy.items.values() if item.strength in ("fixed", "ceiling") and item.amount]
    largest = max(to_firms, key=lambda item: item.amount or 0)
    fixed = max((item for item in to_firms if item.strength == "fixed"), key=lambda item: item.amount or 0)
    assert topics["largest"].items == (largest.code,)
    assert f"（{largest.code}），是上限" in topics["largest"].answer
    assert [part in topics["largest"].answer for part in (fixed.title, f"（{fixed.code}）")] == [True, True]
    listed = [
        item.code for item in policy.items.values() if item.amount and item.strength in ("fixed", "ceiling", "rate")
    ]
    assert list(topics["sums"].items) == listed
    without_title = [
        item.code for item in policy.items.values() if not any(line.fact == "titles" for line in item.when)
    ]
    for key in ("innovative", "no_title"):
        assert [code for code in policy.items if f"（{code}）" in topics[key].answer] == without_title
