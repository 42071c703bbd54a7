"""Batch actions: confirmed, done one by one, each audited; one failure does not affect the others."""

import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from bot.services.firms import verification as verification_service
from bot.services.policy import unanswered_questions
from bot.services.tickets import tickets as ticket_service
from config.workdays import Workdays
from matchmaking.names import credit_code
from storage.audit import audit
from storage.audit.audit import AUDIT
from storage.engine.transactions import Tx
from storage.firms import firms, licence_reviews, verifications
from storage.firms.licence_reviews import LicenceReviewState
from storage.notices import outbox
from storage.people import people
from storage.people.roles import RoleGrant, RoleKind
from storage.policy import unanswered_questions as stored_unanswered_questions
from storage.roster import roster
from storage.tickets import canned_answers, contacts, tickets
from storage.tickets.contacts import AgencyContact
from tests.console.stage import Browser, DeskStage

BODY = "91320102MA000000"


def code(number: int) -> str:
    """Return a valid code of no firm."""
    body = f"{BODY}{number}"
    return body + credit_code.check_character(body)


def acts(tx: Tx, action: str) -> list[str]:
    return list(tx.execute(select(AUDIT.c.subject).where(AUDIT.c.action == action).order_by(AUDIT.c.id)).scalars())


def ask(tx: Tx, area: str, number: int) -> int:
    person = people.meet(tx, f"o-asker-{number}")
    return ticket_service.open_or_add(tx, person, area, f"<b>问题{number}</b>", Workdays.load())[0].id


def state(tx: Tx, ticket_id: int) -> str:
    found = tickets.get(tx, ticket_id)
    assert found is not None
    return found.state.value


async def worker(desk: DeskStage, area: str | None = "江宁") -> Browser:
    browser = await desk.official(RoleKind.EDITOR, area, "江宁区工信局")
    await browser.get("/console/tickets")
    return browser


async def test_nothing_happens_before_the_second_look_and_then_each_ticket_leaves_its_own_trace(
    desk: DeskStage,
) -> None:
    ids = [await desk.database.write(ask, "江宁", number) for number in range(3)]
    await desk.database.write(canned_answers.add, None, "口径", "以通知为准", 1)
    browser = await worker(desk)
    look = await browser.post("/console/tickets/batch", id=ids[:2], do="close", canned=1)
    assert "将对 2 件工单：答复“以通知为准”并办结" in look.text
    assert "&lt;b&gt;问题0" in look.text
    assert [await desk.database.read(state, one) for one in ids] == ["open"] * 3
    done = await browser.post("/console/tickets/batch", id=ids[:2], do="close", canned=1, sure=1)
    assert "2 件工单已完成" in done.text
    assert [await desk.database.read(state, one) for one in ids] == ["closed", "closed", "open"]
    for action in ("ticket.reply", "ticket.close"):
        assert await desk.database.read(acts, action) == [f"ticket:{one}" for one in ids[:2]]


async def test_one_that_cannot_be_done_leaves_the_others_done_and_says_why(desk: DeskStage) -> None:
    ids = [await desk.database.write(ask, "江宁", number) for number in range(3)]
    await desk.database.write(canned_answers.add, None, "口径", "以通知为准", 1)
    browser = await worker(desk)
    await browser.get(f"/console/tickets/{ids[1]}")
    await browser.post(f"/console/tickets/{ids[1]}/close", reason="重复")
    done = await browser.post("/console/tickets/batch", id=ids, do="close", canned=1, sure=1)
    assert "2 件工单已完成，1 件工单没有做" in done.text
    assert "这个工单已办结" in done.text
    assert await desk.database.read(acts, "ticket.reply") == [f"ticket:{ids[0]}", f"ticket:{ids[2]}"]


async def test_what_lies_elsewhere_is_neither_shown_nor_touched(desk: DeskStage) -> None:
    mine, other = await desk.database.write(ask, "江宁", 1), await desk.database.write(ask, "六合", 2)
    browser = await worker(desk)
    look = await browser.post("/console/tickets/batch", id=[mine, other, 999], do="assign", assignee="")
    assert "将对 1 件工单：分派给我自己" in look.text
    assert "另有 2 件工单已不在列表里" in look.text
    assert "问题2" not in look.text
    await browser.post("/console/tickets/batch", id=[mine, other, 999], do="assign", assignee="", sure=1)
    assert await desk.database.read(acts, "ticket.assign") == [f"ticket:{mine}"]


async def test_tickets_go_to_a_colleague_or_to_another_place_together(desk: DeskStage) -> None:
    ids = [await desk.database.write(ask, "江宁", number) for number in range(2)]
    mate = await desk.person("o-mate", RoleGrant(RoleKind.EDITOR, "丁一", date.min, agency="江宁区工信局", area="江宁"))
    far = await desk.person("o-far", RoleGrant(RoleKind.EDITOR, "丁二", date.min, agency="六合区工信局", area="六合"))
    browser = await worker(desk)
    await browser.post("/console/tickets/batch", id=ids, do="assign", assignee=mate, sure=1)
    found = [await desk.database.read(tickets.get, one) for one in ids]
    assert {one.assignee for one in found if one} == {mate}
    refused = await browser.post("/console/tickets/batch", id=ids, do="assign", assignee=far, sure=1)
    assert refused.text.count("不归所选的人办") == 2
    look = await browser.post("/console/tickets/batch", id=ids, do="move", place="六合区工信局|六合", days=3, why="转")
    assert "转给六合区工信局，3 个工作日内答复" in look.text
    await browser.post("/console/tickets/batch", id=ids, do="move", place="六合区工信局|六合", days=3, why="转", sure=1)
    assert await desk.database.read(acts, "ticket.move") == [f"ticket:{one}" for one in ids]
    assert "共 0 件" in (await browser.get("/console/tickets")).text


@pytest.mark.parametrize(
    "fields",
    [{"do": "close"}, {"id": [1], "do": "burn"}, {"id": [1], "do": "move"}, {"id": list(range(201)), "do": "assign"}],
    ids=["none ticked", "unknown act", "no place", "too many"],
)
async def test_a_form_that_makes_no_sense_is_refused(desk: DeskStage, fields: dict[str, Any]) -> None:
    await desk.database.write(ask, "江宁", 1)
    browser = await worker(desk)
    assert (await browser.post("/console/tickets/batch", **fields)).status == 422
    assert (await browser.post("/console/tickets/batch", csrf="x", id=[1], do="assign")).status == 403


def licence(tx: Tx, name: str, own: str, listed: str | None = None, district: str = "秦淮") -> int:
    """Return a request with its picture; `listed`: the roster's name for the code."""
    if listed is not None:
        roster.add(tx, name=listed, credit_code=own, district="秦淮")
    firm_id = firms.add(tx, name=name, credit_code=own)
    firms.save_facts(tx, firm_id, {"district": district}, "self")
    person_id = people.meet(tx, f"o-{own}").id
    people.join_firm(tx, person_id, firm_id)
    request_id = licence_reviews.add(tx, firm_id, person_id, "media")
    assert licence_reviews.save_picture(tx, request_id, b"\xff\xd8\xff")
    return request_id


def standing(tx: Tx, request_id: int) -> LicenceReviewState:
    found = licence_reviews.get(tx, request_id)
    assert found is not None
    return found.state


async def test_licences_that_match_the_roster_pass_together_once_each_picture_was_seen(desk: DeskStage) -> None:
    exact = await desk.database.write(licence, "南京甲有限公司", code(1), "南京甲有限公司")
    renamed = await desk.database.write(licence, "南京乙有限公司", code(2), "南京丙有限公司")
    unlisted = await desk.database.write(licence, "南京丁有限公司", code(3))
    unseen = await desk.database.write(licence, "南京戊有限公司", code(7), "南京戊有限公司")
    browser = await desk.official(RoleKind.APPROVER, "秦淮")
    assert (await browser.get("/console/proofs")).text.count("与名录一致") == 2 + 1, "two rows and the batch's word"
    chosen = [exact, renamed, unlisted, unseen]
    look = (await browser.post("/console/proofs/batch", id=chosen, do="approve")).text
    assert "将对 4 件：核验通过" in look
    for request_id in chosen:
        assert f'src="/console/proofs/{request_id}/picture"' in look
        if request_id != unseen:
            await browser.get(f"/console/proofs/{request_id}/picture")
    done = (await browser.post("/console/proofs/batch", id=chosen, do="approve", sure=1)).text
    assert "1 件已完成，3 件没有做" in done
    assert done.count("与名录不完全一致") == 2
    assert "还没有看过这一张照片" in done
    states = [await desk.database.read(standing, one) for one in chosen]
    assert states == [
        LicenceReviewState.APPROVED,
        LicenceReviewState.WAITING,
        LicenceReviewState.WAITING,
        LicenceReviewState.WAITING,
    ]
    assert await desk.database.read(verifications.of_code, code(1)) is not None


async def test_a_firm_of_another_district_or_a_code_taken_does_not_match(desk: DeskStage) -> None:
    moved = await desk.database.write(licence, "南京甲有限公司", code(1), "南京甲有限公司", "鼓楼")
    twin = await desk.database.write(licence, "南京己有限公司", code(2), "南京己有限公司")

    def take(tx: Tx) -> None:
        other = firms.add(tx, name="南京己有限公司", credit_code=code(2))
        assert verifications.enter(tx, other, code(2), "code")

    await desk.database.write(take)
    browser = await desk.official(RoleKind.APPROVER, None)
    await browser.get("/console/proofs")
    for request_id in (moved, twin):
        await browser.get(f"/console/proofs/{request_id}/picture")
    done = (await browser.post("/console/proofs/batch", id=[moved, twin], do="approve", sure=1)).text
    assert "0 件已完成，2 件没有做" in done


async def test_licences_are_refused_for_one_reason_that_every_sender_reads(desk: DeskStage) -> None:
    chosen = [await desk.database.write(licence, f"南京{n}有限公司", code(n)) for n in (1, 2)]
    browser = await desk.official(RoleKind.EDITOR, "秦淮")
    await browser.get("/console/proofs")
    assert (await browser.post("/console/proofs/batch", id=chosen, do="refuse", reason="")).status == 422
    await browser.post("/console/proofs/batch", id=chosen, do="refuse", reason="照片看不清，请重拍", sure=1)
    assert [await desk.database.read(standing, one) for one in chosen] == [LicenceReviewState.REFUSED] * 2
    for number in (1, 2):
        person = await desk.database.write(people.meet, f"o-{code(number)}")
        told = await desk.database.read(outbox.listed, person.id)
        assert "照片看不清" in told[0].text
    assert len(await desk.database.read(acts, "refuse_licence")) == 2


async def test_groups_of_questions_are_put_aside_together(desk: DeskStage) -> None:
    def add_questions(tx: Tx) -> None:
        person_id = people.meet(tx, "o-curious").id
        for words in ("今天天气怎么样", "彩票开奖号码", "算力券能不能转让"):
            unanswered_questions.add_question(tx, person_id, words, "")

    await desk.database.write(add_questions)
    browser = await desk.official(RoleKind.EDITOR, None)
    await browser.get("/console/silence")
    waiting = await desk.database.read(stored_unanswered_questions.waiting)
    first = {question.text: question.id for question in waiting}
    chosen = [first["今天天气怎么样"], first["彩票开奖号码"], 999]
    look = (await browser.post("/console/silence/batch", id=chosen)).text
    assert "将对 2 组提问：无意义，删去" in look
    assert "今天天气怎么样（1 次）" in look
    assert len(await desk.database.read(stored_unanswered_questions.waiting)) == 3
    await browser.post("/console/silence/batch", id=chosen, sure=1)
    assert [one.text for one in await desk.database.read(stored_unanswered_questions.waiting)] == ["算力券能不能转让"]
    assert await desk.database.read(audit.count, audit.AuditQuery(action="drop_questions")) == 2


async def test_chosen_firms_of_the_roster_each_get_a_code_that_proves_them_once(desk: DeskStage) -> None:
    def enter(tx: Tx) -> list[int]:
        return [
            roster.add(tx, name=f"南京{number}有限公司", credit_code=code(number), district=district)
            for number, district in enumerate(("秦淮", "秦淮", "六合"), 1)
        ]

    chosen = await desk.database.write(enter)
    browser = await desk.official(RoleKind.EDITOR, "秦淮")
    assert (await browser.get("/console/roster")).text.count('name="id"') == 2
    look = (await browser.post("/console/roster/batch", id=chosen, do="code")).text
    assert "将对 2 家：各生成一个核验码" in look
    assert "南京3有限公司" not in look
    assert await desk.database.read(acts, "give_proof_code") == []
    done = (await browser.post("/console/roster/batch", id=chosen, do="code", sure=1)).text
    codes = re.findall(r"<strong>(.*?)</strong><span class=\"desk-code\">核验 (.{4})-(.{4})<", done)
    assert [name for name, _, _ in codes] == ["南京1有限公司", "南京2有限公司"]
    assert "离开这一页就不再显示" in done
    assert len(await desk.database.read(acts, "give_proof_code")) == 2

    def use(tx: Tx, words: str) -> tuple[verification_service.CodeOutcome, bool]:
        person = people.meet(tx, "o-boss")
        people.join_firm(tx, person.id, firms.add(tx, name="南京2有限公司", credit_code=code(2), roster_id=chosen[1]))
        outcome = verification_service.use_code(tx, people.by_id(tx, person.id), words)
        return outcome, verifications.of_code(tx, code(2)) is not None

    assert await desk.database.write(use, "".join(codes[0][1:])) == (verification_service.CodeOutcome.WRONG, False)
    assert await desk.database.write(use, "".join(codes[1][1:])) == (verification_service.CodeOutcome.PROVEN, True)


async def test_who_proves_no_firms_is_offered_no_codes(desk: DeskStage) -> None:
    browser = await desk.official(RoleKind.AUDITOR)
    assert 'name="id"' not in (await browser.get("/console/roster")).text
    assert (await browser.post("/console/roster/batch", id=[1], do="code", sure=1)).status == 404


async def test_contacts_that_were_rung_through_are_confirmed_together_in_ones_own_area(desk: DeskStage) -> None:
    old = date(2020, 1, 1)

    def enter(tx: Tx) -> list[int]:
        by = people.meet(tx, "o-former").id
        return [
            contacts.add(tx, AgencyContact(about, area, "某局", "某科", "025-00000000", ""), old, by)
            for about, area in (("8.1", "江宁"), ("5.2", "江宁"), ("8.1", "六合"), ("8.1", ""))
        ]

    ids = await desk.database.write(enter)
    browser = await worker(desk)
    assert (await browser.get("/console/contacts")).text.count('form="batch"') == 2
    look = (await browser.post("/console/contacts/batch", id=ids, do="confirm")).text
    assert "将对 2 条：打过电话，仍然正确" in look
    assert "另有 2 条已不在列表里" in look
    await browser.post("/console/contacts/batch", id=ids, do="confirm", sure=1)
    found = [await desk.database.read(contacts.get, one) for one in ids]
    assert [one is not None and one.verified_on > old for one in found] == [True, True, False, False]
    assert len(await desk.database.read(acts, "contact.confirm")) == 2
