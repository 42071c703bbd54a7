"""Which firms fit a demand, in which order, and why. All firms here are invented."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.ranking.ranking import Demand, Document, RankingIndex
from matchmaking.ranking.reasons import Level, MatchStrength
from matchmaking.ranking.semantic import SentenceVectors, Vectors, WordTable
from matchmaking.text.lexicon import TextWords
from matchmaking.text.tokens import TextReader

READER = TextReader()
TABLE = WordTable.load()
BOILERPLATE = "（依法须经批准的项目，经相关部门批准后方可开展经营活动）"


def firm(id_: str, name: str, scope: str = "", products: str = "", keywords: str = "") -> Document:
    return Document(id_, {"name": name, "scope": scope, "products": products, "keywords": keywords})


FIRMS = [
    firm(
        "bearing",
        "南京云帆精密机械有限公司",
        "机械设备制造；盾构机主轴承研发、制造" + BOILERPLATE,
        "盾构主轴承；回转支承",
    ),
    firm("tools", "苏州锐石刀具有限公司", "刀具制造；盾构机配件销售；机械设备销售"),
    firm("drug", "江苏朝露生物医药有限公司", "药品研发；原料药生产" + BOILERPLATE, "抗体药物"),
    firm("hydrogen", "南京白鹭氢能源有限公司", "氢能技术开发；电解槽制造；石墨双极板销售", "", "电解水制氢"),
    firm("drone", "扬州飞鸢智能科技有限公司", "智能装备研发；航拍服务", "无人机；飞控"),
    firm("garden", "扬州绿洲园林有限公司", "园林绿化工程施工；苗木销售"),
    firm("software", "南京栖泽软件有限公司", "软件开发；信息系统集成服务；计算机软硬件销售"),
]


def matcher(firms: list[Document] = FIRMS, table: WordTable | None = None) -> RankingIndex:
    return RankingIndex(firms, reader=READER, table=table)


@pytest.fixture(scope="module")
def words_only() -> RankingIndex:
    return matcher()


@pytest.fixture(scope="module")
def with_table() -> RankingIndex:
    return matcher(table=TABLE)


@pytest.mark.parametrize(
    ("demand", "first"),
    [
        ("盾构机主轴承国产化", "bearing"),
        ("低空飞行器", "drone"),
        ("UAV 巡检", "drone"),
        ("石墨雙極板", "hydrogen"),
        ("原料药", "drug"),
        ("办公楼绿化施工", "garden"),
    ],
)
def test_the_right_firm_comes_first(words_only: RankingIndex, demand: str, first: str) -> None:
    assert words_only.rank(Demand(demand))[0].id == first


def test_standing_phrases_of_registered_scopes_match_nothing(words_only: RankingIndex) -> None:
    assert words_only.rank(Demand("依法须经批准的项目，经相关部门批准后方可开展经营活动")) == []


def test_numbers_with_units_are_constraints_and_match_nothing(words_only: RankingIndex) -> None:
    cleaned = READER.clean("寿命≥10000h，跳动不大于0.1mm，预算300万元，5G基站，304不锈钢，2027年6月底前")
    assert [quantity.text for quantity in READER.quantities(cleaned)][:3] == ["≥10000h", "不大于0.1mm", "300万元"]
    left = READER.without_quantities(cleaned)
    assert "5g基站" in left
    assert "304不锈钢" in left
    assert "300" not in left


def test_what_a_firm_sells_counts_more_than_what_its_scope_names() -> None:
    ranked = matcher([firm("scope", "甲公司", scope="回转支承"), firm("products", "乙公司", products="回转支承")])
    assert [match.id for match in ranked.rank(Demand("回转支承"))] == ["products", "scope"]


def test_a_demands_title_counts_more_than_its_body() -> None:
    both = [firm("a", "甲", products="刀具"), firm("b", "乙", products="苗木")]
    assert matcher(both).rank(Demand("另需刀具", title="采购苗木"))[0].id == "b"
    assert matcher(both).rank(Demand("另需苗木", title="采购刀具"))[0].id == "a"


def test_reasons_name_the_words_on_both_sides_and_how_they_met(words_only: RankingIndex) -> None:
    reasons = {reason.field: reason for reason in words_only.rank(Demand("盾构机主轴承国产化"))[0].reasons}
    assert reasons["scope"].level is Level.PHRASE
    assert "盾构机主轴承" in reasons["scope"].wanted
    assert "盾构机主轴承" in reasons["scope"].offered
    drone = words_only.rank(Demand("低空飞行器"))[0]
    assert [(r.level, r.wanted, r.offered) for r in drone.reasons] == [(Level.SYNONYM, ("低空飞行器",), ("无人机",))]


def test_a_hit_by_meaning_alone_says_so_and_names_the_nearest_phrase() -> None:
    firms = [firm("garden", "甲", "苗木销售"), firm("drug", "乙", "药品研发；仓库出租")]
    best = matcher(firms, TABLE).rank(Demand("医院"))[0]
    assert best.id == "drug"
    assert [reason.level for reason in best.reasons] == [Level.MEANING_ONLY]
    assert best.reasons[0].offered == ("药品研发",)
    assert matcher(firms).rank(Demand("医院")) == []


def test_strength_is_a_word_and_falls_with_the_match(words_only: RankingIndex) -> None:
    strengths = [match.strength for match in words_only.rank(Demand("盾构机主轴承"))]
    assert strengths[0] is MatchStrength.STRONG
    assert strengths == sorted(strengths, key=list(MatchStrength).index)


@pytest.mark.parametrize("demand", ["", "　", "？！", "的", "zzzzqqqq", "鑪"])
def test_a_demand_that_says_nothing_gets_nobody(with_table: RankingIndex, demand: str) -> None:
    assert with_table.rank(Demand(demand)) == []


def test_a_megabyte_of_text_is_ranked_by_its_beginning(with_table: RankingIndex) -> None:
    assert with_table.rank(Demand("盾构机主轴承" * 150_000))[0].id == "bearing"


def test_a_new_firm_is_found_an_edited_one_changed_a_deleted_one_gone(words_only: RankingIndex) -> None:
    live = matcher()
    live.update([firm("crane", "南京吊臂重工有限公司", products="塔式起重机")])
    assert live.rank(Demand("塔式起重机"))[0].id == "crane"
    live.update([firm("crane", "南京吊臂重工有限公司", products="叉车")])
    assert live.rank(Demand("塔式起重机")) == []
    assert live.rank(Demand("叉车"))[0].id == "crane"
    live.delete(["crane", "nobody"])
    assert live.rank(Demand("机械设备")) == words_only.rank(Demand("机械设备"))
    assert len(live) == len(FIRMS)


def test_a_much_edited_index_ranks_like_a_fresh_one() -> None:
    live = matcher(table=TABLE)
    for turn in range(30):
        live.update([firm(f"new{turn}", f"第{turn}测试公司", "盾构机配件销售；无人机制造；仓储服务")])
        live.delete([f"new{turn - 1}"])
    for _ in range(3):
        live.update(FIRMS)
    live.delete(["new29"])
    for demand in ("盾构机主轴承", "无人机", "软件"):
        assert live.rank(Demand(demand)) == matcher(table=TABLE).rank(Demand(demand))


def test_why_not_tells_the_place_the_distance_and_the_words_that_are_missing(words_only: RankingIndex) -> None:
    standing = words_only.why_not(Demand("盾构机主轴承"), "tools")
    assert standing is not None
    assert (standing.place, standing.among) == (2, len(FIRMS))
    assert standing.behind > 0
    assert "主轴承" in standing.unmet
    last = words_only.why_not(Demand("盾构机主轴承"), "garden")
    assert last is not None
    assert last.match.reasons == ()
    assert words_only.why_not(Demand("盾构机"), "nobody") is None


class OneWordModel:
    """A sentence model that knows only whether a text is about water."""

    def query(self, texts: list[str]) -> Vectors:
        return np.array([[float("水" in text), float("水" not in text)] for text in texts], np.float32)

    passage = query


def test_a_firm_that_the_sentence_model_has_not_read_ranks_without_it() -> None:
    firms = [firm("a", "甲净水公司"), firm("b", "乙净水公司"), firm("c", "丙服装公司")]
    live = RankingIndex(firms, reader=READER, sentences=SentenceVectors(OneWordModel(), size=2))
    assert live.rank(Demand("水厂")) == []
    [text] = [text for text in live.unread() if "乙" in text]
    live.add_vector(text, live.read(text))
    assert [match.id for match in live.rank(Demand("水厂"))] == ["b"]
    assert len(live.unread()) == 2
    live.update([firm("d", "乙净水公司")])
    assert {match.id for match in live.rank(Demand("水厂"))[:2]} == {"b", "d"}


PHRASES = sorted(
    {word for group in TextWords.load().synonyms for word in group}
    | {"软件开发", "机械设备销售", "盾构机主轴承", "园林绿化", "技术服务", "仓储"}
)
SCOPES = st.lists(st.sampled_from(PHRASES), min_size=1, max_size=8).map("；".join)
COLLECTIONS = st.lists(SCOPES, min_size=1, max_size=8).map(
    lambda scopes: [firm(f"f{at}", f"第{at}公司", scope) for at, scope in enumerate(scopes)]
)


@given(COLLECTIONS, SCOPES, st.randoms(use_true_random=False))
def test_the_order_of_the_input_never_changes_a_ranking(
    firms: list[Document], demand: str, chance: random.Random
) -> None:
    shuffled = firms.copy()
    chance.shuffle(shuffled)
    assert matcher(firms, TABLE).rank(Demand(demand)) == matcher(shuffled, TABLE).rank(Demand(demand))


@pytest.mark.parametrize("top", [1, 3, 4, 5, 20])
def test_equal_scores_stand_in_the_order_of_their_ids_above_and_on_the_edge(top: int) -> None:
    best = [firm(f"b{at}", "甲公司", "盾构机主轴承") for at in (3, 1, 2)]
    good = [firm(f"a{at}", "甲公司", "主轴承") for at in (9, 7, 8)]
    order = ["b1", "b2", "b3", "a7", "a8", "a9"]
    for firms in (best + good, good + best, [*good[:1], *best[::-1], *good[1:]]):
        ranked = matcher(firms).rank(Demand("盾构机主轴承"), top)
        assert [match.id for match in ranked] == order[:top]


@given(COLLECTIONS, SCOPES)
def test_reasons_add_up_to_the_score_and_scores_fall(firms: list[Document], demand: str) -> None:
    live = matcher(firms, TABLE)
    ranked = live.rank(Demand(demand))
    plain = live.rank(Demand(demand), reasons=False)
    assert [match.id for match in ranked] == [match.id for match in plain]
    for told, bare in zip(ranked, plain, strict=True):
        assert told.score == pytest.approx(sum(reason.points for reason in told.reasons), abs=1e-9)
        assert told.score == pytest.approx(bare.score, abs=1e-4)
        assert all(reason.points > 0 for reason in told.reasons)
    assert [match.score for match in plain] == sorted((match.score for match in plain), reverse=True)


@given(COLLECTIONS, SCOPES, st.integers(1, 3), st.sets(st.integers(0, 7).map(lambda at: f"f{at}")))
def test_a_list_of_those_that_may_be_on_it_is_the_whole_ranking_without_the_others(
    firms: list[Document], demand: str, top: int, may: set[str]
) -> None:
    live = matcher(firms)
    whole = [match for match in live.rank(Demand(demand), len(firms)) if match.id in may]
    assert live.rank(Demand(demand), top, allowed=lambda _: may) == whole[:top]


@given(COLLECTIONS, SCOPES, st.sampled_from(["scope", "products", "keywords"]), st.integers(0, 40), st.data())
def test_a_matching_word_added_to_a_firm_never_lowers_its_score(
    firms: list[Document], demand: str, field: str, already: int, data: st.DataObject
) -> None:
    """However often it is there already: then it adds little, and the longer text must not penalise other words."""
    word = data.draw(st.sampled_from(demand.split("；")))
    fields = firms[0].fields
    demand = f"{demand}；{fields['scope']}"
    firms[0] = Document(firms[0].id, {**fields, field: "；".join([fields[field], *[word] * already])})
    changed = Document(firms[0].id, {**firms[0].fields, field: f"{firms[0].fields[field]}；{word}"})
    before = _score_of(matcher(firms), demand, changed.id)
    assert _score_of(matcher([changed, *firms[1:]]), demand, changed.id) >= before - 1e-5


@given(COLLECTIONS, SCOPES, st.data())
def test_a_matching_word_added_to_a_demand_never_lowers_the_firms_score(
    firms: list[Document], demand: str, data: st.DataObject
) -> None:
    word = data.draw(st.sampled_from(firms[0].fields["scope"].split("；")))
    live = matcher(firms)
    assert _score_of(live, f"{demand}；{word}", "f0") >= _score_of(live, demand, "f0") - 1e-5


def _score_of(live: RankingIndex, demand: str, id_: str) -> float:
    return next((match.score for match in live.rank(Demand(demand), reasons=False) if match.id == id_), 0.0)


def test_a_firm_alone_is_told_the_same_strength_as_among_many() -> None:
    firm = Document("a", {"name": "甲某科技有限公司", "products": "盾构机主轴承振动监测装置"})
    food = {"name": "乙某有限公司", "products": "速冻食品"}
    others = [Document(f"b{number}", food) for number in range(200)]
    demand = Demand("研制盾构机主轴承振动监测装置。", "盾构机主轴承振动监测")
    alone, among = (RankingIndex([firm, *rest]).rank(demand)[0] for rest in ([], others))
    assert (alone.id, alone.strength, among.strength) == ("a", MatchStrength.STRONG, MatchStrength.STRONG)
    assert alone.score == pytest.approx(among.score, rel=0.01)
