"""A firm's facts are parsed strictly: unlisted ones are named, unknown ones stay unknown."""

from datetime import date

import pytest

from config.errors import InputError
from config.policy.facts import parse_facts
from config.policy.model import Policy
from config.texts import Texts


def refused(policy: Policy, **raw: object) -> str:
    with pytest.raises(InputError) as caught:
        parse_facts(raw, policy.facts)
    return Texts.load().error(caught.value)


def test_null_and_silence_are_unknown(policy: Policy) -> None:
    facts = parse_facts({"exports": None, "titles": None}, policy.facts)
    assert facts.get("exports") is None
    assert facts.get("titles") is None
    assert facts.get("size") is None


def test_false_and_an_empty_set_are_known(policy: Policy) -> None:
    facts = parse_facts({"exports": False, "titles": []}, policy.facts)
    assert facts.get("exports") is False
    assert facts.get("titles") == frozenset()


def test_a_district_settles_that_the_firm_is_in_the_city(policy: Policy) -> None:
    assert parse_facts({"district": "江北新区"}, policy.facts).get("in_nanjing") is True
    assert parse_facts({"district": None, "in_nanjing": False}, policy.facts).get("in_nanjing") is False
    assert parse_facts({"district": None}, policy.facts).get("in_nanjing") is None


def test_a_district_beside_a_place_elsewhere_contradicts_it_and_neither_is_known(policy: Policy) -> None:
    for raw in ({"in_nanjing": False, "district": "玄武"}, {"district": "玄武", "in_nanjing": False}):
        facts = parse_facts(raw, policy.facts)
        assert (facts.get("in_nanjing"), facts.get("district")) == (None, None)
        assert set(facts.conflicts) == {"in_nanjing", "district"}


def test_one_fact_settles_another_one_way_only(policy: Policy) -> None:
    assert parse_facts({"national_key_task": True}, policy.facts).get("undertakes_task") is True
    assert parse_facts({"national_key_task": False}, policy.facts).get("undertakes_task") is None
    assert parse_facts({"undertakes_task": False}, policy.facts).get("national_key_task") is None
    assert parse_facts({"service_platform_first_award": True}, policy.facts).get("builds_service_platform") is True


def test_an_award_date_is_a_day_or_not_known(policy: Policy) -> None:
    dates = parse_facts({"award_dates": {"srdi": "2026-09-30", "champion": None}}, policy.facts).award_dates
    assert dates == {"srdi": date(2026, 9, 30)}
    wrong_ones: tuple[object, ...] = ([], "2026-09-30", {"srdi": "2026-13-01"}, {"srdi": 2026}, {"海外": "2026-09-30"})
    for wrong in wrong_ones:
        assert "award_dates" in refused(policy, award_dates=wrong)


def test_all_twelve_districts_are_known(policy: Policy) -> None:
    districts = "玄武 秦淮 建邺 鼓楼 浦口 栖霞 雨花台 江宁 六合 溧水 高淳 江北新区"
    assert " ".join(choice.value for choice in policy.facts["district"].choices) == districts


def test_contradictions_between_titles_are_no_error(policy: Policy) -> None:
    facts = parse_facts({"titles": ["srdi"], "first_award": ["champion"], "size": "large"}, policy.facts)
    assert facts.get("first_award") == frozenset({"champion"})


def test_the_same_title_twice_is_one(policy: Policy) -> None:
    assert parse_facts({"titles": ["srdi", "srdi"]}, policy.facts).get("titles") == frozenset({"srdi"})


def test_id_name_and_day_stand_beside_the_facts(policy: Policy) -> None:
    assert dict(parse_facts({"id": "1", "on": "2026-01-01", "name": "某公司"}, policy.facts).values) == {}


def test_a_misspelt_fact_is_named_with_the_nearest(policy: Policy) -> None:
    assert refused(policy, titels=["srdi"]) == '不认识的企业事实 "titels"，是不是 titles？'
    assert refused(policy, 员工人数=3) == '不认识的企业事实 "员工人数"，请对照事实清单。'


def test_a_value_of_the_wrong_kind_is_named_with_what_is_right(policy: Policy) -> None:
    no_truth: list[object] = [1, 0, "true", "是", [], {}, 1.0]
    for wrong in no_truth:
        assert refused(policy, exports=wrong) == "exports 应为 true、false 或 null（不清楚）。"
    assert refused(policy, size="小型") == 'size 里的 "小型" 不在清单内，可填：micro、small、medium、large。'
    no_size: list[object] = [True, 7, ["small"]]
    for wrong in no_size:
        assert "可填：micro" in refused(policy, size=wrong)
    assert (
        refused(policy, titles="srdi")
        == "titles 应为列表，可填：innovative、srdi、little_giant、champion；没有则写 []。"
    )
    assert "里的 null 不在清单内" in refused(policy, titles=["srdi", None])
    assert '"SRDI"' in refused(policy, titles=["SRDI"])
    assert "titles" in refused(policy, titles={"srdi": True})
    assert "玄武、秦淮、建邺" in refused(policy, district="白下")
    assert "district" in refused(policy, district="玄武区")
    assert "可填：1.1、1.2" in refused(policy, already_received=["5.22"])
    assert "already_received" in refused(policy, already_received=[5.2])
    assert "first_award" in refused(policy, first_award=[["srdi"]])


def test_a_long_hostile_name_is_shown_short_and_on_one_line(policy: Policy) -> None:
    shown = refused(policy, **{"x\n第 9 行：" * 500: True})
    assert "\n" not in shown
    assert len(shown) < 120


def test_both_names_of_the_first_title_are_known(policy: Policy) -> None:
    innovative = policy.facts["titles"].choices[0]
    assert innovative.value == "innovative"
    assert {innovative.label, *innovative.also} == {"创新型中小企业", "科技和创新型中小企业"}


def test_names_of_titles_mean_one_title_each(policy: Policy) -> None:
    names = [name for choice in policy.facts["titles"].choices for name in (choice.label, *choice.also)]
    assert len(names) == len(set(names))


def test_the_wishes_are_the_ones_the_list_of_facts_marks(policy: Policy) -> None:
    wishes = """wants_university_results holds_patents wants_quality_certification needs_financing needs_loan_bridging
        plans_listing wants_equity_board wants_industry_model exports needs_apec_card wants_aeo wants_title_review
        wants_order_class needs_land uses_gas buys_power data_assets"""
    assert [name for name, fact in policy.facts.items() if fact.need] == wishes.split()
