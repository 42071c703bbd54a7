"""A firm's accountant follows, registers, sees her benefits, answers three questions, asks about one item."""

from tests.conversations.stage import Stage, register, said


async def test_from_following_to_one_item(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    welcome = said(await phone.follow())
    assert "15条" in welcome
    assert "2028年12月31日" in welcome
    assert "企业名称" in said(await phone.tap("注册"))
    assert "名录里找到：南京云杼传感科技有限公司" in said(await phone.say("云杼传感"))
    assert "个人信息告知" in said(await phone.say("2"))
    assert "南京云杼传感科技有限公司" in said(await phone.say("跳过"))
    assert "已登记" in said(await phone.tap("确认"))

    overview = said(await phone.tap("我能享受什么"))
    assert "先说实话" in overview
    assert "条件已对上（不等于已获得）" in overview
    assert "10.2 “宁工品推”供需对接（第十条，市工信局，报名对接）" in overview
    assert "3. 要贷款/转贷" in overview
    opened = said(await phone.say("1 4"))
    assert "记下了：参与制定国标、出口。" in opened
    assert "3.2 主导或参与制定国际、国家标准奖励：最高50万元（第三条，市市场监管局，按通知申报）" in opened
    assert "有没有高价值专利" in opened
    assert "首台（套）" in said(await phone.tap("2. 没有"))
    assert "4.1 首台（套）" in said(await phone.say("1"))
    assert "都记下了" in said(await phone.tap("以后再说"))

    item = said(await phone.say("算力券"))
    assert "第八条" in item
    assert "发放“算力券”支持专精特新中小企业购买智算服务" in item
    assert "市工信局" in item


async def test_a_second_follow_does_not_ask_again(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    again = said(await phone.scan("door"))
    assert "欢迎回来，您正代表：南京云杼传感科技有限公司" in again
    assert "注册" not in again


async def test_registration_survives_a_restart(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await phone.follow()
    await phone.say("注册")
    await phone.say("沐弦软件")
    await stage.restart()
    await phone.say("微型")
    assert "4 规模：微型" in said(await phone.say("跳过"))
    await stage.restart()
    assert "已登记" in said(await phone.say("确认"))


async def test_unfollowing_erases_the_person_and_keeps_the_firm(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    await phone.unfollow()
    welcome = said(await phone.follow())
    assert "15条" in welcome
    assert "还没有登记企业" in said(await phone.say("我的资料"))
