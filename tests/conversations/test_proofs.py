"""Verification by an official's code; a second firm gets the usual answer."""

import asyncio
from datetime import date, timedelta

import pytest

from bot.services.firms import verification
from bot.services.firms.registration import save_fact
from bot.simulator.account import Mode
from config.calendar import shanghai_day
from config.errors import InputError
from storage.engine.transactions import Tx
from storage.firms import verifications
from storage.people import people, roles
from storage.people.roles import RoleKind
from storage.roster import roster
from tests.conversations.stage import Stage, openid_of, register, said

RECEIVED = "资料已收到，核验后生效。"
CODE, OTHER = "ABCD2345", "WXYZ6789"


@pytest.fixture(autouse=True)
async def encrypted(stage: Stage) -> None:
    stage.platform.account.set_mode(Mode.SAFE)


def _entry(tx: Tx, name: str = "南京云杼传感科技有限公司") -> int:
    return next(entry.id for entry in roster.everything(tx) if entry.name == name)


def give(tx: Tx, code: str = CODE, days: int = 14) -> None:
    verification.issue_code(tx, code, days, roster_id=_entry(tx))


def seats(tx: Tx, openid: str) -> list[RoleKind]:
    found = people.find(tx, openid)
    assert found is not None
    return [role.kind for role in roles.held_on(tx, found.id, shanghai_day(tx.now))]


async def test_a_code_from_an_official_proves_the_firm_and_seats_its_administrator(stage: Stage) -> None:
    phone = stage.phone("王会计")
    await register(phone)
    await stage.database().write(give)
    assert "核验 ABCD-EFGH" in said(await phone.say("核验"))
    proven = said(await phone.say("核验 abcd-2345"))
    assert "核验通过：南京云杼传感科技有限公司" in proven
    assert "您是这家企业的管理员" in proven
    openid = openid_of(stage, "王会计")
    assert await stage.database().read(seats, openid) == [RoleKind.FIRM_ADMIN, RoleKind.FIRM_MEMBER]
    assert "不对、不是给贵公司的、已用过" in said(await phone.say("核验 ABCD-2345")), "one use"


async def test_a_code_is_good_for_as_many_days_as_are_written_down(stage: Stage) -> None:
    phone = stage.phone("王会计")
    await register(phone)
    await stage.database().write(give)
    stage.clock.advance(timedelta(days=14))
    assert "已过期" in said(await phone.say("核验 ABCD-2345"))


async def test_a_code_for_another_firm_proves_nothing_and_after_five_one_waits(stage: Stage) -> None:
    stranger, phone = stage.phone("李会计"), stage.phone("王会计")
    await register(stranger, "沐弦软件", "微型")
    await register(phone)
    await stage.database().write(give)
    assert "不是给贵公司的" in said(await stranger.say("核验 ABCD-2345"))
    for number in range(5):
        await phone.say(f"核验 WRNG-{number:04}")
    assert "这一次没有核对。请等1分钟" in said(await phone.say("核验 ABCD-2345"))
    stage.clock.advance(timedelta(minutes=1))
    assert "核验通过" in said(await phone.say("核验 ABCD-2345")), "it was neither spent nor lost meanwhile"


async def test_nobody_is_proven_before_registering(stage: Stage) -> None:
    phone = stage.phone("王会计")
    await phone.follow()
    assert "先登记企业" in said(await phone.say("核验"))
    assert "先登记企业" in said(await phone.say("核验 ABCD-2345"))


async def test_of_two_who_prove_one_code_at_once_one_has_it_and_the_other_hears_the_usual(stage: Stage) -> None:
    phones = [stage.phone("王会计"), stage.phone("李会计")]
    for phone in phones:
        await register(phone)
    await stage.database().write(give)
    await stage.database().write(give, OTHER)
    both = await asyncio.gather(phones[0].say("核验 ABCD-2345"), phones[1].say("核验 WXYZ-6789"))
    heard = sorted((said(seen) for seen in both), key=len)
    assert heard[0] == RECEIVED
    assert "核验通过" in heard[1]
    count = await stage.database().read(
        lambda tx: verifications.listed(tx, verifications.VerifiedFirmQuery(date(2026, 11, 5)))[1]
    )
    assert count == 1


async def test_a_proven_firm_holds_the_rosters_titles_whatever_it_said_itself(stage: Stage) -> None:
    phone = stage.phone("王会计")
    await phone.follow()
    code = await stage.database().read(lambda tx: roster.get(tx, _entry(tx)).credit_code)
    assert code is not None
    for words in ("注册", "我们自己的车间", code, "溧水", "3", "0", "跳过", "确认"):
        await phone.say(words)
    assert "您填写" in said(await phone.say("我的资料"))
    await stage.database().write(give)
    await phone.say("核验 ABCD-2345")
    profile = said(await phone.say("我的资料"))
    assert "企业：南京云杼传感科技有限公司" in profile
    assert "（名录，2026-11-05）" in profile
    assert "称号：没有称号（您填写）" not in profile

    def claim(tx: Tx) -> None:
        person = people.find(tx, openid_of(stage, "王会计"))
        assert person is not None
        save_fact(tx, person, "titles", ["little_giant"])

    with pytest.raises(InputError) as refused:
        await stage.database().write(claim)
    assert refused.value.code == "titles_of_roster"


async def test_whoever_leaves_leaves_the_seat(stage: Stage) -> None:
    phone = stage.phone("王会计")
    await register(phone)
    await stage.database().write(give)
    await phone.say("核验 ABCD-2345")
    await phone.unfollow()

    def vacant(tx: Tx) -> list[bool]:
        found, _ = verifications.listed(tx, verifications.VerifiedFirmQuery(shanghai_day(tx.now), vacant=True))
        return [firm.vacant for firm in found]

    assert await stage.database().read(vacant) == [True]
