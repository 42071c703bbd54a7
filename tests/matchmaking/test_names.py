"""Which firm a typed name means. All firms here are invented."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.names.resolve import NameIndex

ROSTER = [
    "南京云帆精密机械有限公司",
    "苏州云帆文化传媒有限公司",
    "江苏海拓新材料股份有限公司",
    "南京市江宁区青梧桐食品厂",
    "青禾（无锡）智能装备有限公司",
    "南京栖泽环保科技有限公司",
    "南京栖泽环保科技有限公司常州分公司",
    "常州行知检测技术有限公司",
    "江苏朝露生物医药有限公司",
    "扬州绿洲园林绿化工程有限公司",
]


@pytest.fixture(scope="module")
def index() -> NameIndex:
    return NameIndex(ROSTER)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("南京云帆精密机械有限公司", "南京云帆精密机械有限公司"),
        (" 南京 云帆精密机械　有限公司 ", "南京云帆精密机械有限公司"),
        ("南京雲帆精密機械有限公司", "南京云帆精密机械有限公司"),
        ("云帆精密机械", "南京云帆精密机械有限公司"),
        ("南京云凡精密机械有限公司", "南京云帆精密机械有限公司"),
        ("南京云帆精mi机械有限公司", "南京云帆精密机械有限公司"),
        ("海拓新材料", "江苏海拓新材料股份有限公司"),
        ("海拓新材料有限责任公司", "江苏海拓新材料股份有限公司"),
        ("无锡青禾智能装备有限公司", "青禾（无锡）智能装备有限公司"),
        ("南京栖泽环保科技有限公司", "南京栖泽环保科技有限公司"),
        ("行知检测技术有限公司", "常州行知检测技术有限公司"),
    ],
)
def test_a_name_written_a_little_differently_is_taken_without_asking(index: NameIndex, typed: str, meant: str) -> None:
    answer = index.resolve(typed)
    assert answer.candidates[0][0] == meant
    assert answer.accepted


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("xingzhijiance", "常州行知检测技术有限公司"),
        ("zhaolushengwuyiyao", "江苏朝露生物医药有限公司"),
        ("changzhouxingzhijiance", "常州行知检测技术有限公司"),
        ("lvzhouyuanlin", "扬州绿洲园林绿化工程有限公司"),
        ("nanjingyunfanjingmijixieyouxiangongsi", "南京云帆精密机械有限公司"),
        ("htxcl", "江苏海拓新材料股份有限公司"),
        ("njyfjmjx", "南京云帆精密机械有限公司"),
        ("青梧桐", "南京市江宁区青梧桐食品厂"),
        ("ST海拓", "江苏海拓新材料股份有限公司"),
    ],
)
def test_pinyin_initials_and_short_names_find_their_firm(index: NameIndex, typed: str, meant: str) -> None:
    assert index.resolve(typed).candidates[0][0] == meant


def test_a_name_that_fits_two_firms_is_asked_back(index: NameIndex) -> None:
    answer = index.resolve("云帆")
    assert {name for name, _ in answer.candidates} >= {"南京云帆精密机械有限公司", "苏州云帆文化传媒有限公司"}
    assert not answer.accepted


@pytest.mark.parametrize(
    "typed", ["北京鹿鸣航空发动机有限公司", "沈阳云帆精密机械有限公司", "栖霞石材", "123", "", "　", "？！"]
)
def test_an_absent_firm_is_refused(index: NameIndex, typed: str) -> None:
    assert not index.resolve(typed).accepted


def test_another_branch_of_the_same_firm_is_never_taken_for_it() -> None:
    branches = NameIndex(["南京云帆建筑安装工程有限公司第一分公司", "南京云帆建筑安装工程有限公司"])
    answer = branches.resolve("南京云帆建筑安装工程有限公司第三分公司")
    assert answer.candidates
    assert not answer.accepted
    assert branches.resolve("云帆建筑安装工程第一分公司").accepted


def test_scores_fall_and_stay_between_nought_and_one(index: NameIndex) -> None:
    scores = [score for _, score in index.resolve("南京云帆科技").candidates]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert len(scores) <= 5


def test_a_new_firm_is_found_at_once_and_a_deleted_one_never_again() -> None:
    index = NameIndex(ROSTER)
    index.add("南京白鹭氢能源有限公司")
    assert index.resolve("白鹭氢能源").candidates[0][0] == "南京白鹭氢能源有限公司"
    assert index.resolve("njblqny").candidates[0][0] == "南京白鹭氢能源有限公司"
    index.remove("南京白鹭氢能源有限公司")
    assert all(name != "南京白鹭氢能源有限公司" for name, _ in index.resolve("南京白鹭氢能源有限公司").candidates)
    assert all(name != "南京白鹭氢能源有限公司" for name, _ in index.resolve("njblqny").candidates)


def test_many_changes_leave_the_same_answers_as_a_fresh_index() -> None:
    index = NameIndex(ROSTER)
    for number in range(1200):
        index.add(f"第{number}测试有限公司")
    for number in range(1200):
        index.remove(f"第{number}测试有限公司")
    index.add(ROSTER[0])
    assert len(index) == len(ROSTER)
    for typed in ("云帆", "海拓新材料", "qzhbkj"):
        assert {name for name, _ in index.resolve(typed).candidates} == {
            name for name, _ in NameIndex(ROSTER).resolve(typed).candidates
        }


@given(st.text(max_size=60))
def test_any_text_gets_an_answer(typed: str) -> None:
    answer = _SMALL.resolve(typed)
    assert len(answer.candidates) <= 5


def test_a_megabyte_is_answered_by_its_first_hundred_characters(index: NameIndex) -> None:
    assert not index.resolve("南京云帆精密机械有限公司" * 100_000).accepted


_SMALL = NameIndex(ROSTER)
