"""为您推荐: computed by a tick, only read afterwards, with a reason; never a declined or own challenge."""

import pytest

from bot.app import MATCHER
from bot.jobs.recommendations import _behind, refresh_recommendations
from config.markup import visible_length
from storage.challenges import challenges, recommendations
from storage.engine.transactions import Tx
from storage.firms import firms, offerings, verifications
from storage.people import people
from storage.people.roles import RoleKind
from tests.bids.stage import bid
from tests.console.challenge_stage import a_poster, published
from tests.console.stage import DeskStage
from tests.h5.conftest import Cast, Visitor, cast

__all__ = ["cast"]

TITLE = "隧道巡检机器人防爆改造"


OTHERS = (
    "盐水鸭",
    "电动自行车电池",
    "幕墙玻璃",
    "园林养护",
    "数控刀具",
    "航空座椅",
    "水质监测仪",
    "儿童绘本",
    "物流分拣线",
)


def crowd(tx: Tx) -> None:
    """Word rarity matters: with a few other firms levels are as among many."""
    for number, products in enumerate(OTHERS):
        joined(tx, f"o-crowd-{number}", f"某{number}有限公司", products)


def joined(tx: Tx, openid: str, name: str, products: str) -> tuple[int, int]:
    firm_id, person_id = firms.add(tx, name=name, credit_code=None), people.meet(tx, openid).id
    people.join_firm(tx, person_id, firm_id)
    verifications.enter(tx, firm_id, f"9132{firm_id:014d}", "code")
    offerings.put(tx, firm_id, {"products": products}, "self")
    return firm_id, person_id


async def tick(desk: DeskStage) -> None:
    await refresh_recommendations(desk.database, desk.app[MATCHER])


@pytest.fixture
async def robots(cast: Cast) -> tuple[Visitor, int, int]:
    """Return a maker of inspection robots, with its id and the person's."""
    person = cast.person("o-robots")
    await cast.desk.database.write(crowd)
    made = await cast.desk.database.write(joined, "o-robots", "甲某机器人有限公司", "防爆巡检机器人；隧道巡检")
    return person, *made


async def test_what_fits_comes_first_with_its_reason_once_the_tick_has_ranked_it(
    cast: Cast, robots: tuple[Visitor, int, int]
) -> None:
    desk, (person, _, _) = cast.desk, robots
    await published(desk, await a_poster(desk), await desk.official(RoleKind.APPROVER), sealing="none")
    assert "为您推荐" not in await person.say("榜单"), "nothing is ranked while somebody waits"
    await tick(desk)
    listed = await person.say("榜单")
    first = listed.split("为您推荐")[1].split("其他正在揭榜")[0]
    assert "1. " in first
    assert TITLE in first
    assert "强：贵公司的“" in first
    assert listed.count(TITLE) == 1, "it does not stand among the others again"
    assert "盾构机" in listed.split("其他正在揭榜")[1]
    assert visible_length(listed) <= 300
    assert TITLE in await person.say("1")
    assert "盾构机" in await person.say("2")
    page = (await person.open("1")).text
    assert TITLE in page
    listed = (await person.browser.get("/h5/board")).text
    assert ("为您推荐" in listed, "贵公司写的“" in listed) == (True, True)


async def test_a_changed_firm_and_a_changed_challenge_are_ranked_anew_and_nothing_else(
    cast: Cast, robots: tuple[Visitor, int, int]
) -> None:
    desk, (person, firm_id, _) = cast.desk, robots
    challenge_id, _ = await published(
        desk, await a_poster(desk), await desk.official(RoleKind.APPROVER), sealing="none"
    )
    await tick(desk)
    assert await desk.database.read(_behind) == [], "what is up to date is left alone"
    await desk.database.write(offerings.put, firm_id, {"products": "盐水鸭"}, "self")
    assert len(await desk.database.read(_behind)) == 3, "every open challenge may fit a changed firm"
    await tick(desk)
    assert "为您推荐" not in await person.say("榜单")
    found = await desk.database.read(challenges.get, challenge_id)
    assert found is not None
    fields = {**found.fields, "content": "研制盐水鸭生产线。", "problem": "盐水鸭保鲜。"}
    await desk.database.write(challenges.put, challenge_id, {"title": "盐水鸭生产线", "fields": fields})
    assert [one.id for one in await desk.database.read(_behind)] == [challenge_id]
    await tick(desk)
    assert "盐水鸭生产线" in (await person.say("榜单")).split("其他正在揭榜")[0]


async def test_what_was_declined_stays_away_from_this_firm_only(cast: Cast, robots: tuple[Visitor, int, int]) -> None:
    desk, (person, firm_id, _) = cast.desk, robots
    await desk.database.write(joined, "o-other", "乙某机器人有限公司", "防爆巡检机器人；隧道巡检")
    await published(desk, await a_poster(desk), await desk.official(RoleKind.APPROVER), sealing="none")
    await tick(desk)
    await person.say("榜单")
    assert "不再推荐" in await person.say("不看1")
    await desk.database.write(offerings.put, firm_id, {"products": "防爆巡检机器人"}, "self")
    await tick(desk)
    listed = await person.say("榜单")
    assert ("为您推荐" in listed, TITLE in listed) == (False, True), "on the list of all it stays"
    other = cast.person("o-other")
    assert TITLE in (await other.say("榜单")).split("其他正在揭榜")[0]
    page = await other.open("1")
    challenge_id = page.text.split("/h5/board/")[1].split("/")[0]
    await other.browser.get("/h5/board")
    assert (await other.browser.post(f"/h5/board/{challenge_id}/decline")).status == 303
    assert "为您推荐" not in (await other.browser.get("/h5/board")).text


async def test_ones_own_and_what_one_bids_on_are_not_recommended(cast: Cast, robots: tuple[Visitor, int, int]) -> None:
    desk, (person, firm_id, person_id) = cast.desk, robots
    who = await a_poster(desk)
    await desk.database.write(offerings.put, who.firm_id, {"products": "防爆巡检机器人；隧道巡检"}, "self")
    challenge_id, _ = await published(desk, who, await desk.official(RoleKind.APPROVER), sealing="none")
    await tick(desk)
    assert await desk.database.read(recommendations.for_firm, who.firm_id, 3) == []
    assert [one.id for one in await desk.database.read(recommendations.for_firm, firm_id, 3)] == [challenge_id]
    assert "下载副本" in await bid(await desk.on_phone(person_id), challenge_id)
    assert "为您推荐" not in await person.say("榜单")


async def test_what_takes_no_bids_is_forgotten(cast: Cast, robots: tuple[Visitor, int, int]) -> None:
    desk, (_, firm_id, _) = cast.desk, robots
    challenge_id, _ = await published(
        desk, await a_poster(desk), await desk.official(RoleKind.APPROVER), sealing="none"
    )
    await tick(desk)
    now = await desk.database.read(lambda tx: tx.now)
    await desk.database.write(challenges.put, challenge_id, {"deadline": now})
    assert await desk.database.read(recommendations.for_firm, firm_id, 3) == []
    await tick(desk)
    kept = await desk.database.read(lambda tx: tx.execute(recommendations.FITS.select()).all())
    assert [row for row in kept if row.challenge_id == challenge_id] == []
