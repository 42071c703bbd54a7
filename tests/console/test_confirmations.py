"""Irreversible console acts are confirmed first, in words saying what will happen."""

from datetime import date

import pytest

from bot.console.confirmations import CONFIRMATIONS
from bot.console.routes import ROUTES
from storage.engine.transactions import Tx
from storage.notices import outbox
from storage.people import people, roles
from storage.people.roles import RoleGrant, RoleKind
from storage.tickets import tickets
from tests.console.challenge_stage import a_poster, drafted, stage_of
from tests.console.stage import Browser, DeskStage
from tests.console.test_events import FORM as EVENT
from tests.console.test_tickets import ask, editor

# POST routes that are reversible or repeatable, show their effect first, or concern only oneself.
CAN_BE_TAKEN_BACK = {
    "/enter", "/in/{link}", "/leave", "/sessions/{id}/end", "/roles", "/roles/{id}/stand-in", "/roles/{id}/consent",
    "/details", "/details/{id}", "/details/{id}/submit", "/details/{id}/approve", "/receipts", "/roster/batch",
    "/roster/{id}/edit",
    "/roster/{id}/code", "/proofs/batch", "/proofs/{id}/approve", "/firms/{id}/code", "/firms/{id}/zone",
    "/firms/{id}/offers", "/silence", "/silence/batch", "/silence/join", "/silence/drop", "/silence/item-notes",
    "/silence/{id}/ask", "/silence/{id}/answer",
    "/silence/{id}/approve", "/events", "/events/{id}", "/events/{id}/tables", "/events/{id}/tables/remove",
    "/events/{id}/propose", "/events/{id}/invite", "/buyer-events/{id}", "/imports", "/imports/{id}/apply",
    "/contacts", "/contacts/batch", "/contacts/{id}", "/contacts/{id}/confirm", "/tickets/batch", "/tickets/canned",
    "/tickets/{id}/reply", "/tickets/{id}/assign", "/tickets/{id}/move", "/tickets/{id}/reopen", "/broadcasts",
    "/broadcasts/{id}", "/broadcasts/{id}/submit", "/broadcasts/{id}/approve", "/broadcasts/{id}/undo",
    "/broadcasts/{id}/test", "/cards", "/cards/test", "/challenges", "/challenges/read", "/challenges/{id}/edit",
    "/challenges/{id}/ask-signature", "/challenges/{id}/publish", "/challenges/{id}/openers",
    "/challenges/{id}/openers/share", "/challenges/{id}/openers/take-back", "/challenges/{id}/files",
    "/challenges/{id}/sign-off", "/challenges/{id}/send-back", "/challenges/{id}/answer", "/challenges/{id}/amend",
    "/challenges/{id}/invite", "/challenges/{id}/criteria", "/challenges/{id}/reviewers", "/challenges/{id}/scores",
    "/challenges/{id}/minutes", "/challenges/{id}/choose", "/challenges/{id}/objections",
    "/challenges/{id}/objections/answer", "/challenges/{id}/milestones",
}  # fmt: skip


def test_every_form_of_the_desk_asks_first_or_can_be_taken_back() -> None:
    posted = {route.path for route in ROUTES if route.method == "POST"}
    assert posted - set(CONFIRMATIONS) == CAN_BE_TAKEN_BACK
    assert set(CONFIRMATIONS) <= posted


async def asked(browser: Browser, path: str, **fields: str) -> str:
    """Return the question asked before this form is processed."""
    page = await browser.post(path, confirmed_once="", **fields)
    assert (page.status, "请再确认一次" in page.text) == (200, True), page.text
    return page.text


@pytest.mark.parametrize("path", sorted(path for path in CONFIRMATIONS if "{id}" not in path))
async def test_what_concerns_everybody_is_asked_about_before_its_page_hears_of_it(desk: DeskStage, path: str) -> None:
    operator = await desk.official(RoleKind.OPERATOR)
    await operator.get("/console/sessions")
    page = await asked(operator, f"/console{path}", purpose="x", also="甲<乙>")
    assert f'action="/console{path}"' in page
    assert 'name="also" value="甲&lt;乙&gt;"' in page


async def test_a_role_ends_after_a_question_with_a_reason_and_its_holder_is_told(desk: DeskStage) -> None:
    operator = await desk.official(RoleKind.OPERATOR)
    holder = await desk.person("o-holder", RoleGrant(RoleKind.EDITOR, "李工", date.min, agency="市工信局"))
    (role,) = await desk.database.read(lambda tx: roles.of_persons(tx, [holder]))
    path = f"/console/roles/{role.id}/end"
    await operator.get(f"/console/roles/{role.id}")
    page = await asked(operator, path, reason="调岗<b>")
    assert 'value="调岗&lt;b&gt;"' in page
    assert "代理也一并结束" in page
    refused = await operator.post(path, reason="")
    assert (refused.status, "请写明结束身份的原因" in refused.text) == (422, True)
    assert (await operator.post(path, reason="调岗")).status == 303
    told = await desk.database.read(outbox.listed, holder)
    assert [one.text for one in told] == ["您的身份“编辑”从今天起结束：调岗。有疑问请联系管理员。"]


async def test_the_last_operator_stays(desk: DeskStage) -> None:
    first_id = await desk.person("o-first", RoleGrant(RoleKind.OPERATOR, "陈工", date.min))
    first = await desk.inside(first_id)

    async def role_of(person_id: int) -> int:
        (role,) = await desk.database.read(lambda tx: roles.of_persons(tx, [person_id]))
        return role.id

    path = f"/console/roles/{await role_of(first_id)}/end"
    await first.get("/console/roles")
    page = await first.post(path, reason="离任")
    assert (page.status, "最后一位系统管理员" in page.text) == (422, True)
    # A role already ended, or not yet begun, does not count as remaining.
    day = date(2020, 1, 1)
    await desk.person("o-gone", RoleGrant(RoleKind.OPERATOR, "旧人", date.min, day))
    assert (await first.post(path, reason="离任")).status == 422
    second_id = await desk.person("o-second", RoleGrant(RoleKind.OPERATOR, "赵工", date.min))
    assert (await first.post(path, reason="离任")).status == 303
    second = await desk.inside(second_id)
    await second.get("/console/roles")
    assert (await second.post(f"/console/roles/{await role_of(second_id)}/end", reason="离任")).status == 422


async def test_a_challenge_is_withdrawn_after_a_question_that_keeps_what_was_typed(desk: DeskStage) -> None:
    who = await a_poster(desk)
    challenge_id = await drafted(desk, who.poster)
    path = f"/console/challenges/{challenge_id}/withdraw"
    await who.poster.get(f"/console/challenges/{challenge_id}")
    page = await asked(who.poster, path, reason="需求取消")
    assert 'value="需求取消"' in page
    assert await stage_of(desk, challenge_id) == "draft"
    assert (await who.poster.post(path, reason="需求取消")).status == 303
    assert await stage_of(desk, challenge_id) == "withdrawn"


async def test_no_other_address_is_a_way_around_the_question(desk: DeskStage) -> None:
    who = await a_poster(desk)
    challenge_id = await drafted(desk, who.poster)
    await who.poster.get(f"/console/challenges/{challenge_id}")
    for act in ("move", "review", "edit", "sign-off", "withdraw/", "%20withdraw", "withdraw%20"):
        await who.poster.post(
            f"/console/challenges/{challenge_id}/{act}", to="withdrawn", act="withdraw", reason="取消"
        )
        assert await stage_of(desk, challenge_id) == "draft", act


async def test_an_event_is_cancelled_after_a_question(desk: DeskStage) -> None:
    official = await desk.official(RoleKind.EDITOR, "江宁", "江宁区工信局")
    await official.get("/console/events")
    path = (await official.post("/console/events", **EVENT)).location
    await official.get(path)
    assert "报名和候补的企业都会收到通知" in await asked(official, f"{path}/cancel", reason="天气")
    assert "草稿" in (await official.get(path)).text
    assert (await official.post(f"{path}/cancel", reason="天气")).status == 303


async def test_an_unanswered_ticket_is_closed_with_a_reason_that_the_asker_reads(desk: DeskStage) -> None:
    browser, ticket_id = await editor(desk), await ask(desk)
    path = f"/console/tickets/{ticket_id}/close"
    await browser.get(f"/console/tickets/{ticket_id}")
    assert "还没有答复" in await asked(browser, path)
    assert "还没有答复" in (await browser.post(path)).text
    assert (await browser.post(path, reason="重复提问")).status == 303
    asker = await desk.database.write(lambda tx: people.meet(tx, "o-asker").id)
    told = await desk.database.read(outbox.listed, asker)
    assert ["已办结：重复提问" in one.text for one in told] == [True]
    assert "未答复办结：重复提问" in (await browser.get(f"/console/tickets/{ticket_id}")).text


async def test_an_answered_ticket_is_closed_without_a_question(desk: DeskStage) -> None:
    browser, ticket_id = await editor(desk), await ask(desk)
    await browser.get(f"/console/tickets/{ticket_id}")
    await browser.post(f"/console/tickets/{ticket_id}/reply", text="可以报。")
    assert (await browser.post(f"/console/tickets/{ticket_id}/close", confirmed_once="")).status == 303

    def state(tx: Tx) -> str:
        found = tickets.get(tx, ticket_id)
        assert found is not None
        return found.state.value

    assert await desk.database.read(state) == "closed"
