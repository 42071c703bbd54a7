"""A firm's name alone returns its public titles and what is open for such firms; questions stay questions."""

from datetime import timedelta

import pytest

from bot.chat.firms.name_step import looks_like_name
from tests.conversations.stage import Stage, register, said


@pytest.mark.parametrize("typed", ["云杼传感", "南京云杼传感科技有限公司", "南京云杼传感"])
async def test_a_name_alone_brings_titles_and_what_is_open(stage: Stage, typed: str) -> None:
    phone = stage.phone("企业·财务")
    await phone.follow()
    value = said(await phone.say(typed))
    assert "南京云杼传感科技有限公司" in value
    assert "名录：专精特新中小企业（2024年度省级专精特新中小企业，至2027-11-30）" in value
    assert "10.2 “宁工品推”供需对接（第十条）" in value
    assert "共7项" in value
    assert "还差一项情况" in value
    assert "不等于已获得" in value
    assert "用这个名称登记" in value


@pytest.mark.parametrize(
    "typed", ["我是云杼传感的", "你们能帮我查下云杼传感吗", "帮我查一下南京云杼传感科技有限公司", "查一下云杼传感"]
)
async def test_a_name_is_heard_among_the_words_around_it(stage: Stage, typed: str) -> None:
    phone = stage.phone("企业·财务")
    await phone.follow()
    assert "名录：专精特新中小企业" in said(await phone.say(typed))


@pytest.mark.parametrize("typed", ["南京机床", "南京数控机床"])
async def test_half_a_name_brings_the_firms_it_may_be(stage: Stage, typed: str) -> None:
    phone = stage.phone("企业·财务")
    await phone.follow()
    offered = said(await phone.say(typed))
    assert "澜砚数控机床" in offered
    assert "都不是" in offered


@pytest.mark.parametrize("typed", ["南京天气", "我是做传感器的", "南京有什么好玩的", "帮我查下算力券"])
async def test_what_is_no_name_is_not_taken_for_half_of_one(stage: Stage, typed: str) -> None:
    phone = stage.phone("企业·财务")
    await phone.follow()
    assert "按我发的" not in said(await phone.say(typed))


async def test_the_offer_registers_that_very_firm_in_five_more_messages(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await phone.follow()
    await phone.say("澜砚数控")
    assert "名录里找到：南京澜砚数控机床有限公司" in said(await phone.tap("用这个名称登记"))
    await phone.say("小型")
    await phone.say("跳过")
    assert "已登记：南京澜砚数控机床有限公司" in said(await phone.say("确认"))


async def test_registering_after_a_name_takes_the_name_up(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await phone.follow()
    for yes in ("注册", "好的"):
        await phone.say("沐弦软件")
        assert "名录里找到：南京沐弦软件有限公司" in said(await phone.say(yes))
        await phone.say("取消")


async def test_a_name_that_fits_several_firms_is_asked_about(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await phone.follow()
    offered = said(await phone.say("南京机床有限公司"))
    assert "都不是" in offered
    number = next(line[0] for line in offered.splitlines() if "澜砚" in line)
    last = offered.splitlines()[-1][0]
    assert "请回复数字" in said(await phone.say("9"))
    assert "小巨人" in said(await phone.say(number))
    await phone.say("南京机床有限公司")
    assert "名录里没有“南京机床有限公司”" in said(await phone.say(last))
    assert "统一社会信用代码" in said(await phone.tap("用这个名称登记"))


async def test_an_unknown_firm_is_offered_registration_under_its_name(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await phone.follow()
    answer = said(await phone.say("苏州枫桥夜泊酒业有限公司"))
    assert "名录里没有“苏州枫桥夜泊酒业有限公司”" in answer
    assert "没有称号也有能用的" in answer


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("算力券", "8.1"),
        ("小巨人奖励多少钱", "100万元"),
        ("今天天气怎么样", "没有写"),
        ("青穗生物医药成果转化", "第二条"),
        ("你是智能机器人吗", "宁专通"),
        ("贵公司是什么公司", "不太确定"),
        ("小额贷款公司", "第六条"),
    ],
)
async def test_a_question_is_not_taken_for_a_name(stage: Stage, question: str, answer: str) -> None:
    phone = stage.phone("企业·财务")
    await phone.follow()
    reply = said(await phone.say(question))
    assert answer in reply
    assert "名录" not in reply


async def test_a_name_in_the_middle_of_a_registration_is_not_a_new_journey(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await phone.follow()
    await phone.say("注册")
    await phone.say("云杼传感")
    assert "请回复上面的数字" in said(await phone.say("沐弦软件"))


async def test_whoever_is_registered_is_not_asked_to_register_again(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    value = said(await phone.say("沐弦软件"))
    assert "2025年度省级专精特新中小企业" in value
    assert "用这个名称登记" not in value
    assert "云杼传感" in said(await phone.say("我的资料"))


@pytest.mark.parametrize(
    "hostile",
    [
        '<a href="https://evil.example">点我</a>有限公司',
        "{name}{0.__class__}有限公司",
        "{{ 7*7 }}有限公司",
        "[[登录|确认]]有限公司",
        "南京" + "长" * 10_000 + "有限公司",
        "'; DROP TABLE firm; --有限公司",
    ],
)
async def test_hostile_names_are_only_words(stage: Stage, hostile: str) -> None:
    phone = stage.phone("企业·财务")
    await phone.follow()
    for words in (hostile, f"注册 {hostile}"):
        seen = await phone.say(words)
        raw = seen[0].text if hasattr(seen[0], "text") else seen[0].plain
        assert '<a href="https' not in raw
        assert "49" not in raw


async def test_two_unsure_questions_in_a_row_are_both_answered(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await phone.follow()
    assert "不太确定" in said(await phone.say("软件测试的那个"))
    assert said(await phone.say("啊啊啊啊")).strip()


async def test_following_twice_does_not_greet_a_stranger(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    assert "您好，这里是宁专通" in said(await phone.follow())
    # Within the same second it would be the platform's repeat of the first.
    stage.clock.advance(timedelta(minutes=1))
    assert "欢迎回来" in said(await phone.oddity("subscribe_again"))


@pytest.mark.parametrize(
    ("typed", "is_name"),
    [
        ("南京云杼传感科技有限公司", True),
        ("北芒重型装备集团", True),
        ("南京某某（江宁）有限公司", True),
        ("哪些公司", False),
        ("小额贷款公司", False),
        ("我们公司", False),
        ("工厂", False),
        ("绿色工厂", False),
        ("小巨人公司能拿多少钱的公司", False),
        ("南京云杼传感科技有限公司能享受什么", False),
    ],
)
def test_what_is_written_as_a_name(typed: str, is_name: bool) -> None:
    assert looks_like_name(typed) is is_name


@pytest.mark.parametrize(
    "typed", ["注册云杼传感", "登记：南京云杼传感科技有限公司", "我要注册云杼传感", "注册企业云杼传感"]
)
async def test_the_word_for_registering_needs_no_blank_before_the_name(stage: Stage, typed: str) -> None:
    phone = stage.phone("企业·财务")
    await phone.follow()
    asked = said(await phone.say(typed))
    assert "南京云杼传感科技有限公司" in asked
    assert "第2步/共4步" in asked


async def test_half_a_name_after_that_word_is_chosen_among_those_it_may_be(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await phone.follow()
    assert "澜砚数控机床" in said(await phone.say("注册南京数控机床"))


@pytest.mark.parametrize("typed", ["注册资本有要求吗", "注册要什么材料", "登记错了怎么办", "注册资金"])
async def test_a_question_that_begins_with_that_word_registers_nobody(stage: Stage, typed: str) -> None:
    phone = stage.phone("企业·财务")
    await phone.follow()
    answered = said(await phone.say(typed))
    assert "第2步" not in answered
    assert "有限公司" not in answered


async def test_whoever_is_registered_is_not_registered_again_by_a_name(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    assert "第2步" not in said(await phone.say("注册云杼传感"))
