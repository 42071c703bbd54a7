"""Firms matching a challenge: frozen at publishing, invited with a reason, and why not a firm."""

from storage.engine.transactions import Tx
from storage.firms import firms, offerings
from storage.people import people
from storage.people.roles import RoleKind
from tests.bids.stage import told
from tests.console.challenge_stage import a_poster, published
from tests.console.stage import DeskStage


def _offering(tx: Tx, name: str, products: str) -> tuple[int, int]:
    firm_id = firms.add(tx, name=name, credit_code=None)
    person_id = people.meet(tx, f"o-{name}").id
    people.join_firm(tx, person_id, firm_id)
    if products:
        offerings.put(tx, firm_id, {"products": products}, "self")
    return firm_id, person_id


async def test_the_list_is_frozen_and_the_poster_invites_with_a_reason(desk: DeskStage) -> None:
    near, near_id = await desk.database.write(_offering, "甲某机器人有限公司", "防爆巡检机器人")
    await desk.database.write(_offering, "乙某食品有限公司", "盐水鸭")
    await desk.database.write(_offering, "丁某有限公司", "")
    who, official = await a_poster(desk), await desk.official(RoleKind.APPROVER)
    challenge_id, _ = await published(desk, who, official, sealing="none")
    review = f"/console/challenges/{challenge_id}/review"
    await desk.database.write(_offering, "丙某机器人有限公司", "防爆巡检机器人")
    page = await who.poster.get(review)
    assert "1. 甲某机器人有限公司" in page.text
    assert "丙某机器人有限公司" not in page.text, "the list is the one of the publishing"
    counted = (await official.get("/console/ranking-heads")).text
    assert "名单共 1 份" in counted
    assert counted.count("甲某机器人有限公司") == 1
    assert "乙某" not in counted
    assert (await who.poster.get("/console/ranking-heads")).status == 404
    assert (await who.poster.post(f"/console/challenges/{challenge_id}/invite", firm=near)).status == 422
    assert (
        await who.poster.post(f"/console/challenges/{challenge_id}/invite", firm=near, why="做过同类产品")
    ).status == 303
    assert (
        await who.poster.post(f"/console/challenges/{challenge_id}/invite", firm=near, why="再请一次")
    ).status == 303
    assert (await told(desk, near_id)).count("有榜邀请贵公司揭") == 1
    assert "已邀请：做过同类产品" in (await who.poster.get(review)).text
    why = f"/console/challenges/{challenge_id}/why?firm="
    assert "榜里写了、它没有的" in (await who.poster.get(why + "乙某食品有限公司")).text
    assert "还没有填过产品" in (await who.poster.get(why + "丁某有限公司")).text
    assert "没有以这个全称登记的企业" in (await who.poster.get(why + "不存在")).text
    assert "按现在的数据排第" in (await who.poster.get(why + "丙某机器人有限公司")).text
