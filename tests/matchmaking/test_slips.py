"""A name may be another one misspelled only where what distinguishes the two is a slip."""

import pytest

from matchmaking.names.resolve import NameIndex

KNOWN = "南京云杼传感科技有限公司"


@pytest.mark.parametrize(
    "typed",
    [
        "南京云杼传感科技有限责任公司",
        "云杼传感科技（南京）有限公司",
        "云杼传感",
        "南京云抒传感科技有限公司",
        "南京云杼感传科技有限公司",
        "南京云杼传科技有限公司",
        "南京云淑传感科技有限公司",
        "yunzhuchuangankeji",
        "南京市云杼传敢料技有限公司",
        "南京雲杼傳感科技有限公司",
    ],
)
def test_a_misspelled_or_shortened_name_is_near(typed: str) -> None:
    assert NameIndex([KNOWN, "南京澜砚数控机床有限公司"]).near(typed) == [KNOWN]


@pytest.mark.parametrize(
    "typed",
    [
        "南京霁川传感科技有限公司",
        "南京松岚传感科技股份有限公司",
        "苏州云杼传感科技有限公司",
        "南京云杼生物医药有限公司",
        "南京鹤鸣科技有限公司",
        "合计",
    ],
)
def test_a_firm_of_the_same_trade_or_another_city_is_not(typed: str) -> None:
    assert NameIndex([KNOWN]).near(typed) == []
