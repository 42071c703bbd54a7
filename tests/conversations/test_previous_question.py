"""上一步 in 我能享受什么: the question before is asked again with its answer, which can be replaced or kept."""

from tests.conversations.stage import Stage, register, said

PHONE = "企业·财务"
LIST = "1. 参与制定国标"


async def test_the_answer_before_is_shown_and_replaced(stage: Stage) -> None:
    phone = stage.phone(PHONE)
    await register(phone)
    await phone.say("我能享受什么")
    await phone.say("不清楚")
    assert "首台（套）" in said(await phone.say("有"))
    back = said(await phone.tap("上一步"))
    assert "上一步答的是“有”" in back
    assert "有没有高价值专利" in back
    assert "首台（套）" in said(await phone.say("没有"))
    assert "高价值专利：没有（您填写" in said(await phone.say("我的资料"))


async def test_the_answer_before_can_be_kept_or_taken_back(stage: Stage) -> None:
    phone = stage.phone(PHONE)
    await register(phone)
    await phone.say("我能享受什么")
    await phone.say("不清楚")
    await phone.say("有")
    await phone.say("上一步")
    assert "没有改动" in said(await phone.tap("下一步"))
    assert "高价值专利：有" in said(await phone.say("我的资料"))
    await phone.say("继续")
    await phone.say("上一步")
    await phone.tap("不清楚")
    assert "高价值专利：" not in said(await phone.say("我的资料")).partition("———")[0]


async def test_the_list_is_answered_anew_and_nothing_of_the_first_answer_is_left(stage: Stage) -> None:
    phone = stage.phone(PHONE)
    await register(phone)
    await phone.say("我能享受什么")
    await phone.say("1 5")
    back = said(await phone.say("上一步"))
    assert "上一步答的是“参与制定国标、建绿色工厂”" in back
    assert LIST in back
    await phone.say("4")
    profile = said(await phone.say("我的资料"))
    assert "出口：做或想做" in profile
    assert "制定标准" not in profile
    assert "绿色工厂" not in profile


async def test_one_goes_back_through_parts_and_several_questions_to_the_first(stage: Stage) -> None:
    phone = stage.phone(PHONE)
    await register(phone)
    await phone.say("我能享受什么")
    assert "1. 要银行贷款" in said(await phone.say("3"))
    await phone.say("1")
    back = said(await phone.say("上一步"))
    assert "上一步答的是“要银行贷款”" in back
    assert "1. 要银行贷款" in back
    assert LIST in said(await phone.say("上一步"))
    first = said(await phone.say("上一步"))
    assert "这已经是第一问" in first
    assert LIST in first
    await phone.say("0")
    profile = said(await phone.say("我的资料"))
    assert "银行融资：不需要" in profile
