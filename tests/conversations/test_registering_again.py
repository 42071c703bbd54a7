"""重新注册: of the same firm what was stated is kept; of another it is left behind, which is said before."""

from tests.conversations.stage import Stage, register, said

PHONE = "企业·财务"


async def test_the_same_firm_keeps_what_was_stated_with_its_days(stage: Stage) -> None:
    phone = stage.phone(PHONE)
    await register(phone)
    await phone.say("我们不出口了")
    await phone.say("是")
    await phone.say("我的产品")
    await phone.say("石墨双极板")
    await phone.say("确认")
    asked = said(await phone.say("重新注册"))
    assert "相同的，填过的情况都保留；换成别家的，填过的情况和主营产品不带过去" in asked
    for words in ("云杼传感", "中型"):
        await phone.say(words)
    assert "还是同一家企业：原来填的2项情况、主营产品、园区都保留。" in said(await phone.say("跳过"))
    await phone.say("确认")
    profile = said(await phone.say("我的资料"))
    assert "出口：不做（您填写，2026-11-05）" in profile
    assert "企业规模：中型（您填写" in profile
    assert "主营产品：石墨双极板" in profile


async def test_a_size_that_is_unknown_now_is_not_kept(stage: Stage) -> None:
    phone = stage.phone(PHONE)
    await register(phone)
    for words in ("重新注册", "云杼传感", "不清楚", "跳过", "确认"):
        await phone.say(words)
    assert "企业规模：" not in said(await phone.say("我的资料"))


async def test_another_firm_begins_without_it_and_that_is_said_before(stage: Stage) -> None:
    phone = stage.phone(PHONE)
    await register(phone)
    await phone.say("我们不出口了")
    await phone.say("是")
    for words in ("重新注册", "沐弦软件", "微型"):
        await phone.say(words)
    summary = said(await phone.say("跳过"))
    assert "换了企业：“南京云杼传感科技有限公司”填过的2项情况、主营产品、园区不带过来。" in summary
    await phone.say("确认")
    assert "出口" not in said(await phone.say("我的资料"))


async def test_a_first_registration_says_nothing_of_it(stage: Stage) -> None:
    phone = stage.phone(PHONE)
    await phone.follow()
    assert "重新注册" not in said(await phone.say("注册"))
    for words in ("云杼传感", "小型"):
        await phone.say(words)
    assert said(await phone.say("跳过")).splitlines()[0].endswith("请核对：")
