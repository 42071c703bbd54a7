"""Properties of every verdict, for any firm: three values, expiry, question order, districts."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.policy.facts import Facts, parse_facts
from config.policy.loader import conditions, load
from matchmaking.eligibility.eligibility import NOBODY_CAN_SAY, Assessment, JudgedDistrictRule, assess
from matchmaking.eligibility.next_question import next_question

POLICY = load()
SHANGHAI = timezone(timedelta(hours=8))
ON = datetime(2026, 11, 5, 10, tzinfo=SHANGHAI)
DISTRICT_DECIDES = ("5.3", "13.5")
DAYS = ("2025-10-01", "2026-05-06", "2026-09-30", None)


def facts_of(raw: Mapping[str, object]) -> Facts:
    return parse_facts(raw, POLICY.facts)


def judged(raw: dict[str, object], on: datetime = ON) -> Assessment:
    return assess(POLICY, parse_facts(raw, POLICY.facts), on)


def answers(raw: dict[str, object], on: datetime = ON) -> dict[str, str]:
    return {code: verdict.verdict for code, verdict in judged(raw, on).items.items()}


def values_of(fact: str) -> st.SearchStrategy[object]:
    known = POLICY.facts[fact]
    if known.kind == "bool":
        return st.booleans()
    choices = [choice.value for choice in known.choices]
    if known.kind == "dates":
        return st.dictionaries(st.sampled_from(choices), st.sampled_from(DAYS))
    if known.kind == "choice":
        return st.sampled_from(choices)
    return st.lists(st.sampled_from(choices), max_size=3)


FIRMS: st.SearchStrategy[dict[str, object]] = st.fixed_dictionaries(
    {}, optional={fact: st.none() | values_of(fact) for fact in POLICY.facts}
)


@given(firm=FIRMS, data=st.data())
def test_learning_a_fact_never_turns_yes_into_no_or_no_into_yes(firm: dict[str, object], data: st.DataObject) -> None:
    """One exception stands in the policy's own table: that a one-time item was not received is only assumed.

    What contradicts what was said before is no learning: both are open then.
    """
    unknown = [fact for fact in POLICY.facts if firm.get(fact) is None and fact != "already_received"]
    if not unknown:
        return
    fact = data.draw(st.sampled_from(unknown))
    told = {**firm, fact: data.draw(values_of(fact))}
    contradicts = len(facts_of(told).conflicts) > len(facts_of(firm).conflicts)
    after = answers(told)
    for code, answer in answers(firm).items():
        assert answer == "unknown" or contradicts or after[code] == answer, (code, fact)


def test_two_facts_that_contradict_each_other_are_both_unknown_and_both_asked_again() -> None:
    firm: dict[str, object] = {"titles": ["srdi"], "in_nanjing": False, "district": "江宁"}
    found = judged(firm).items["5.5"]
    assert (found.verdict, found.missing) == ("unknown", ("district", "in_nanjing"))
    assert [tuple(reason) for reason in found.reasons] == [
        ("conflict", "前后不一致：所在区＝江宁区；在南京注册＝不在南京")
    ]
    assert judged({**firm, "in_nanjing": True}).items["5.5"].verdict == "yes"
    # What is refused anyway needs nothing settled.
    assert judged({**firm, "titles": []}).items["5.5"].missing == ()


def test_before_the_day_of_publication_nothing_is_in_force() -> None:
    dated = POLICY.published_on(date(2026, 5, 6))
    firm = facts_of({"in_nanjing": True, "titles": ["srdi"]})
    eve, day = (datetime.fromisoformat(f"2026-05-0{moment}+08:00") for moment in ("5T23:59:59.999999", "6T00:00:00"))
    before = assess(dated, firm, eve)
    assert before.next_question is None
    assert {tuple(reason) for verdict in before.items.values() for reason in verdict.reasons} == {
        ("not_started", "尚未施行")
    }
    assert assess(dated, firm, day).items["5.5"].verdict == "yes"
    assert assess(POLICY, firm, eve).items["5.5"].verdict == "yes", "while the day is unknown nothing is refused for it"


def test_a_verdict_says_how_the_item_reaches_the_firm() -> None:
    firm: dict[str, object] = {"district": "江宁", "titles": ["srdi"], "size": "small", "bids_public_procurement": True}
    firm |= {"buys_compute": True, "is_owed": True, "debtor": "public"}
    found = judged(firm).items
    assert {code: found[code].reasons[0].text for code in ("4.2", "5.5", "8.1", "10.2", "15.1")} == {
        "4.2": "条件已对上（不等于已获得）；由采购人决定",
        "5.5": "条件已对上（不等于已获得）；由部门主动做，不用申报",
        "8.1": "条件已对上（不等于已获得）；须按通知申报，以审核结果为准",
        "10.2": "条件已对上（不等于已获得）；报名或对接，不保证办成",
        "15.1": "条件已对上（不等于已获得）；请走官方投诉渠道",
    }


@given(firm=FIRMS)
def test_null_is_the_same_as_not_said(firm: dict[str, object]) -> None:
    said = {fact: value for fact, value in firm.items() if value is not None}
    assert judged({**dict.fromkeys(POLICY.facts), **said}) == judged(said)


@given(firm=FIRMS, data=st.data())
def test_answering_each_next_question_leaves_open_only_what_no_firm_can_say(
    firm: dict[str, object], data: st.DataObject
) -> None:
    facts = dict(firm)
    for _ in range(len(POLICY.facts) + 1):
        found = judged(facts)
        asked = found.next_question
        if asked is None:
            break
        assert facts.get(asked) is None or asked in facts_of(facts).conflicts
        assert any(asked in verdict.missing for verdict in found.items.values())
        # Of a contradiction the second is taken as settled by the first, once it is asked about.
        facts[asked] = (
            True if asked in facts_of(facts).conflicts and asked != "district" else data.draw(values_of(asked))
        )
    assert asked is None
    for verdict in found.items.values():
        if verdict.verdict == "unknown":
            assert verdict.missing == ()
            assert {reason.kind for reason in verdict.reasons} & NOBODY_CAN_SAY


@pytest.mark.parametrize(
    ("on", "expired"),
    [
        ("2028-12-31T23:59:59.999999+08:00", False),
        ("2029-01-01T00:00:00+08:00", True),
        ("2028-12-31T15:59:59.999999+00:00", False),
        ("2028-12-31T16:00:00+00:00", True),
        ("2028-12-31T23:59:59.999999-12:00", True),
        ("2029-01-01T05:59:59.999999+14:00", False),
        ("0001-01-01T00:00:00+14:00", False),
        ("9999-12-31T23:59:59.999999-12:00", True),
    ],
)
def test_it_holds_until_the_last_microsecond_of_the_last_day_in_shanghai(on: str, *, expired: bool) -> None:
    moment = datetime.fromisoformat(on)
    assert POLICY.expired(moment) is expired
    assert (answers({"in_nanjing": True}, moment)["10.1"] == "no") is expired


def test_after_expiry_every_item_is_no_and_nothing_is_asked() -> None:
    found = judged({}, datetime(2029, 1, 1, tzinfo=SHANGHAI))
    assert found.next_question is None
    before = judged({})
    for code, verdict in found.items.items():
        assert (verdict.verdict, verdict.missing) == ("no", ())
        assert [tuple(reason) for reason in verdict.reasons] == [("expired", "政策已到期")]
        known = before.items[code]
        assert (verdict.strength, verdict.amount, verdict.per) == (known.strength, known.amount, known.per)


def test_a_moment_without_a_zone_is_no_moment() -> None:
    with pytest.raises(TypeError):
        judged({}, datetime(2026, 11, 5, tzinfo=UTC).replace(tzinfo=None))


def test_of_an_unknown_firm_nothing_is_refused() -> None:
    found = answers({})
    assert set(found.values()) == {"unknown"}


def test_the_answer_says_that_not_received_is_only_assumed() -> None:
    firm: dict[str, object] = {"district": "江宁", "titles": ["little_giant"], "first_award": ["little_giant"]}
    firm |= {"award_dates": {"little_giant": "2026-09-30"}}
    dated = POLICY.published_on(date(2026, 5, 6))
    texts = [reason.text for reason in assess(dated, facts_of(firm), ON).items["5.2"].reasons]
    assert texts == ["条件已对上（不等于已获得）；须按通知申报，以审核结果为准", "未说明是否已享受过，按未享受判断"]
    told = assess(dated, facts_of({**firm, "already_received": []}), ON).items["5.2"].reasons
    assert [reason.kind for reason in told] == ["met"]
    received = judged({**firm, "already_received": ["5.2"]}).items["5.2"]
    assert (received.verdict, received.reasons[0].text) == ("no", "已享受")


def test_having_received_changes_only_the_four_one_time_items() -> None:
    firm: dict[str, object] = {fact: True for fact, known in POLICY.facts.items() if known.kind == "bool"}
    firm |= {"titles": ["little_giant", "champion"], "first_award": ["little_giant", "champion"]}
    firm |= {"size": "small", "standards_role": "national", "debtor": "public"}
    before = answers({**firm, "already_received": []})
    after = answers({**firm, "already_received": list(POLICY.items)})
    assert after["8.3"] == "unknown", "whether a second model is paid for is not written"
    assert [code for code in before if before[code] != after[code]] == ["5.1", "5.2", "5.4", "8.3"]
    assert set(before.values()) == {"yes", "unknown"}


def test_titles_are_asked_first_then_place_then_size_then_money() -> None:
    firm: dict[str, object] = {}
    asked = []
    for answer in (["little_giant"], True, "small", [], False, False, False, False, "none", False, False):
        found = judged(firm).next_question
        assert found is not None
        asked.append(found)
        firm[found] = answer
    assert asked[:3] == ["titles", "in_nanjing", "size"]
    assert set(asked[3:6]) == {"first_award", "service_platform_first_award", "ai_model_filed"}
    assert set(asked[6:9]) == {"national_key_task", "pilot_platform", "standards_role"}
    # Then money without a figure.
    assert set(asked[9:]) == {"buys_compute", "microgrid"}
    # Then what most items wait for: the quota (6.2) and the percentage (4.2) have no priority.
    assert judged(firm).next_question == "wants_university_results"


def test_a_fact_behind_refused_items_is_not_asked() -> None:
    firm: dict[str, object] = {"in_nanjing": True, "titles": []}
    asked = set()
    while (found := judged(firm).next_question) is not None:
        asked.add(found)
        firm[found] = "small" if found == "size" else False
    assert asked == {"size", "service_platform_first_award", "builds_service_platform", "is_owed", "needs_land"}


def test_outside_the_city_only_what_the_text_does_not_tie_to_it_is_asked() -> None:
    firm: dict[str, object] = {"in_nanjing": False}
    asked = []
    while (found := judged(firm).next_question) is not None:
        asked.append(found)
        firm[found] = {"titles": ["srdi"], "size": "small", "debtor": "public"}.get(found, True)
    assert asked == ["titles", "size", "bids_public_procurement", "is_owed", "debtor"]
    assert set(answers(firm).values()) == {"no", "unknown"}


def test_nothing_is_asked_when_only_the_district_is_open() -> None:
    found = judged(
        {
            **dict.fromkeys((f for f, k in POLICY.facts.items() if k.kind == "bool"), True),
            "titles": ["srdi"],
            "first_award": [],
            "size": "small",
            "standards_role": "none",
            "debtor": "public",
        }
    )
    assert [code for code, verdict in found.items.items() if verdict.verdict == "unknown"] == list(DISTRICT_DECIDES)
    assert found.next_question is None


def test_equal_claims_are_settled_by_the_order_of_the_facts() -> None:
    assert next_question(POLICY, {"9.2": ("green_supply_chain",), "9.1": ("green_factory",)}) == "green_factory"


class TestADistrictThatHasPublishedItsRule:
    """江宁 pays only firms with patents for 5.3; nothing is entered for the others or for 13.5."""

    def judged(self, **firm: object) -> Assessment:
        rule = tuple(conditions({"holds_patents": True}, POLICY.facts, POLICY.reasons))
        return assess(
            POLICY,
            parse_facts(firm, POLICY.facts),
            ON,
            {("5.3", "江宁"): (JudgedDistrictRule(rule, "fixed", 200_000, "once"),)},
        )

    def test_its_own_conditions_decide(self) -> None:
        assert self.judged(district="江宁", titles=["srdi"], holds_patents=True).items["5.3"].verdict == "yes"
        refused = self.judged(district="江宁", titles=["srdi"], holds_patents=False).items["5.3"]
        assert (refused.verdict, refused.reasons[0].text) == ("no", "您表示暂无此需求")
        assert self.judged(district="江宁", titles=["srdi"]).items["5.3"].missing == ("holds_patents",)

    def test_the_title_is_needed_all_the_same(self) -> None:
        assert self.judged(district="江宁", titles=[], holds_patents=True).items["5.3"].verdict == "no"

    def test_elsewhere_and_for_the_other_item_it_stays_open(self) -> None:
        for district, code in (("高淳", "5.3"), ("江宁", "13.5")):
            found = self.judged(district=district, titles=["srdi"], holds_patents=True).items[code]
            assert (found.verdict, found.missing) == ("unknown", ())
            assert [reason.kind for reason in found.reasons] == ["district_rule"]

    def test_the_district_is_worth_asking_only_where_a_rule_is_entered(self) -> None:
        found = self.judged(in_nanjing=True, titles=["srdi"])
        assert found.items["5.3"].missing == ("district",)
        assert found.items["13.5"].missing == ()
        assert found.next_question == "district"
        assert judged({"in_nanjing": True, "titles": ["srdi"]}).items["5.3"].missing == ()

    def test_a_rule_that_asks_for_the_same_fact_again_is_said_once(self) -> None:
        rule = tuple(conditions({"titles": ["little_giant"]}, POLICY.facts, POLICY.reasons))
        firm = parse_facts({"district": "江宁"}, POLICY.facts)
        found = assess(
            POLICY, firm, ON, {("5.3", "江宁"): (JudgedDistrictRule(rule, "fixed", 200_000, "once"),)}
        ).items["5.3"]
        assert found.missing == ("titles",)
        assert [reason.text for reason in found.reasons] == ["还需了解：称号"]

    def test_it_ends_with_the_policy(self) -> None:
        rule = tuple(conditions({"holds_patents": True}, POLICY.facts, POLICY.reasons))
        firm = parse_facts({"district": "江宁", "titles": ["srdi"], "holds_patents": True}, POLICY.facts)
        assert (
            assess(
                POLICY, firm, POLICY.expires, {("5.3", "江宁"): (JudgedDistrictRule(rule, "fixed", 200_000, "once"),)}
            )
            .items["5.3"]
            .verdict
            == "no"
        )
