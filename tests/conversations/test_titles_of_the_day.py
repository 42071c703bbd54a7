"""Registered and unregistered phones see the same titles of a firm on every day, and when one expires."""

from datetime import UTC, datetime

import pytest

from bot.services.firms.registration import save_fact
from storage.engine.transactions import Tx
from storage.people import people
from storage.roster import roster
from storage.roster.roster import RosterTitle
from tests.conversations.stage import Stage, openid_of, register, said


def move_to(stage: Stage, moment: str) -> None:
    stage.clock.advance(datetime.fromisoformat(moment).astimezone(UTC) - stage.clock.now())


LABELS = ("创新型中小企业", "专精特新中小企业", "国家专精特新“小巨人”企业", "国家制造业单项冠军企业")


@pytest.mark.parametrize(
    ("name", "moment", "held", "over"),
    [
        ("云杼传感", "2027-11-30T23:59:30+08:00", [1], []),
        ("云杼传感", "2027-12-01T00:00:01+08:00", [], [(1, "2027-11-30")]),
        ("石臼湖新材料", "2026-12-31T10:00:00+08:00", [2], [(1, "2026-12-30")]),
        ("澜砚数控", "2028-10-01T09:00:00+08:00", [1], [(2, "2028-09-30")]),
        ("澜砚数控", "2028-12-31T09:00:00+08:00", [], [(1, "2028-11-30"), (2, "2028-09-30")]),
    ],
)
async def test_the_registered_and_the_unregistered_phone_agree_as_days_pass(
    stage: Stage, name: str, moment: str, held: list[int], over: list[tuple[int, str]]
) -> None:
    mine, other = stage.phone("企业·财务"), stage.phone("王会计")
    await register(mine, name)
    await other.follow()
    move_to(stage, moment)
    overview, by_name = said(await mine.say("我能享受什么")), said(await other.say(name))
    head = overview.splitlines()[0]
    for number, label in enumerate(LABELS):
        assert (label in head) is (number in held), head
        assert (f"名录：{label}" in by_name) is (number in held), by_name
    for number, day in over:
        line = f"名录里的{LABELS[number]}有效至{day}，已过期。"
        assert line in overview
        assert line in by_name
    one = said(await mine.say("5.2"))
    assert ("名录里的国家专精特新“小巨人”企业有效至2028-09-30，已过期。" in one) is ((2, "2028-09-30") in over)
    assert ("5.2 首次获评小巨人奖励：100万元" in overview.split("\n\n")[1]) is (name == "澜砚数控" and 2 in held)


async def test_a_title_begins_for_a_registered_firm_on_its_first_day(stage: Stage) -> None:
    def enter(tx: Tx) -> None:
        [entry] = [one for one in roster.everything(tx) if "云杼" in one.name]
        coming = RosterTitle("little_giant", "第八批", True, datetime(2026, 11, 20, tzinfo=UTC).date(), None)
        roster.put(tx, entry.id, entry.id, [*entry.titles, coming])

    await stage.database().write(enter)
    phone = stage.phone("企业·财务")
    await register(phone)
    move_to(stage, "2026-11-19T23:59:30+08:00")
    assert "小巨人" not in said(await phone.say("我能享受什么")).splitlines()[0]
    move_to(stage, "2026-11-20T00:00:01+08:00")
    told = said(await phone.say("我能享受什么"))
    assert "小巨人" in told.splitlines()[0]
    assert "5.2 首次获评小巨人奖励：100万元" in told


async def test_a_title_that_only_the_firm_claims_is_never_the_rosters(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)

    def claim(tx: Tx) -> None:
        person = people.find(tx, openid_of(stage, "企业·财务"))
        assert person is not None
        save_fact(tx, person, "titles", ["champion"])

    await stage.database().write(claim)
    head = said(await phone.say("我能享受什么")).splitlines()[0]
    assert head.endswith("（专精特新中小企业，据名录；国家制造业单项冠军企业，据您填写，名录未见）")
    assert "国家制造业单项冠军企业称号据您填写，名录未见。" in said(await phone.say("5.1"))
    assert "名录未见" in said(await phone.say("我的资料"))
    assert "名录未见" not in said(await phone.say("5.5"))


async def test_whether_an_award_was_the_first_is_asked_where_the_roster_does_not_say(stage: Stage) -> None:
    def enter(tx: Tx) -> None:
        [entry] = [one for one in roster.everything(tx) if "云杼" in one.name]
        giant = RosterTitle("little_giant", "第七批", None, datetime(2025, 10, 1, tzinfo=UTC).date(), None)
        roster.put(tx, entry.id, entry.id, [*entry.titles, giant])

    await stage.database().write(enter)
    other = stage.phone("王会计")
    await other.follow()
    by_name = said(await other.say("云杼传感"))
    met, near = by_name.split("还差一项情况")
    assert "5.2" not in met
    assert "5.2 首次获评小巨人奖励：100万元（第五条）——看“首次获评的称号”" in near
    assert "名录没有写上面的称号是首次获评还是复核" in near
    assert "文件没有写适用于哪一年获评的企业" in near
    phone = stage.phone("企业·财务")
    await register(phone)
    overview = said(await phone.say("我能享受什么"))
    assert "5.2 首次获评小巨人奖励：100万元（第五条）还需了解：首次获评的称号" in overview
    assert "首次获评的称号" in said(await phone.say("5.2"))


async def test_the_sentence_on_the_award_year_stands_beside_an_award_told_by_name_alone(stage: Stage) -> None:
    phone = stage.phone("王会计")
    await phone.follow()
    by_name = said(await phone.say("澜砚数控"))
    assert "5.2 首次获评小巨人奖励：100万元" in by_name
    assert "文件没有写适用于哪一年获评的企业" in by_name
