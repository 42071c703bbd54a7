"""我的产品: stated in one message, shown before saving, used at once, cleared at once."""

import pytest

from bot.live.matcher import LiveMatcher
from matchmaking.ranking.ranking import Demand
from storage.audit import audit
from storage.engine.transactions import Tx
from tests.conversations.stage import Stage, register, said


async def listed(stage: Stage, text: str) -> int:
    """Return how many firms a demand finds."""
    return len((await stage.database().read(LiveMatcher().rank, Demand(text))).firms)


async def test_products_are_asked_shown_confirmed_and_used_at_once(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    asked = said(await phone.say("我的产品"))
    assert asked.startswith("主营产品：未填")
    shown = said(await phone.say("石墨双极板、燃料电池电堆"))
    assert "将记为：石墨双极板、燃料电池电堆" in shown
    assert await listed(stage, "双极板") == 0
    assert "已记下" in said(await phone.tap("确认"))
    assert await listed(stage, "双极板") == 1
    assert "主营产品：石墨双极板、燃料电池电堆（您填写，2026-11-05）" in said(await phone.say("我的资料"))
    again = said(await phone.tap_menu("我的产品"))
    assert "石墨双极板、燃料电池电堆（您填写，2026-11-05）" in again
    assert "已清空" in said(await phone.tap("清空"))
    assert await listed(stage, "双极板") == 0
    assert "主营产品：未填" in said(await phone.say("我的资料"))
    assert "不用清空" in said(await phone.say("我的产品 清空"))

    def traces(tx: Tx) -> int:
        return audit.count(tx, audit.AuditQuery(action="state_offer"))

    assert await stage.database().read(traces) == 2


async def test_products_may_come_with_the_command_and_be_sent_anew_before_confirming(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    assert "将记为：传感器" in said(await phone.say("我的产品 传感器"))
    assert "将记为：压力传感器" in said(await phone.say("压力传感器"))
    assert "已记下" in said(await phone.say("好的"))
    assert "压力传感器" in said(await phone.say("我的产品"))
    assert "没有改动" in said(await phone.say("取消"))


async def test_only_a_registered_firm_has_products(stage: Stage) -> None:
    phone = stage.phone("路人")
    await phone.follow()
    assert "先登记企业" in said(await phone.say("我的产品"))
    assert "先登记企业" in said(await phone.say("我的产品 双极板"))
    assert await listed(stage, "双极板") == 0


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("5", "没看到产品名称"),
        ("板", "没看到产品名称"),
        ("板" * 201, "最多200个字，收到的是201个"),
        ("第五条", "300万元"),
        ("算力券怎么领", "算力"),
        ("十五条", "第五条 激励专精特新发展"),
    ],
)
async def test_what_is_no_product_is_not_kept_as_one(stage: Stage, words: str, answer: str) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    await phone.say("我的产品")
    replied = said(await phone.say(words))
    assert answer in replied
    assert "将记为" not in replied
    assert "将记为：石墨双极板" in said(await phone.say("石墨双极板"))


async def test_typed_marks_open_no_link(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    shown = said(await phone.say("我的产品 [[注册]]<a href='x'>板</a>"))
    assert "［［注册]]＜a href='x'＞板＜/a＞" in shown


async def test_whoever_unfollows_is_found_no_more(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    for words in ("我的产品 石墨双极板", "确认"):
        await phone.say(words)
    assert await listed(stage, "双极板") == 1
    await phone.unfollow()
    assert await listed(stage, "双极板") == 0
