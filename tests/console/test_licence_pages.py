"""Officials decide about licences of their area, see differences from the roster, and each view is audited."""

from datetime import date

import pytest
from sqlalchemy import func, select

from bot.services.firms import verification
from storage.audit.audit import AUDIT
from storage.engine.transactions import Tx
from storage.firms import firms, licence_reviews
from storage.firms.licence_reviews import PICTURES, LicenceReviewState
from storage.notices import outbox
from storage.notices.outbox import OUTBOX
from storage.people import people, roles
from storage.people.roles import OF_A_FIRM, RoleGrant, RoleKind
from tests.console.stage import DeskStage

CODE = "91320102MADEM360XX"
ROSTER_NAME = "南京梧栎检测技术服务有限公司"
PIXELS = b"\xff\xd8\xff pixels"


def waiting(tx: Tx, code: str | None = CODE, district: str = "秦淮") -> tuple[int, int, int]:
    """Return a request with its picture: (request, firm, person)."""
    firm_id = firms.add(tx, name="砚舟测试", credit_code=code)
    firms.save_facts(tx, firm_id, {"district": district}, "self")
    person_id = people.meet(tx, f"o-sender-{firm_id}").id
    people.join_firm(tx, person_id, firm_id)
    request_id = licence_reviews.add(tx, firm_id, person_id, "media")
    assert licence_reviews.save_picture(tx, request_id, PIXELS)
    return request_id, firm_id, person_id


def looks(tx: Tx) -> int:
    seen = select(func.count()).select_from(AUDIT).where(AUDIT.c.action == "see_licence")
    return int(tx.execute(seen).scalar_one())


def told(tx: Tx, person_id: int) -> str:
    return "".join(notice.text for notice in outbox.listed(tx, person_id))


# Roles that may see the picture of a firm in 秦淮.
MAY_SEE = [
    (RoleKind.EDITOR, None, True),
    (RoleKind.APPROVER, None, True),
    (RoleKind.EDITOR, "秦淮", True),
    (RoleKind.APPROVER, "秦淮", True),
    (RoleKind.EDITOR, "六合", False),
    (RoleKind.APPROVER, "江宁开发区", False),
    (RoleKind.AUDITOR, None, False),
    (RoleKind.AUDITOR, "秦淮", False),
    (RoleKind.OPERATOR, None, False),
]


@pytest.mark.parametrize(("kind", "area", "may"), MAY_SEE, ids=lambda value: str(value))
async def test_who_may_see_the_picture(desk: DeskStage, kind: RoleKind, area: str | None, may: bool) -> None:
    request_id, _, _ = await desk.database.write(waiting)
    browser = await desk.official(kind, area)
    page = await browser.get(f"/console/proofs/{request_id}/picture")
    assert page.status == (200 if may else 404)
    assert await desk.database.read(looks) == int(may), "each look leaves a row, a refused one none"
    if may:
        assert page.headers["Content-Type"] == "image/jpeg"
        assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("kind", sorted(OF_A_FIRM), ids=str)
async def test_not_even_the_firms_own_people_see_it_on_the_desk(desk: DeskStage, kind: RoleKind) -> None:
    def someone(tx: Tx) -> tuple[int, int]:
        request_id, firm_id, _ = waiting(tx)
        person_id = people.meet(tx, "o-own").id
        if kind == RoleKind.FIRM_MEMBER:
            people.join_firm(tx, person_id, firm_id)
        else:
            roles.add(tx, person_id, RoleGrant(kind, "某人", date.min, firm_id=firm_id))
        return request_id, person_id

    request_id, person_id = await desk.database.write(someone)
    browser = await desk.inside(person_id)
    assert (await browser.get(f"/console/proofs/{request_id}/picture")).status == 404
    assert (await desk.browser().get(f"/console/proofs/{request_id}/picture")).status == 303


async def test_what_differs_from_the_roster_is_marked_and_approval_proves_the_firm(desk: DeskStage) -> None:
    request_id, firm_id, person_id = await desk.database.write(waiting)
    browser = await desk.official(RoleKind.EDITOR)
    assert "砚舟测试" in (await browser.get("/console/proofs")).text
    page = await browser.get(f"/console/proofs/{request_id}")
    assert page.text.count("不一致") == 2, "name and district"
    wrong = await browser.post(f"/console/proofs/{request_id}/approve", code="91320102MADEM360X0")
    assert (wrong.status, "校验位" in wrong.text) == (422, True)
    assert (await browser.post(f"/console/proofs/{request_id}/approve", code=CODE)).status == 303
    assert "您是这家企业的管理员" in await desk.database.read(told, person_id)
    shown = (await browser.get(f"/console/firms/{firm_id}")).text
    assert ROSTER_NAME in shown, "a proven firm bears the roster's name"
    again = await browser.post(f"/console/proofs/{request_id}/refuse", reason="看不清")
    assert (again.status, "已经处理过" in again.text) == (422, True)
    assert "已通过" in (await browser.get("/console/proofs?state=done")).text


async def test_a_refusal_needs_a_reason_which_the_firm_reads(desk: DeskStage) -> None:
    request_id, firm_id, person_id = await desk.database.write(waiting)
    browser = await desk.official(RoleKind.APPROVER, "秦淮")
    await browser.get(f"/console/proofs/{request_id}")
    assert (await browser.post(f"/console/proofs/{request_id}/refuse", reason="")).status == 422
    await browser.post(f"/console/proofs/{request_id}/refuse", reason="执照照片看不清")
    assert "执照照片看不清" in await desk.database.read(told, person_id)
    stored = await desk.database.read(lambda tx: repr(tx.execute(select(OUTBOX.c.text)).all()))
    assert "看不清" not in stored
    assert "未核验" in (await browser.get(f"/console/firms/{firm_id}")).text


async def test_a_code_that_another_firm_holds_is_not_approved_twice(desk: DeskStage) -> None:
    first, second = await desk.database.write(waiting), await desk.database.write(waiting)

    def prove(tx: Tx) -> bool:
        return verification.prove(tx, first[1], first[2], CODE, how="code")

    assert await desk.database.write(prove)
    browser = await desk.official(RoleKind.EDITOR)
    page = await browser.get(f"/console/proofs/{second[0]}")
    assert f"/console/firms/{first[1]}" in page.text
    refused = await browser.post(f"/console/proofs/{second[0]}/approve", code=CODE)
    assert (refused.status, "另一家登记核验过" in refused.text) == (422, True)
    kept = await desk.database.read(licence_reviews.get, second[0])
    assert kept is not None
    assert kept.state is LicenceReviewState.WAITING, "nothing half done"
    assert await desk.database.read(told, second[2]) == ""
    count = await desk.database.read(lambda tx: tx.execute(select(func.count()).select_from(PICTURES)).scalar_one())
    assert count == 1, "the proven firm's own picture is needed no more"
