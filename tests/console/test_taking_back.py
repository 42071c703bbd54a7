"""An approver revokes a wrong verification: the code is free, dependent roles end, everything else stays."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from bot.services.firms import merges as merge_service
from bot.services.firms import revocation, verification
from bot.services.people import roles
from config.calendar import shanghai_day
from config.errors import ConflictError
from config.limits import StandInLimits
from storage.audit import audit
from storage.audit.audit import AUDIT
from storage.challenges import bids
from storage.engine.transactions import Tx
from storage.firms import firms, merges, verification_revocations, verifications
from storage.notices import outbox
from storage.people import people, sessions
from storage.people import roles as stored_roles
from storage.people.roles import RoleGrant, RoleKind
from tests.bids.stage import a_bidder, bid
from tests.console.challenge_stage import a_poster, published
from tests.console.stage import Browser, DeskStage
from tests.console.test_firm_merges import double
from tests.console.test_firms import CODE, proven

REASON = "执照是<另一家>企业的"


async def take_back(desk: DeskStage, firm_id: int, reason: str = REASON) -> None:
    await desk.database.write(revocation.take_back, firm_id, reason, desk.parts.texts)


async def approver(
    desk: DeskStage, firm_id: int, kind: RoleKind = RoleKind.APPROVER, area: str | None = "玄武"
) -> Browser:
    browser = await desk.official(kind, area)
    await browser.get(f"/console/firms/{firm_id}")
    return browser


def kinds_of(tx: Tx, person_id: int) -> set[RoleKind]:
    return {role.kind for role in stored_roles.held_on(tx, person_id, shanghai_day(tx.now))}


async def test_the_firm_reads_why_its_roles_end_and_another_is_proven_under_the_code(desk: DeskStage) -> None:
    firm_id, boss = await desk.database.write(proven)

    def agent(tx: Tx) -> int:
        person_id = people.meet(tx, "o-agent").id
        people.join_firm(tx, person_id, firm_id)
        stored_roles.add(tx, person_id, RoleGrant(RoleKind.FIRM_AGENT, "代办", date.min, firm_id=firm_id))
        verification.issue_code(tx, "UNUSEDCODE", 14, firm_id=firm_id)
        return person_id

    agent_id = await desk.database.write(agent)
    inside = await desk.inside(boss)
    browser = await approver(desk, firm_id)
    done = await browser.post(f"/console/firms/{firm_id}/take-back", reason=REASON, sure="1")
    assert done.location == f"/console/firms/{firm_id}"
    shown = (await browser.get(f"/console/firms/{firm_id}")).text
    assert "未核验" in shown
    assert "执照是&lt;另一家&gt;企业的" in shown
    assert (await inside.get("/console")).status == 303, "their visit is over"
    for person_id in (boss, agent_id):
        assert not await desk.database.read(kinds_of, person_id) & revocation.HANGS_ON_IT
        told = (await desk.database.read(outbox.listed, person_id))[0].text
        assert "收回：执照是＜另一家＞企业的" in told
    assert await desk.database.read(verifications.find_code, "UNUSEDCODE") is None
    other, _ = await desk.database.write(proven, "o-right")
    assert (await desk.database.read(verifications.of_code, CODE)).firm_id == other  # type: ignore[union-attr]  # it is there


async def test_it_leaves_a_trace_that_confirms_the_reason_and_holds_no_word_of_it(desk: DeskStage) -> None:
    firm_id, _ = await desk.database.write(proven)
    await take_back(desk, firm_id)

    def trace(tx: Tx) -> tuple[dict[str, str], str]:
        row = tx.execute(select(AUDIT).where(AUDIT.c.action == "take_back_proof")).one()
        return row.fields, audit.value_hash(tx, f"firm:{firm_id}", "reason", REASON)

    fields, expected = await desk.database.read(trace)
    assert fields["reason"] == expected
    assert REASON not in str(fields)


@pytest.mark.parametrize(
    ("kind", "area"),
    [(RoleKind.EDITOR, "玄武"), (RoleKind.APPROVER, "六合"), (RoleKind.AUDITOR, None), (RoleKind.OPERATOR, None)],
    ids=str,
)
async def test_only_an_approver_of_the_area_may(desk: DeskStage, kind: RoleKind, area: str | None) -> None:
    firm_id, _ = await desk.database.write(proven)
    browser = await desk.official(kind, area)
    await browser.get("/console")
    page = await browser.post(f"/console/firms/{firm_id}/take-back", reason=REASON, sure="1")
    assert page.status == 404
    assert "收回核验" not in (await browser.get(f"/console/firms/{firm_id}")).text
    assert await desk.database.read(verifications.of_firm, firm_id) is not None


@pytest.mark.parametrize(
    "fields", [{"reason": "错"}, {"reason": "错" * 201}, {"sure": ""}], ids=["short", "long", "unsure"]
)
async def test_without_a_reason_or_without_being_sure_nothing_happens(desk: DeskStage, fields: dict[str, str]) -> None:
    firm_id, _ = await desk.database.write(proven)
    browser = await approver(desk, firm_id)
    page = await browser.post(f"/console/firms/{firm_id}/take-back", **{"reason": REASON, "sure": "1", **fields})
    assert page.status == 422
    assert await desk.database.read(verifications.of_firm, firm_id) is not None
    await take_back(desk, firm_id)
    with pytest.raises(ConflictError):
        await take_back(desk, firm_id)
    assert len(await desk.database.read(verification_revocations.of_firm, firm_id)) == 1


async def test_the_same_firm_is_proven_again_the_same_day(desk: DeskStage) -> None:
    firm_id, boss = await desk.database.write(proven)
    await take_back(desk, firm_id)
    await desk.database.write(verification.issue_code, "AGAINCODE", 14, firm_id=firm_id)
    outcome = await desk.database.write(lambda tx: verification.use_code(tx, people.by_id(tx, boss), "AGAINCODE"))
    assert outcome is verification.CodeOutcome.PROVEN
    assert RoleKind.FIRM_ADMIN in await desk.database.read(kinds_of, boss)


async def test_bids_stay_and_are_marked_where_they_are_read(desk: DeskStage) -> None:
    who, official = await a_poster(desk), await desk.official(RoleKind.APPROVER)
    challenge_id, _ = await published(desk, who, official, sealing="none", least="1")
    bidder, firm_id, _ = await a_bidder(desk, "甲某科技有限公司")
    assert "下载副本" in await bid(bidder, challenge_id)
    page = (await official.get(f"/console/firms/{firm_id}")).text
    assert "交过的揭榜不删除（已开启、在办的 0 件）" in page, "before the deadline nobody may know who bids"
    await take_back(desk, firm_id)
    assert await desk.database.read(bids.count, challenge_id) == 1
    desk.ahead(timedelta(days=21))
    who = await who.again(desk)
    review = (await who.poster.get(f"/console/challenges/{challenge_id}/review")).text
    assert "甲某科技有限公司" in review
    assert "核验已收回" in review
    await desk.database.write(lambda tx: verifications.enter(tx, firm_id, f"9132{firm_id:014d}", "code"))
    assert "核验已收回" not in (await who.poster.get(f"/console/challenges/{challenge_id}/review")).text


async def test_a_firm_that_is_not_proven_any_more_cannot_bid_again(desk: DeskStage) -> None:
    who, official = await a_poster(desk), await desk.official(RoleKind.APPROVER)
    challenge_id, _ = await published(desk, who, official, sealing="none", least="1")
    bidder, firm_id, person_id = await a_bidder(desk, "甲某科技有限公司")
    assert "下载副本" in await bid(bidder, challenge_id)
    await take_back(desk, firm_id)
    assert "下载副本" not in await bid(await desk.inside(person_id), challenge_id)


@pytest.mark.parametrize("merged_first", [True, False], ids=["merged first", "taken back first"])
async def test_undoing_a_merge_revives_nothing_that_was_taken_back(desk: DeskStage, merged_first: bool) -> None:
    kept, boss = await desk.database.write(proven)
    gone, clerk = await desk.database.write(double)
    if not merged_first:
        await take_back(desk, kept)
    merge_id = await desk.database.write(merge_service.merge, desk.parts.texts, kept, gone)
    if merged_first:
        await take_back(desk, kept)
    found = await desk.database.read(merges.get, merge_id)
    assert found is not None
    await desk.database.write(merge_service.undo, desk.parts.texts, found)
    assert await desk.database.read(verifications.of_firm, kept) is None
    assert await desk.database.read(verifications.of_firm, gone) is None
    assert RoleKind.FIRM_ADMIN not in await desk.database.read(kinds_of, boss)
    assert (await desk.database.read(people.of_firm, gone)) == [clerk]


async def test_an_ended_role_of_an_agent_stays_ended_for_whoever_stands_in_and_officials_keep_theirs(
    desk: DeskStage,
) -> None:
    firm_id, boss = await desk.database.write(proven)

    def more(tx: Tx) -> tuple[int, int]:
        seat = next(role for role in stored_roles.all_given(tx) if role.kind == RoleKind.FIRM_ADMIN)
        deputy = people.meet(tx, "o-deputy").id
        rules, until = StandInLimits.load(), shanghai_day(tx.now) + timedelta(days=9)
        roles.invite_stand_in(tx, boss, seat, "代班", until, "STANDIN1", rules)
        roles.accept(tx, deputy, "STANDIN1", desk.parts.texts)
        official = people.meet(tx, "o-official").id
        stored_roles.add(tx, official, RoleGrant(RoleKind.EDITOR, "某人", date.min, agency="市工信局"))
        return deputy, official

    deputy, official = await desk.database.write(more)
    assert RoleKind.FIRM_ADMIN in await desk.database.read(kinds_of, deputy)
    await take_back(desk, firm_id)
    assert RoleKind.FIRM_ADMIN not in await desk.database.read(kinds_of, deputy)
    assert RoleKind.EDITOR in await desk.database.read(kinds_of, official)
    assert await desk.database.read(sessions.of_person, deputy) == []
    assert await desk.database.read(lambda tx: firms.exists(tx, firm_id))
