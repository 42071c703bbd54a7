"""Receipts in the console: an official opens one by code if the firm is in their area; nobody else can."""

import itertools
from datetime import date

import pytest

from bot.chat.context import ChatServices
from bot.services.firms import receipts
from config.policy.facts import parse_facts
from matchmaking.eligibility.eligibility import assess
from storage.engine.transactions import Tx
from storage.firms import firms
from storage.people import people
from storage.people.roles import RoleKind
from storage.roster import roster
from storage.roster.roster import RosterTitle
from tests.console.stage import DeskStage

CODE = "ABCD2345"


async def give(desk: DeskStage, parts: ChatServices) -> None:
    def told(tx: Tx) -> None:
        title = RosterTitle("srdi", "某批", False, date(2020, 1, 1), None)
        name = "南京云杼传感科技有限公司"
        entry_id = roster.add(tx, name=name, credit_code=None, district="江宁", titles=[title])
        firm_id = firms.add(tx, name=name, credit_code=None, roster_id=entry_id)
        person = people.meet(tx, "o-accountant")
        people.join_firm(tx, person.id, firm_id)
        known = people.find(tx, "o-accountant")
        assert known is not None
        facts = parse_facts({"district": "江宁", "titles": ["srdi"], "first_award": []}, parts.policy.facts)
        receipts.issue(tx, known, parts.policy, assess(parts.policy, facts, tx.now), itertools.repeat(CODE).__next__)
        firms.save_facts(tx, firm_id, {"exports": True}, "self")

    await desk.database.write(told)


@pytest.mark.parametrize(
    ("kind", "area", "sees"),
    [
        (RoleKind.EDITOR, None, True),
        (RoleKind.AUDITOR, "江宁", True),
        (RoleKind.OPERATOR, None, True),
        (RoleKind.EDITOR, "六合", False),
    ],
)
async def test_an_official_sees_receipts_of_their_area(
    desk: DeskStage, parts: ChatServices, kind: RoleKind, area: str | None, *, sees: bool
) -> None:
    await give(desk, parts)
    browser = await desk.official(kind, area)
    await browser.get("/console/receipts")
    page = await browser.post("/console/receipts", code=" abcd-2345 ")
    assert ("南京云杼传感科技有限公司" in page.text) is sees
    if sees:
        assert "出口：不清楚 → 做或想做" in page.text
        assert "11.1 “借船、链式、抱团”出海平台：还差情况 → 条件已对上" in page.text
    else:
        nothing = await browser.post("/console/receipts", code="WWWWWWWW")
        assert (page.status, page.words) == (nothing.status, nothing.words.replace("WWWWWWWW", "abcd-2345"))


async def test_after_five_wrong_codes_that_official_waits(desk: DeskStage, parts: ChatServices) -> None:
    await give(desk, parts)
    browser = await desk.official(RoleKind.EDITOR)
    await browser.get("/console/receipts")
    for _ in range(5):
        assert (await browser.post("/console/receipts", code="WWWWWWWW")).status == 422
    assert (await browser.post("/console/receipts", code=CODE)).status == 422
