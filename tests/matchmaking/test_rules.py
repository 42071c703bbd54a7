"""Rules beside the score, and rankings kept for later. All firms here are invented."""

from dataclasses import replace
from datetime import UTC, datetime

from matchmaking.frozen import freeze, is_intact
from matchmaking.ranking import Demand, Document, Match, Matcher
from matchmaking.reasons import Strength
from matchmaking.rules import Conditions, Facts, Rule, sift, times_first

RANKED = [Match(id_, score, Strength.FAIR, ()) for id_, score in (("a", 3.0), ("b", 2.0), ("c", 1.0), ("d", 0.5))]
FIRMS = {
    "a": Facts(titles=frozenset({"srdi"}), district="江宁区"),
    "b": Facts(titles=frozenset(), district="玄武区"),
    "c": Facts(titles=frozenset({"srdi"}), district="玄武区"),
}


def test_only_a_missing_required_title_takes_a_firm_off_the_list() -> None:
    conditions = Conditions(
        titles=frozenset({"srdi", "little_giant"}),
        districts=frozenset({"玄武区"}),
        poster="c",
        linked=frozenset({"a"}),
        declined=frozenset({"c"}),
    )
    sifted = sift(RANKED, FIRMS, conditions)
    assert [match.id for match in sifted.kept] == ["a", "c", "d"]
    assert [match.id for match in sifted.left_out] == ["b"]
    assert sifted.remarks == {
        "a": (Rule.DISTRICT, Rule.LINKED),
        "b": (Rule.TITLE,),
        "c": (Rule.OWN, Rule.DECLINED),
    }


def test_what_is_not_known_never_counts_against_a_firm() -> None:
    conditions = Conditions(titles=frozenset({"srdi"}), districts=frozenset({"玄武区"}))
    assert [match.id for match in sift([RANKED[3]], {}, conditions).kept] == ["d"]


def test_rules_leave_order_and_scores_alone() -> None:
    assert sift(RANKED, FIRMS, Conditions()).kept == tuple(RANKED)


def test_who_heads_lists_is_counted() -> None:
    assert times_first([["b", "a"], ["a"], [], ["b"], ["c"]]) == [("b", 2), ("a", 1), ("c", 1)]


def test_a_frozen_ranking_holds_everything_and_shows_any_change() -> None:
    demand = Demand("盾构机主轴承")
    ranked = Matcher([Document("a", {"name": "甲", "products": "盾构机主轴承"})]).rank(demand)
    at = datetime(2026, 11, 5, 8, tzinfo=UTC)
    frozen = freeze(demand, ranked, "roster-7", at)
    assert frozen == freeze(demand, ranked, "roster-7", at)
    assert is_intact(frozen)
    for part in ("盾构机主轴承", "roster-7", "2026-11-05T08:00:00+00:00", "level_phrase"):
        assert part in frozen.text
    assert not is_intact(replace(frozen, text=frozen.text.replace("roster-7", "roster-8")))
