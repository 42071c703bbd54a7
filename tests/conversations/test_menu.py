"""The menu pushed by the bot: every button does what its name says."""

import pytest

from bot.wechat import menu
from tests.conversations.stage import Stage, register, said

ANSWERS = {
    "我能享受什么": "先登记企业",
    "十五条": "第十五条 强化企业权益保护",
    "怎么用": "我能做这些",
    "技术榜单": "正在揭榜的2张",
    "对接活动": "轨道交通与智能制造供需对接会",
    "登记企业": "企业名称",
    "我的资料": "还没有登记企业",
    "我的产品": "先登记企业",
    "转人工": "12345",
}


def test_every_button_has_its_answer_in_this_table() -> None:
    columns = menu.load()
    assert sorted(button["name"] for column in columns for button in column["sub_button"]) == sorted(ANSWERS)


@pytest.mark.parametrize("button", ANSWERS)
async def test_a_button_answers_a_newcomer(stage: Stage, button: str) -> None:
    phone = stage.phone("企业·财务")
    await phone.follow()
    assert ANSWERS[button] in said(await phone.tap_menu(button))


async def test_a_button_in_the_middle_of_a_step_says_what_still_waits(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await phone.follow()
    await phone.tap_menu("登记企业")
    answer = said(await phone.tap_menu("十五条"))
    assert "企业登记还没完" in answer
    assert "名录里找到" in said(await phone.say("云杼传感"))


async def test_a_registered_firm_taps_its_way_to_its_list(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    assert "南京云杼传感科技有限公司" in said(await phone.tap_menu("我能享受什么"))
