"""我能享受什么: one list covering most needs, then single questions; skipped ones stay unknown."""

import pytest

from config.markup import visible_length
from notifications.text_splitting import MOST_TEXT_BYTES
from tests.conversations.stage import Stage, register, said

LIST = "1. 参与制定国标"


async def test_one_message_settles_most_needs(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    assert LIST in said(await phone.say("我能享受什么"))
    noted = said(await phone.say("1 3 5"))
    assert "记下了：参与制定国标、要贷款/转贷、建绿色工厂。" in noted
    assert "9.1 绿色工厂" in noted
    assert "1. 要银行贷款" in noted
    assert "6.1" not in noted
    assert "6.1 “融资白名单”与绿色通道" in said(await phone.say("1"))
    profile = said(await phone.say("我的资料"))
    assert "制定标准：国家标准（您填写" in profile
    assert "银行融资：需要（您填写" in profile
    for untouched in ("转贷", "出口", "数字化改造", "政府采购投标"):
        assert untouched not in profile.partition("———")[0]


async def test_zero_says_that_there_is_none_of_them(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    await phone.say("我能享受什么")
    assert "这些都没有" in said(await phone.say("0"))
    assert "您表示暂无此需求" in said(await phone.say("11.1"))
    assert "未满足：主导或参与制定" in said(await phone.say("3.2"))


async def test_while_the_list_is_open_13_is_an_answer_and_not_clause_13(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    await phone.say("我能享受什么")
    assert "记下了：参与制定国标、要贷款/转贷。" in said(await phone.say("13"))
    assert "支持企业引育人才" in said(await phone.say("第13条"))


async def test_a_question_at_the_list_is_answered_and_nothing_is_noted(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    await phone.say("我能享受什么")
    answer = said(await phone.say("出口有补贴吗"))
    assert "第十一条" in answer
    assert answer.endswith("逐项核对还没完，发继续接着答。")
    assert "出口：" not in said(await phone.say("我的资料")).partition("———")[0]
    assert "一样都没有回复“0”" in said(await phone.say("10"))


async def test_later_ends_kindly_and_the_next_time_goes_on_with_what_was_not_skipped(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    await phone.say("我能享受什么")
    assert "有没有高价值专利" in said(await phone.tap("不清楚"))
    assert "首台（套）装备" in said(await phone.tap("不清楚"))
    assert "都记下了" in said(await phone.tap("以后再说"))
    await stage.restart()
    again = said(await phone.say("我能享受什么"))
    assert LIST not in again
    assert "高价值专利，或者" not in again
    assert "首台（套）装备" in again


async def test_what_was_left_open_comes_back_at_the_end(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone, "南京北芒重型装备集团有限公司", "大型")
    asked = said(await phone.say("我能享受什么"))
    first = next(line for line in asked.splitlines() if line.startswith("贵公司"))
    await phone.say("不清楚")
    for _ in range(8):
        if "该问的都问完了" in said(await phone.say("没有")):
            break
    assert first in said(await phone.say("我能享受什么"))
    done = said(await phone.say("有"))
    assert "该问的都问完了" in done
    assert "5.1 首次获评单项冠军奖励：300万元" in done


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("有啊", "有"),
        ("我们公司有的", "有"),
        ("目前没有呢", "没有"),
        ("暂时没有", "没有"),
        ("嗯", "有"),
        ("没得", "没有"),
    ],
)
async def test_short_answers_are_read_as_people_type_them(stage: Stage, typed: str, kept: str) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    await phone.say("我能享受什么")
    await phone.say("不清楚")
    await phone.say(typed)
    assert f"高价值专利：{kept}（您填写" in said(await phone.say("我的资料"))


async def test_a_hedge_is_no_answer(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    await phone.say("我能享受什么")
    await phone.say("不清楚")
    await phone.say("可能有吧")
    assert "高价值专利：" not in said(await phone.say("我的资料")).partition("———")[0]


async def test_every_result_fits_one_message_and_more_brings_the_rest(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone, "澜砚数控")
    for words in ("我能享受什么", "都有", "都有", *["有"] * 12, "以后再说", "我能享受什么"):
        seen = await phone.say(words)
        assert len(seen) == 1
        assert len(seen[0].text.encode()) <= MOST_TEXT_BYTES
        assert "没显示完" not in said(seen)
    assert "另有" in said(seen)
    assert visible_length(seen[0].text) < 700
    rest = ""
    for _ in range(4):
        rest += said(await phone.say("更多"))
    for heading in ("条件已对上的还有", "还差一项的还有", "条件对不上"):
        assert heading in rest
    assert "合计" not in rest


async def test_more_after_a_short_answer_is_the_whole_item(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await phone.follow()
    await phone.say("算力券怎么领")
    whole = said(await phone.say("更多"))
    assert whole.startswith("【算力券】8.1")
    assert "江北新区管委会、各区人民政府落实" in whole


async def test_unfollowing_erases_what_was_left_open(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    await phone.say("我能享受什么")
    await phone.say("不清楚")
    await phone.unfollow()
    await register(phone)
    assert LIST in said(await phone.say("我能享受什么"))


async def test_more_after_an_answer_knows_the_answer(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    await phone.say("我能享受什么")
    await phone.say("7")
    everything = said(await phone.say("更多"))
    assert "8.1 算力券（第八条，市工信局，按通知申报）" in everything
    assert "购买智算服务" not in everything


async def test_a_list_says_whose_money_a_figure_is_not(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone, "澜砚数控")
    await phone.say("我能享受什么")
    assert "100家" not in said(await phone.say("6 8"))
    assert "13.3 博士租房补贴上浮：2400元/月，给毕业生本人（第十三条" in said(await phone.say("1"))


async def test_go_on_means_the_question_and_more_means_the_rest(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    await phone.say("我能享受什么")
    assert said(await phone.say("继续")).startswith("和贵公司有关的")
    assert "还差一项的还有" in said(await phone.say("更多"))
