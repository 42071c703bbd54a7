"""Registration: wrong answers are explained, 取消 works anywhere, a contact only after consent."""

from pathlib import Path

import pytest
from sqlalchemy import text

from storage.engine.transactions import Tx
from tests.conversations.stage import Stage, register, said

NEWCOMER = "南京砚舟测试设备有限公司"
CODE = "91320102MADEM360XX"


async def test_a_firm_that_is_not_on_the_roster_is_asked_everything(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await phone.follow()
    await phone.say("注册")
    assert "统一社会信用代码" in said(await phone.say(NEWCOMER))
    assert "哪个区" in said(await phone.say(CODE.lower()))
    assert "规模" in said(await phone.say("秦淮"))
    assert "称号" in said(await phone.say("3"))
    assert "个人信息告知" in said(await phone.say("2 3"))
    assert "姓名和电话" in said(await phone.say("同意"))
    summary = said(await phone.say("王女士，13800000000"))
    assert "3 所在区：秦淮区（您填写）" in summary
    assert "5 称号：专精特新中小企业、国家专精特新“小巨人”企业（您填写）" in summary
    assert "6 联系人：王女士 13800000000" in summary
    assert "您的填写，核验后生效" in said(await phone.say("确认"))
    assert "据您填写" in said(await phone.say("我能享受什么"))


@pytest.mark.parametrize(
    ("before", "wrong", "right"),
    [
        ([], "南", "至少要有两个字"),
        ([], "很" * 61, "最多60个字"),
        ([NEWCOMER], "12345", "应为18位，收到的是5位"),
        ([NEWCOMER], "为什么要代码", "请发18位代码"),
        ([NEWCOMER], "91320102MADEM360XI", "不含 I、O、S、V、Z"),
        ([NEWCOMER], "91320102MADEM360X0", "校验位对不上"),
        ([NEWCOMER, CODE], "火星", "没认出这个区"),
        ([NEWCOMER, CODE], "99", "没认出这个区"),
        ([NEWCOMER, CODE, "江宁"], "很大", "如“2”"),
        ([NEWCOMER, CODE, "江宁", "小型"], "7", "没有称号回复“0”"),
        ([NEWCOMER, CODE, "江宁", "小型", "0"], "随便", "回复“同意”后填写"),
        ([NEWCOMER, CODE, "江宁", "小型", "0", "同意"], "我的电话是123", "如“王女士 13800000000”"),
        ([NEWCOMER, CODE, "江宁", "小型", "0", "跳过"], "对不对呢", "正确请回复“确认”"),
    ],
)
async def test_a_wrong_answer_is_told_what_would_be_right(
    stage: Stage, before: list[str], wrong: str, right: str
) -> None:
    phone = stage.phone("企业·财务")
    await phone.follow()
    for words in ("注册", *before):
        await phone.say(words)
    assert right in said(await phone.say(wrong))
    assert "取消登记" in said(await phone.say("取消"))
    assert "还没有登记企业" in said(await phone.say("我的资料"))


async def test_a_name_that_fits_several_brings_a_choice(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await phone.follow()
    await phone.say("注册")
    offered = said(await phone.say("南京机床"))
    assert "请回复数字" in offered
    assert "南京澜砚数控机床有限公司" in offered
    number = next(line[0] for line in offered.splitlines() if "澜砚" in line)
    assert "名录里找到：南京澜砚数控机床有限公司" in said(await phone.say(number))


async def test_none_of_the_offered_names_registers_what_was_typed(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await phone.follow()
    await phone.say("注册")
    await phone.say("南京机床")
    assert "名录里没有“南京机床”" in said(await phone.say("都不是"))


async def test_a_firm_elsewhere_learns_that_it_is_not_for_it(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await phone.follow()
    for words in ("注册", NEWCOMER, CODE, "不在南京", "小型", "2", "跳过"):
        await phone.say(words)
    await phone.say("确认")
    assert "还没有哪一项条件已全部对上" in said(await phone.say("我能享受什么"))


async def test_one_answer_can_be_changed_before_confirming(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await phone.follow()
    for words in ("注册", "云杼传感", "小型", "跳过"):
        await phone.say(words)
    await phone.say("修改 3")
    assert "3 所在区：溧水区（您填写）" in said(await phone.say("溧水"))


async def test_a_question_in_between_is_answered_and_the_step_asked_again(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await phone.follow()
    await phone.say("注册")
    await phone.say("云杼传感")
    between = said(await phone.say("第五条"))
    assert "300万元" in between
    assert "企业登记还没完" in between
    assert "规模" in between


async def test_registering_twice_asks_whether_to_change_the_firm(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    assert "您已登记：南京云杼传感科技有限公司" in said(await phone.say("注册"))
    await phone.tap("重新注册")
    for words in ("沐弦软件", "微型", "跳过", "确认"):
        await phone.say(words)
    assert "南京沐弦软件有限公司" in said(await phone.say("我的资料"))


async def test_nobody_sees_or_changes_a_firm_by_naming_it(stage: Stage) -> None:
    first, second = stage.phone("甲"), stage.phone("乙")
    await register(first)
    await first.say("我能享受什么")
    await first.say("1")
    await register(second)
    assert "制定标准" not in said(await second.say("我的资料"))
    assert "制定标准：国家标准（您填写" in said(await first.say("我的资料"))


async def test_contact_and_openid_stand_nowhere_in_the_clear(stage: Stage, database_url: str) -> None:
    phone = stage.phone("企业·财务")
    await phone.follow()
    for words in ("注册", "云杼传感", "小型", "同意", "郭女士 13812345678", "确认"):
        await phone.say(words)
    assert "郭女士 13812345678" in said(await phone.say("我的资料"))

    def every_cell(tx: Tx) -> str:
        dialect = tx.connection.dialect.name
        listed = (
            "SELECT name FROM sqlite_master WHERE type = 'table'"
            if dialect == "sqlite"
            else "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        )
        tables = [row[0] for row in tx.execute(text(listed))]
        return "".join(repr(row) for table in tables for row in tx.execute(text(f'SELECT * FROM "{table}"')))

    kept = await stage.database().read(every_cell)
    if database_url.startswith("sqlite:///"):
        folder = Path(database_url.removeprefix("sqlite:///")).parent
        kept += "".join(path.read_bytes().decode("utf-8", "ignore") for path in folder.glob("srdi.db*"))
    assert "南京云杼传感科技有限公司" in kept
    assert [secret for secret in ("郭女士", "13812345678", phone.openid) if secret in kept] == []
