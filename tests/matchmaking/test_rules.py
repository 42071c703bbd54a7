"""Rules beside the score, and rankings kept for later. All firms here are invented."""

from dataclasses import replace
from datetime import UTC, datetime

from matchmaking.ranking.ranking import Demand, Document, RankingIndex
from matchmaking.ranking.rules import InvitationConditions, InvitationRule, RuleFacts, excludes, remarks, times_first
from matchmaking.ranking.snapshot import freeze, is_intact

FIRMS = {
    "a": RuleFacts(titles=frozenset({"srdi"}), district="江宁区"),
    "b": RuleFacts(titles=frozenset(), district="玄武区"),
    "c": RuleFacts(titles=frozenset({"srdi"}), district="玄武区"),
}


def test_only_a_missing_required_title_takes_a_firm_off_the_list() -> None:
    conditions = InvitationConditions(
        titles=frozenset({"srdi", "little_giant"}),
        districts=frozenset({"玄武区"}),
        poster="c",
        linked=frozenset({"a"}),
        declined=frozenset({"c"}),
    )
    found = {firm: remarks(firm, facts, conditions) for firm, facts in FIRMS.items()}
    assert found == {
        "a": (InvitationRule.DISTRICT, InvitationRule.LINKED),
        "b": (InvitationRule.TITLE,),
        "c": (InvitationRule.OWN, InvitationRule.DECLINED),
    }
    assert [firm for firm, rules in found.items() if excludes(rules)] == ["b"]


def test_what_is_not_known_never_counts_against_a_firm() -> None:
    conditions = InvitationConditions(titles=frozenset({"srdi"}), districts=frozenset({"玄武区"}))
    assert remarks("d", RuleFacts(), conditions) == ()
    assert not excludes(())


def test_without_conditions_nothing_is_remarked() -> None:
    assert [remarks(firm, facts, InvitationConditions()) for firm, facts in FIRMS.items()] == [(), (), ()]


def test_who_heads_lists_is_counted() -> None:
    assert times_first([["b", "a"], ["a"], [], ["b"], ["c"]]) == [("b", 2), ("a", 1), ("c", 1)]


def test_a_frozen_ranking_holds_everything_and_shows_any_change() -> None:
    demand = Demand("盾构机主轴承")
    ranked = RankingIndex([Document("a", {"name": "甲", "products": "盾构机主轴承"})]).rank(demand)
    at = datetime(2026, 11, 5, 8, tzinfo=UTC)
    frozen = freeze(demand, ranked, "roster-7", at)
    assert frozen == freeze(demand, ranked, "roster-7", at)
    assert is_intact(frozen)
    for part in ("盾构机主轴承", "roster-7", "2026-11-05T08:00:00+00:00", "level_phrase"):
        assert part in frozen.text
    assert not is_intact(replace(frozen, text=frozen.text.replace("roster-7", "roster-8")))
