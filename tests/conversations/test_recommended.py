"""The demo's one firm gets the fitting challenge recommended, with the reason, however few firms there are."""

import pytest

from bot.app import MATCHER
from bot.jobs.recommendations import refresh_recommendations
from tests.conversations.stage import Stage, register, said


@pytest.mark.parametrize(
    ("products", "fitting", "other"),
    [
        ("旋转机械振动、温度传感器；轴承状态在线监测与寿命预测软件", "盾构机主轴承", "供水管网"),
        ("旋转机械振动传感器、轴承寿命预测软件", "盾构机主轴承", "供水管网"),
        ("声学漏点定位记录仪、低功耗物联网终端", "供水管网", "盾构机主轴承"),
    ],
)
async def test_a_firm_alone_is_recommended_what_fits_what_it_makes(
    stage: Stage, products: str, fitting: str, other: str
) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    before = said(await phone.say("榜单"))
    assert "填好我的产品，这里就会为您推荐合适的榜。" in before
    for words in (f"我的产品 {products}", "确认"):
        await phone.say(words)
    await refresh_recommendations(stage.database(), stage.app()[MATCHER])
    listed = said(await phone.say("榜单"))
    first = listed.split("为您推荐")[1].split("其他正在揭榜")[0]
    assert fitting in first
    assert "贵公司的“" in first
    assert other in listed.split("其他正在揭榜")[1], "what does not fit is not recommended"
    assert "填好我的产品" not in listed


@pytest.mark.parametrize("products", ["盐水鸭、速冻食品", "数控机床", "水质监测仪"])
async def test_a_firm_that_makes_something_else_is_recommended_nothing(stage: Stage, products: str) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    for words in (f"我的产品 {products}", "确认"):
        await phone.say(words)
    await refresh_recommendations(stage.database(), stage.app()[MATCHER])
    assert "为您推荐（" not in said(await phone.say("榜单"))
