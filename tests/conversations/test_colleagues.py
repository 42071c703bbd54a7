"""Colleagues ask to join, the administrator decides in chat, anybody may leave; applicants see nothing."""

import pytest

from bot.simulator.account import Mode
from config.calendar import shanghai_day
from storage.engine.transactions import Tx
from storage.firms import join_requests, verifications
from storage.people import people, roles
from storage.people.roles import RoleKind
from tests.conversations.stage import Stage, openid_of, register, said
from tests.conversations.test_proofs import give
from tests.simulator.phone import Phone

FREE = "本号免费，不委托任何中介，不发收款链接"
ASKED = "申请已收到。企业管理员同意后生效"


@pytest.fixture(autouse=True)
async def encrypted(stage: Stage) -> None:
    stage.platform.account.set_mode(Mode.SAFE)


@pytest.fixture
async def boss(stage: Stage) -> Phone:
    """Return the administrator of 云杼传感, verified by a code."""
    phone = stage.phone("王会计")
    await register(phone)
    await stage.database().write(give)
    assert "核验通过" in said(await phone.say("核验 ABCD-2345"))
    return phone


async def ask(stage: Stage, name: str, kind: str = "1") -> Phone:
    """Return a phone whose person registers the same firm and asks to join it."""
    phone = stage.phone(name)
    await register(phone)
    assert FREE in said(await phone.say("加入"))
    assert "姓名" in said(await phone.say(kind))
    assert said(await phone.say(name)).startswith(ASKED)
    return phone


def held(tx: Tx, openid: str) -> list[RoleKind]:
    found = people.find(tx, openid)
    assert found is not None
    return [role.kind for role in roles.held_on(tx, found.id, shanghai_day(tx.now))]


async def kinds(stage: Stage, name: str) -> list[RoleKind]:
    return await stage.database().read(held, openid_of(stage, name))


async def test_the_administrator_hears_of_a_colleague_and_approves(stage: Stage, boss: Phone) -> None:
    await boss.say("我能享受什么")
    await boss.say("1")
    clerk = await ask(stage, "李出纳")
    assert "示范平台" not in said(await clerk.say("我的资料")), "who waits sees nothing of the firm"
    heard = said(await boss.say("帮助"))
    assert "有人（本企业员工）申请加入贵公司" in heard
    listed = said(await boss.say("我的同事"))
    assert "1. 李出纳（本企业员工）" in listed
    assert "2. 未留姓名（管理员）" in listed
    assert "已同意" in said(await boss.say("同意 1"))
    told = said(await clerk.say("我的资料"))
    assert "您现在代表：南京云杼传感科技有限公司（本企业员工）" in told
    assert "制定标准：国家标准" in told, "a colleague sees what the firm knows"
    assert await kinds(stage, "李出纳") == [RoleKind.FIRM_MEMBER]


async def test_a_refused_one_stays_outside_and_is_told(stage: Stage, boss: Phone) -> None:
    stranger = await ask(stage, "路人甲")
    await boss.say("我的同事")
    assert "已拒绝" in said(await boss.say("拒绝1"))
    assert "没有通过" in said(await stranger.say("帮助"))
    assert "只有企业管理员" in said(await stranger.say("我的同事"))


async def test_an_agent_may_look_and_is_no_member(stage: Stage, boss: Phone) -> None:
    await ask(stage, "代账小赵", "2")
    await boss.say("我的同事")
    await boss.say("同意 1")
    assert await kinds(stage, "代账小赵") == [RoleKind.FIRM_AGENT]
    assert "代账小赵（代办人员）" in said(await boss.say("我的同事"))
    assert "不能移交给代办人员" in said(await boss.say("移交 2"))


async def test_the_seat_is_handed_over_and_the_new_one_may_remove_the_old(stage: Stage, boss: Phone) -> None:
    clerk = await ask(stage, "李出纳")
    await boss.say("我的同事")
    await boss.say("同意 1")
    assert "已移交" in said(await boss.say("移交 2"))
    assert "只有企业管理员" in said(await boss.say("我的同事"))
    listed = said(await clerk.say("我的同事"))
    assert "您现在是南京云杼传感科技有限公司的管理员" in listed
    assert "已移除" in said(await clerk.say("移除 2"))
    assert "您已不再是南京云杼传感科技有限公司的成员" in said(await boss.say("我的资料"))
    assert await kinds(stage, "王会计") == []
    assert await kinds(stage, "李出纳") == [RoleKind.FIRM_ADMIN, RoleKind.FIRM_MEMBER]


async def test_numbers_mean_what_was_shown_and_oneself_is_not_removed(stage: Stage, boss: Phone) -> None:
    assert "没有这个编号" in said(await boss.say("移除 1")), "nothing was shown yet"
    assert "刷新" in said(await boss.say("移除 1"))
    assert "没有这个编号" in said(await boss.say("同意 7"))
    assert "不能这样处理" in said(await boss.say("同意 1"))
    first = await ask(stage, "甲先生")
    await boss.say("我的同事")
    await first.say("解绑")
    second = await ask(stage, "乙先生")
    assert "已经处理过或撤回" in said(await boss.say("同意 1")), "the list is older than what happened since"
    assert await kinds(stage, "甲先生") == []
    assert "只有企业管理员" in said(await second.say("我的同事"))


async def test_an_administrator_hands_over_first_or_says_so_once_more(stage: Stage, boss: Phone) -> None:
    clerk = await ask(stage, "李出纳")
    await boss.say("我的同事")
    await boss.say("同意 1")
    assert "还有1位同事" in said(await boss.say("解绑"))
    assert "已解绑" in said(await boss.say("确认解绑"))
    assert "还没有登记企业" in said(await boss.say("我的资料"))

    def vacant(tx: Tx) -> list[str]:
        found, _ = verifications.listed(tx, verifications.VerifiedFirmQuery(shanghai_day(tx.now), vacant=True))
        return [firm.name for firm in found]

    assert await stage.database().read(vacant) == ["南京云杼传感科技有限公司"]
    assert "已解绑" in said(await clerk.say("解绑"))


async def test_whoever_asks_to_join_learns_no_more_of_a_proven_firm_than_that_it_is_there(stage: Stage) -> None:
    before = await said_by_applicant(stage, "甲先生")
    phone = stage.phone("王会计")
    await register(phone)
    await stage.database().write(give)
    await phone.say("核验 ABCD-2345")
    after = await said_by_applicant(stage, "乙先生")
    # The warning about a verified firm with this name comes once; its people, and the rest, are the same.
    warnings = [number for number, reply in enumerate(after) if reply.startswith("【消息】已有一家核验过的")]
    assert len(warnings) == 1
    after[warnings[0]] = after[warnings[0]].partition("———\n")[2]
    assert before == after
    listed = said(await phone.say("我的同事"))
    assert "甲先生" in listed, "who asked before the firm was proven is not forgotten"
    assert "乙先生" in listed


async def said_by_applicant(stage: Stage, name: str) -> list[str]:
    phone = stage.phone(name)
    await phone.follow()
    words = ("注册", "云杼传感", "小型", "跳过", "确认", "加入", "1", name, "我的资料", "我的同事", "加入")
    return [said(await phone.say(one)).replace(name, "某某") for one in words]


async def test_whoever_leaves_the_account_takes_request_and_name_along(stage: Stage, boss: Phone) -> None:
    phone = await ask(stage, "李出纳")
    await phone.unfollow()
    assert "李出纳" not in said(await boss.say("我的同事"))
    left = await stage.database().read(lambda tx: tx.execute(join_requests.JOINS.select()).all())
    assert left == []


async def test_joining_wants_registration_and_patience(stage: Stage) -> None:
    phone = stage.phone("李出纳")
    await phone.follow()
    assert "先注册" in said(await phone.say("加入"))
    await register_again(phone)
    for _ in range(3):
        for words in ("加入", "1", "李出纳"):
            answer = said(await phone.say(words))
        assert answer.startswith(ASKED)
    for words in ("加入", "3"):
        answer = said(await phone.say(words))
    assert "请回复数字" in answer
    await phone.say("1")
    assert "请只发姓名" in said(await phone.say("李"))
    assert "请明天再试" in said(await phone.say("李出纳"))


async def register_again(phone: Phone) -> None:
    for words in ("注册", "云杼传感", "小型", "跳过", "确认"):
        await phone.say(words)
