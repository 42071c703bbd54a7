"""Event firms: proposed for the buyers' needs, frozen, invited once with a reason, within the quota."""

import json

import pytest

from bot.services.events import invitations, signups
from config.errors import ConflictError
from config.markup import visible_length
from matchmaking.ranking.snapshot import Frozen, is_intact
from storage.engine.transactions import Tx
from storage.events import events, records
from storage.firms import firms, offerings
from storage.people import people
from storage.people.roles import RoleKind
from tests.bids.stage import told
from tests.console.stage import DeskStage
from tests.console.test_events import FORM


def maker(tx: Tx, name: str, products: str, heads: int = 1) -> tuple[int, list[int]]:
    firm_id = firms.add(tx, name=name, credit_code=None)
    ids = [people.meet(tx, f"o-{name}-{number}").id for number in range(heads)]
    for person_id in ids:
        people.join_firm(tx, person_id, firm_id)
    offerings.put(tx, firm_id, {"products": products}, "self")
    return firm_id, ids


async def test_firms_are_proposed_frozen_and_invited_with_a_reason(desk: DeskStage) -> None:
    near, heads = await desk.database.write(maker, "甲某机器人有限公司", "智能巡检机器人", 3)
    far, _ = await desk.database.write(maker, "乙某食品有限公司", "盐水鸭")
    comes, coming_heads = await desk.database.write(maker, "丙某机器人有限公司", "巡检机器人")
    browser = await desk.official(RoleKind.EDITOR, "江宁", "江宁区工信局")
    await browser.get("/console/events")
    path = (await browser.post("/console/events", **FORM)).location
    event_id = int(path.rpartition("/")[2])
    await browser.get(path)
    assert (await browser.post(f"{path}/propose")).status == 422, "there is nothing to propose for"
    await browser.post(f"{path}/tables", buyer="演示采购方", need="智能巡检机器人，用于隧道", at_once="1")
    await browser.post(f"{path}/tables", buyer="另一采购方", need="防爆巡检机器人的传感器", at_once="1")
    assert (await browser.post(f"{path}/propose")).status == 303
    page = (await browser.get(f"{path}/invitations")).text
    assert ("甲某机器人" in page, "乙某食品" in page, "发布以后才能邀请" in page) == (True, False, True)
    assert "产品：智能巡检机器人" in page
    await browser.post(f"{path}/publish")
    sign_up = signups.sign_up
    await desk.database.write(lambda tx: sign_up(tx, people.by_id(tx, coming_heads[0]), event_id, desk.parts.texts))
    page = (await browser.get(f"{path}/invitations")).text
    assert "已报名" in page.split("丙某机器人")[1].split("</tr>")[0]

    invite = f"{path}/invite"
    assert (await browser.post(invite, **{f"firm-{near}": "1"})).status == 422, "a reason is wanted"
    assert (await browser.post(invite, why="需求相近")).status == 422, "nobody was ticked"
    assert (await browser.post(invite, why="需求相近", **{f"firm-{far}": "1"})).status == 422, "it was not proposed"
    for _ in range(2):
        assert (await browser.post(invite, why="需求相近", **{f"firm-{near}": "1", f"firm-{comes}": "1"})).status == 303
    assert "已邀请：需求相近" in (await browser.get(f"{path}/invitations")).text
    heard = [await told(desk, person_id) for person_id in heads]
    assert [text.count("邀请贵公司参加“智能制造供需对接会”") for text in heard] == [1, 1, 0], "the event lets in two"
    assert "与演示采购方、另一采购方等当面洽谈" in heard[0]
    assert visible_length(heard[0]) <= 300
    assert "邀请" not in await told(desk, coming_heads[0]), "who comes already is not invited"

    await desk.database.write(offerings.put, near, {"products": "盐水鸭"}, "self")
    assert "甲某机器人" in (await browser.get(f"{path}/invitations")).text, "the list is the one of that moment"
    (kept,) = await desk.database.read(records.listed, event_id, "proposal")
    assert all(is_intact(Frozen(**one)) for one in kept.data["lists"].values())
    assert {json.loads(one["text"])["demand"]["text"] for one in kept.data["lists"].values()} == {
        "智能巡检机器人，用于隧道",
        "防爆巡检机器人的传感器",
    }
    (invitation,) = await desk.database.read(records.listed, event_id, "invitation")
    assert (invitation.firm_id, invitation.data["why"]) == (near, "需求相近")
    await browser.post(f"{path}/propose")
    assert len(await desk.database.read(records.listed, event_id, "proposal")) == 2, "the first one stays"


async def test_a_list_is_not_kept_for_tables_that_changed_while_it_was_made(desk: DeskStage) -> None:
    browser = await desk.official(RoleKind.EDITOR)
    await browser.get("/console/events")
    path = (await browser.post("/console/events", **FORM)).location
    await browser.get(path)
    await browser.post(f"{path}/tables", buyer="演示采购方", need="巡检机器人", at_once="1")
    event_id = int(path.rpartition("/")[2])
    ids = [table.id for table in await desk.database.read(events.tables, event_id)]
    await browser.post(f"{path}/tables", buyer="后来的采购方", need="传感器", at_once="1")
    lists = {table_id: Frozen("{}", "") for table_id in ids}
    with pytest.raises(ConflictError, match="event_changed"):
        await desk.database.write(invitations.propose, 1, event_id, lists)
