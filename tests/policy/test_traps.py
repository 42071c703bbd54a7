"""Traps a right answer avoids: each as a firm in the trap, and as the warning text."""

from datetime import datetime

import pytest

from config.policy.facts import parse_facts
from config.policy.model import Policy
from matchmaking.eligibility.eligibility import Verdict, assess

HERE: dict[str, object] = {"in_nanjing": True}


def judged(policy: Policy, code: str, **firm: object) -> Verdict:
    on = datetime.fromisoformat("2026-11-05T10:00:00+08:00")
    return assess(policy, parse_facts({**HERE, **firm}, policy.facts), on).items[code]


def test_a_municipal_task_is_no_national_one(policy: Policy) -> None:
    firm = {"titles": ["srdi"], "undertakes_task": True, "national_key_task": False}
    assert judged(policy, "1.2", **firm).verdict == "no"
    assert judged(policy, "1.5", **firm).verdict == "yes"
    assert judged(policy, "1.5", **firm).amount is None


def test_a_champion_that_is_no_srdi_firm_gets_what_names_champions_and_no_more(policy: Policy) -> None:
    firm = {"titles": ["champion"], "size": "large", "hires_doctor": True, "major_renovation": True, "exports": True}
    assert [judged(policy, code, **firm).verdict for code in ("1.4", "13.1", "13.3", "11.1", "5.5")] == [
        "yes",
        "yes",
        "yes",
        "no",
        "no",
    ]


def test_a_little_giant_is_an_srdi_firm_and_an_innovative_one_is_not(policy: Policy) -> None:
    assert judged(policy, "5.5", titles=["little_giant"]).verdict == "yes"
    assert judged(policy, "5.5", titles=["innovative"]).verdict == "no"


def test_trade_and_group_standards_are_not_named(policy: Policy) -> None:
    refused = judged(policy, "3.2", titles=["srdi"], standards_role="none")
    assert refused.verdict == "no"
    assert "行业、团体、企业标准不在其列" in refused.reasons[0].text


@pytest.mark.parametrize("size", ["medium", "large"])
def test_medium_and_large_bidders_are_out(policy: Policy, size: str) -> None:
    assert judged(policy, "4.2", titles=["srdi"], size=size, bids_public_procurement=True).verdict == "no"


def test_passing_the_review_is_no_first_award(policy: Policy) -> None:
    for code, title in (("5.1", "champion"), ("5.2", "little_giant")):
        refused = judged(policy, code, titles=[title], first_award=[])
        assert refused.verdict == "no"
        assert "复核通过不算首次获评" in refused.reasons[0].text


def test_a_first_provincial_award_brings_no_city_award(policy: Policy) -> None:
    for code in ("5.1", "5.2", "5.4"):
        found = judged(policy, code, titles=["srdi"], first_award=["srdi"], service_platform_first_award=False)
        assert found.verdict == "no"
    assert judged(policy, "5.3", titles=["srdi"], first_award=["srdi"]).verdict == "unknown"


def test_a_plain_srdi_firm_meets_no_fixed_sum_without_a_filed_model_or_a_platform(policy: Policy) -> None:
    everything = {name: True for name, fact in policy.facts.items() if fact.kind == "bool"}
    firm = {**everything, "titles": ["srdi"], "first_award": ["srdi"], "size": "small", "standards_role": "national"}
    fixed = [code for code, item in policy.items.items() if item.strength == "fixed"]
    assert fixed == ["5.1", "5.2", "5.4", "8.3"]
    assert [code for code in fixed if judged(policy, code, **firm).verdict == "yes"] == ["5.4", "8.3"]
    plain = {**firm, "service_platform_first_award": False, "ai_model_filed": False}
    assert not [code for code in fixed if judged(policy, code, **plain).verdict != "no"]


def test_the_districts_answer_is_the_districts(policy: Policy) -> None:
    for code in ("5.3", "13.5"):
        found = judged(policy, code, titles=["srdi"], district="江宁")
        assert (found.verdict, found.strength, found.amount) == ("unknown", "encourage", None)
        assert policy.item(code).agencies[-1].startswith("所在区")


def test_the_bridging_fund_is_for_private_firms(policy: Policy) -> None:
    firm = {"titles": ["srdi"], "needs_loan_bridging": True}
    assert judged(policy, "6.2", **firm, private_firm=False).reasons[0].kind == "not_met"
    found = judged(policy, "6.2", **firm, private_firm=True)
    assert (found.verdict, found.strength, found.per) == ("yes", "quota", "year")


def test_registering_a_model_is_not_filing_it(policy: Policy) -> None:
    refused = judged(policy, "8.3", titles=["srdi"], ai_model_filed=False)
    assert "登记不是备案" in refused.reasons[0].text


def test_rent_is_raised_only_at_little_giants_and_champions(policy: Policy) -> None:
    assert judged(policy, "13.3", titles=["srdi"], hires_doctor=True).verdict == "no"
    assert judged(policy, "13.4", titles=["little_giant"], hires_master=True).verdict == "yes"


def test_an_owed_firm_needs_no_title_but_must_be_an_sme(policy: Policy) -> None:
    owed = {"is_owed": True, "debtor": "large_firm"}
    assert judged(policy, "15.1", titles=[], size="medium", **owed).verdict == "yes"
    assert judged(policy, "15.1", titles=["champion"], size="large", **owed).verdict == "no"
    assert judged(policy, "15.1", titles=[], size="medium", is_owed=True, debtor="other").verdict == "no"


def test_the_official_who_finds_it_decides_on_credit_and_pollution(policy: Policy) -> None:
    for code, fact, who in (("15.2", "low_credit_risk", "市场监管部门"), ("15.3", "low_pollution", "生态环境部门")):
        assert who in policy.facts[fact].phrase
        assert any(who in caution for caution in policy.item(code).cautions)


def test_no_need_is_never_called_not_meeting_a_condition(policy: Policy) -> None:
    wishes = [name for name, fact in policy.facts.items() if fact.need]
    assert wishes
    for item in policy.items.values():
        for condition in item.when:
            if condition.fact in wishes:
                found = judged(policy, item.code, titles=["srdi"], **{condition.fact: False})
                assert found.verdict == "no"
                assert [tuple(reason) for reason in found.reasons] == [("not_needed", "您表示暂无此需求")]


def test_no_reason_promises_anything(policy: Policy) -> None:
    said = " ".join([*policy.reasons.values(), *policy.strengths.values()])
    said += " ".join(caution for item in policy.items.values() for caution in item.cautions)
    for promise in ("您能拿", "可得", "能领", "保证获得"):
        assert promise not in said


@pytest.mark.parametrize(
    ("code", "warning"),
    [
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
        ("5.1", "能否与小巨人奖励（5.2）同时享受"),
        ("5.2", "复核通过不是首次获评"),
        ("5.2", "没有写适用于哪一年获评"),
        ("5.2", "按原政策已领过奖励的企业怎么办，请向市工信局核实"),
        ("5.2", "首次获评省级专精特新中小企业，文件没有写市级奖励"),
        ("5.2", "能否与单项冠军奖励（5.1）同时享受"),
        ("5.3", "不是已生效的奖励"),
        ("13.5", "不是已生效的规定"),
        ("6.1", "不等于进入白名单，也不等于批下贷款"),
        ("6.1", "白名单的标准"),
        ("6.2", "不是补助"),
        ("6.2", "是文件原话，文件没有解释"),
        ("6.2", "是每家企业的，还是全部企业合计的"),
        ("7.1", "不是每家企业都有份"),
        ("7.1", "没有写是哪一年"),
        ("8.1", "算力券的金额、抵扣比例"),
        ("8.3", "登记不是备案"),
        ("8.3", "第二个模型是否再给，文件没有写"),
        ("9.1", "没有写金额"),
        ("9.4", "没有写金额和比例"),
        ("10.5", "央企、省属国企、民营企业"),
        ("10.5", "不等于不能揭榜：大企业发榜、中小企业揭榜见 10.3，以发榜单位自己的条件为准"),
        ("13.1", "三名限的是哪些人，文件没有说明"),
        ("13.3", "补贴给毕业生本人"),
        ("13.3", "上浮至这个数：原补贴自身的条件仍要满足"),
        ("13.3", "发多久，本措施未规定"),
        ("13.3", "学士（本科）文件没有写"),
        ("13.4", "补贴给毕业生本人"),
        ("13.4", "只限到单项冠军企业、小巨人企业就业"),
        ("13.4", "学士（本科）文件没有写"),
        ("15.1", "在这里留言不是投诉"),
        ("15.1", "违约拖欠中小企业款项登记（投诉）平台"),
    ],
)
def test_an_item_warns_of_its_trap(policy: Policy, code: str, warning: str) -> None:
    assert warning in "".join(policy.item(code).cautions)


@pytest.mark.parametrize(
    "key", ["issued", "document_number", "windows", "stacking", "award_year", "open_at_expiry", "payment"]
)
def test_what_the_text_leaves_open_is_said_to_be_open(policy: Policy, key: str) -> None:
    answer = next(topic.answer for topic in policy.topics if topic.key == key)
    assert any(word in answer for word in ("没有写", "本措施未规定", "尚未录入"))
