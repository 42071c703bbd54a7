"""榜单 on the phone: deadlines first, a number opens one, a sentence finds one, always with a disclaimer."""

from datetime import timedelta

from config.markup import visible_length
from storage.challenges import challenges
from storage.engine.transactions import Tx
from tests.conversations.stage import Stage, register, said

RULE = "揭榜对接不是投标，不替代招标采购程序；依法须招标的另行组织"


async def test_the_list_opens_by_number_and_a_sentence_finds_its_challenge(stage: Stage) -> None:
    phone = stage.phone("王会计")
    await phone.follow()
    listed = said(await phone.say("榜单"))
    assert "1. 11月26日17:00截止 盾构机主轴承状态在线监测与寿命预测" in listed
    assert RULE in listed
    one = said(await phone.say("2"))
    assert "供水管网暗漏声学定位" in one
    assert "榜额：95万元" in one
    assert (RULE in one, visible_length(one) <= 300) == (True, True)
    asked = said(await phone.say("那个盾构机的榜还能报吗"))
    assert "现在能报" in asked
    assert "没有称号不等于不能揭" in asked
    stage.clock.advance(timedelta(days=30))
    asked = said(await phone.say("那个盾构机的榜还能报吗"))
    assert "揭榜截止，现在不能报了" in asked
    assert "正在揭榜的1张" in said(await phone.say("榜单"))


async def test_the_list_leaves_a_running_registration_where_it_was(stage: Stage) -> None:
    phone = stage.phone("王会计")
    await phone.follow()
    await phone.say("注册")
    listed = said(await phone.tap_menu("技术榜单"))
    assert "盾构机" in listed
    assert "企业登记还没完" in listed
    assert "名录里找到" in said(await phone.say("云杼传感"))


async def test_questions_about_the_policy_of_challenges_are_still_the_policys(stage: Stage) -> None:
    phone = stage.phone("王会计")
    await phone.follow()
    assert "10.3" in said(await phone.say("怎么揭榜攻关国企需求"))


async def test_my_bids_before_any(stage: Stage) -> None:
    phone = stage.phone("王会计")
    await phone.follow()
    assert "登记企业后才能看" in said(await phone.say("我的揭榜"))
    await register(stage.phone("李会计"))
    assert "还没有揭过榜" in said(await stage.phone("李会计").say("我的揭榜"))


def _titled(tx: Tx) -> None:
    for one in challenges.open_now(tx, 5):
        challenges.put(tx, one.id, {"title": f"<a href='x'>[[注册]]{'很长' * 50}"[:120]})


async def test_a_posters_words_open_no_link_and_the_list_stays_short(stage: Stage) -> None:
    phone = stage.phone("王会计")
    await phone.follow()
    await stage.database().write(_titled)
    listed = said(await phone.say("榜单"))
    assert "＜a href" in listed
    assert visible_length(listed) <= 300
