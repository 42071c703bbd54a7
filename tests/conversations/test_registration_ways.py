"""Variants of registration: steps counted, back, changed, explained, interrupted; doubtful codes; sizes."""

from datetime import timedelta

import pytest

from storage.engine.transactions import Tx
from storage.firms import firms
from storage.people import people
from tests.conversations.stage import Stage, openid_of, register, said
from tests.conversations.test_registration import CODE, NEWCOMER


async def at(stage: Stage, *words: str) -> tuple:  # type: ignore[type-arg]
    phone = stage.phone("企业·财务")
    await phone.follow()
    last = said(await phone.say("注册"))
    for typed in words:
        last = said(await phone.say(typed))
    return phone, last


async def test_a_firm_on_the_roster_takes_six_messages_with_a_contact_and_counts_its_steps(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await phone.follow()
    told = [said(await phone.say(w)) for w in ("注册", "云杼传感", "2", "同意", "王女士 13800000000", "确认")]
    assert "本号免费，不委托任何中介，不发收款链接" in told[0]
    assert ["第2步/共4步" in told[1], "第3步/共4步" in told[2], "第3步/共4步" in told[3], "第4步/共4步" in told[4]] == [
        True
    ] * 4
    assert "已登记" in told[5]


async def test_a_firm_that_is_not_on_the_roster_has_seven_steps(stage: Stage) -> None:
    _, asked = await at(stage, NEWCOMER)
    assert "第2步/共7步" in asked


async def test_back_goes_through_every_step_to_the_first(stage: Stage) -> None:
    phone, asked = await at(stage, NEWCOMER, CODE, "江宁", "小型", "0", "跳过")
    assert "第7步/共7步" in asked
    for number in (6, 5, 4, 3, 2):
        assert f"第{number}步/共7步" in said(await phone.say("上一步"))
    assert "第1步" in said(await phone.say("上一步"))
    assert "已经是第一步" in said(await phone.say("上一步"))


async def test_after_going_back_only_what_is_open_is_asked(stage: Stage) -> None:
    phone, _ = await at(stage, NEWCOMER, CODE, "江宁", "小型")
    await phone.say("上一步")
    await phone.say("上一步")
    assert "第5步/共7步 企业现在有哪些有效的称号" in said(await phone.say("溧水"))


async def test_an_answer_is_changed_from_any_step(stage: Stage) -> None:
    phone, _ = await at(stage, NEWCOMER, CODE, "江宁", "小型")
    assert "哪个区" in said(await phone.say("修改3"))
    assert "称号" in said(await phone.say("秦淮"))


@pytest.mark.parametrize(
    ("before", "explained"),
    [
        ([], "名称用来在公开名录里找"),
        ([NEWCOMER], "代码在营业执照正面"),
        ([NEWCOMER, CODE], "营业执照登记地"),
        ([NEWCOMER, CODE, "江宁"], "帮我算"),
        ([NEWCOMER, CODE, "江宁", "小型"], "不影响登记"),
        ([NEWCOMER, CODE, "江宁", "小型", "0"], "照样能查政策"),
        ([NEWCOMER, CODE, "江宁", "小型", "0", "同意"], "姓名和手机"),
        ([NEWCOMER, CODE, "江宁", "小型", "0", "跳过"], "才会保存"),
    ],
)
async def test_help_explains_the_step_and_asks_again(stage: Stage, before: list[str], explained: str) -> None:
    phone, asked = await at(stage, *before)
    helped = said(await phone.say("帮助"))
    assert explained in helped
    assert asked.splitlines()[-1] in helped


async def test_days_restarts_and_questions_in_between_lose_nothing(stage: Stage) -> None:
    phone, _ = await at(stage, NEWCOMER, CODE, "江宁")
    await stage.restart()
    stage.clock.advance(timedelta(days=9))
    between = said(await phone.say("小巨人奖励多少钱"))
    assert "100万元" in between
    assert "企业登记还没完" in between
    resumed = said(await phone.say("注册"))
    assert "您在注册第4步，继续吗" in resumed
    assert "第4步/共7步 企业规模" in resumed
    assert "第4步/共7步 企业规模" in said(await phone.say("继续"))
    assert "第5步/共7步" in said(await phone.say("小型"))
    assert "第1步 企业名称" in said(await phone.say("重新注册"))


@pytest.mark.parametrize("words", ["注册", "帮助", "我的资料", "算力券", "小巨人奖励多少钱"])
async def test_commands_and_questions_are_not_taken_for_the_firms_name(stage: Stage, words: str) -> None:
    phone, _ = await at(stage)
    assert f"名录里没有“{words}”" not in said(await phone.say(words))
    assert "第2步/共4步" in said(await phone.say("云杼传感"))


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("91320102MADEM360X0", "校验位对不上"),
        ("320102000012345", "这是15位"),
        ("3201021234567", "这是13位"),
        ("12345678-9", "这是9位"),
    ],
)
@pytest.mark.parametrize("insisting", [None, "就是这个"])
async def test_a_doubtful_code_is_kept_for_a_check_by_hand_where_one_insists(
    stage: Stage, code: str, told: str, insisting: str | None
) -> None:
    phone, warned = await at(stage, NEWCOMER, code)
    assert told in warned
    assert "哪个区" in said(await phone.say(insisting or code))
    for words in ("江宁", "小型", "0"):
        await phone.say(words)
    assert "（待核对）" in said(await phone.say("跳过"))
    assert "已登记" in said(await phone.say("确认"))
    assert "（待核对）" in said(await phone.say("我的资料"))

    def kept(tx: Tx) -> bool:
        person = people.find(tx, openid_of(stage, "企业·财务"))
        assert person is not None
        assert person.firm_id is not None
        return firms.get(tx, person.firm_id).code_doubtful

    assert await stage.database().read(kept)


async def test_a_warned_code_that_is_then_typed_right_is_not_doubtful(stage: Stage) -> None:
    phone, _ = await at(stage, NEWCOMER, "91320102MADEM360X0", CODE, "江宁", "小型", "0")
    assert "待核对" not in said(await phone.say("跳过"))


async def test_a_question_at_the_code_step_is_answered_even_after_a_warning(stage: Stage) -> None:
    phone, _ = await at(stage, NEWCOMER, "91320102MADEM360X0")
    assert "100万元" in said(await phone.say("小巨人奖励多少钱"))


async def test_without_a_code_at_hand_one_registers_and_adds_it_later(stage: Stage) -> None:
    phone, _ = await at(stage, NEWCOMER, "没有代码", "江宁", "小型", "0", "跳过")
    assert "已登记" in said(await phone.say("确认"))


async def test_the_size_is_worked_out_from_trade_and_figures(stage: Stage) -> None:
    phone, _ = await at(stage, "云杼传感")
    assert "主要做哪一行" in said(await phone.say("帮我算"))
    assert "从业人数、营业收入" in said(await phone.say("1"))
    found = said(await phone.say("120人"))
    assert "营业收入" in found
    found = said(await phone.say("3500万"))
    assert "按300号文（工业，120人、收入3500万元）：小型" in found
    assert "4 规模：小型（您填写）" in said(await phone.say("跳过"))


async def test_one_message_with_trade_and_figures_is_enough(stage: Stage) -> None:
    phone, _ = await at(stage, "云杼传感")
    assert "收入200万元）：微型" in said(await phone.say("软件 9人 200万"))
    await phone.say("上一步")
    assert "收入50万元）：小型" in said(await phone.say("软件 10人 50万"))


async def test_a_size_that_is_not_known_stays_unknown(stage: Stage) -> None:
    phone, _ = await at(stage, "云杼传感", "帮我算", "1")
    await phone.say("不清楚")
    assert "4 规模：不清楚" in said(await phone.say("跳过"))


async def test_back_leaves_the_working_out_of_the_size_first(stage: Stage) -> None:
    phone, _ = await at(stage, "云杼传感", "帮我算", "1")
    assert "第2步/共4步 企业规模" in said(await phone.say("上一步"))


async def test_registering_ends_with_the_firm_kept_as_told(stage: Stage) -> None:
    await register(stage.phone("企业·财务"))
