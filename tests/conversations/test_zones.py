"""A firm in a development zone states it once, and gets the zone's office from then on."""

from datetime import date

from sqlalchemy import update

from storage.engine.transactions import Tx
from storage.firms import development_zones, firms
from storage.people import people
from storage.roster.roster import ENTRIES
from storage.tickets import contacts
from storage.tickets.contacts import AgencyContact
from tests.conversations.stage import Stage, openid_of, register, said

ASKED = "买算力有补贴吗"
ASKS = "贵公司在下面的开发区里吗"


def _enter(tx: Tx, about: str, area: str, unit: str) -> None:
    contacts.add(
        tx, AgencyContact(about, area, unit, "", "025-00000000", ""), date(2026, 11, 1), people.meet(tx, "o-1").id
    )


def _firm(tx: Tx, openid: str) -> int:
    firm_id = people.meet(tx, openid).firm_id
    assert firm_id is not None
    return firm_id


async def ready(stage: Stage) -> None:
    for about, area, unit in (("市工信局", "江宁", "区局"), ("8.1", "江宁开发区", "开发区算力专班")):
        await stage.database().write(_enter, about, area, unit)


async def test_the_zones_office_is_named_once_the_firm_has_said_that_it_lies_there(stage: Stage) -> None:
    await ready(stage)
    phone = stage.phone("企业·财务")
    await register(phone)
    assert "区局" in said(await phone.say(ASKED))
    asked = said(await phone.say("我的园区"))
    assert ASKS in asked
    assert "1. 江宁开发区" in asked
    assert "记下了：江宁开发区" in said(await phone.say("1"))
    assert "开发区算力专班" in said(await phone.say(ASKED))
    assert "区局" in said(await phone.say("市工信局管哪些")), "what the zone has no office for is the district's"
    assert "园区：江宁开发区（您填写）" in said(await phone.say("我的资料"))
    assert ASKS in said(await phone.say("我的园区"))
    assert "记下了：不在开发区" in said(await phone.say("不在"))
    assert "区局" in said(await phone.say(ASKED))


async def test_it_is_asked_under_the_end_of_the_registration_and_may_be_left_open(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await phone.follow()
    for words in ("注册", "云杼传感", "小型", "跳过"):
        await phone.say(words)
    assert ASKS in said(await phone.say("确认"))
    assert "算力" in said(await phone.say(ASKED))
    assert "记下了" not in said(await phone.say("1")), "the question lapsed with the other word"
    assert "园区：未填" in said(await phone.say("我的资料"))


async def test_a_firm_whose_district_has_no_zone_is_not_asked(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await phone.follow()
    assert "先登记企业" in said(await phone.say("我的园区"))
    for words in ("注册", "沐弦软件", "小型", "跳过"):
        await phone.say(words)
    assert ASKS not in said(await phone.say("确认"))
    assert "不用填园区" in said(await phone.say("我的园区"))
    assert "园区" not in said(await phone.say("我的资料"))


async def test_what_the_roster_or_an_official_says_stands_before_the_firms_own_word(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    assert "记下了：不在开发区" in said(await phone.say("2"))
    firm_id = await stage.database().write(_firm, openid_of(stage, "企业·财务"))

    def listed(tx: Tx) -> None:
        entry = firms.get(tx, firm_id).roster_id
        tx.execute(update(ENTRIES).where(ENTRIES.c.id == entry).values(zone="江宁开发区"))

    await stage.database().write(listed)
    assert "园区：江宁开发区（名录）" in said(await phone.say("我的园区"))
    await stage.database().write(development_zones.save, firm_id, development_zones.NONE, "official")
    assert "园区：不在开发区（部门填写）" in said(await phone.say("我的园区"))


async def test_erasing_takes_the_firms_word_along(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    await phone.say("1")
    firm_id = await stage.database().write(_firm, openid_of(stage, "企业·财务"))
    assert await stage.database().read(development_zones.of, firm_id) is not None
    await phone.say("注销")
    await phone.say("确认注销")
    await phone.say("彻底删除")
    assert await stage.database().read(development_zones.of, firm_id) is None
