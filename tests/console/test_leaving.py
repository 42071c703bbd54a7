"""取消关注 and 注销: personal data is erased; the firm's or office's stays, and reads as before."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.services.firms.registration import RegistrationCommand, register
from bot.services.people import erasure
from bot.services.people.following import follow
from bot.services.tickets import tickets as ticket_service
from config.texts import Texts
from config.topics import NoticeTopic
from config.workdays import Workdays
from storage.audit import audit
from storage.chat import receipts
from storage.engine.database import Database
from storage.engine.transactions import Actor, Tx
from storage.events import signups
from storage.events.signups import SignupState
from storage.firms import firms, verifications
from storage.notices import outbox
from storage.people import offices, people, roles
from storage.people.roles import RoleGrant, RoleKind
from storage.tickets import tickets
from storage.tickets.tickets import TicketLineKind, TicketState
from tests.console.stage import DeskStage
from tests.conversations.test_events import at_hand, hold

TEXTS = Texts.load()
WAYS = ("unfollow", "erase")
CONTENT = receipts.ReceiptContent("甲某公司", {"size": ("small", "self")}, "digest", {"5.2": "yes"})


def leave(tx: Tx, openid: str, way: str) -> None:
    erasure.leave(tx, openid, TEXTS, way)


def registered(tx: Tx, openid: str, name: str = "甲某公司", *, proven: bool = False) -> int:
    person = people.meet(tx, openid)
    command = RegistrationCommand(
        name,
        None,
        None,
        own_word={"size": "small"},
        contact=people.PersonContact("王某", "13800138000"),
        privacy_version="1",
    )
    firm_id = register(tx, person, command, TEXTS)
    if proven:
        verifications.enter(tx, firm_id, f"9132{firm_id:014d}", "code")
    return firm_id


def joined(tx: Tx, openid: str, firm_id: int) -> int:
    person_id = people.meet(tx, openid).id
    people.join_firm(tx, person_id, firm_id)
    return person_id


def open_event(tx: Tx, seats: int) -> int:
    later = tx.now + timedelta(days=9)
    return hold(
        tx,
        at_hand(
            signup_from=tx.now - timedelta(hours=1),
            signup_until=tx.now + timedelta(days=3),
            starts=later,
            ends=later + timedelta(hours=2),
            slots=(later,),
            seats=seats,
        ),
    )


def asked(tx: Tx, openid: str, words: str = "算力券去哪里领") -> int:
    return ticket_service.open_or_add(tx, people.meet(tx, openid), "", words, Workdays.load())[0].id


@pytest.mark.parametrize("way", WAYS)
async def test_what_is_under_way_for_a_firm_goes_over_to_a_colleague_however_one_leaves(
    desk: DeskStage, way: str
) -> None:
    def play(tx: Tx) -> tuple[int, int, int, int]:
        firm_id = registered(tx, "o-ann")
        heir, ann = joined(tx, "o-bob", firm_id), people.meet(tx, "o-ann").id
        ticket_id = asked(tx, "o-ann")
        receipts.add(tx, "ABCD2345", ann, firm_id, CONTENT)
        event_id = open_event(tx, seats=5)
        signups.put(tx, event_id, firm_id, ann, SignupState.IN)
        leave(tx, "o-ann", way)
        return firm_id, heir, ticket_id, event_id

    firm_id, heir, ticket_id, event_id = await desk.database.write(play)

    def left(tx: Tx) -> None:
        assert people.find(tx, "o-ann") is None
        assert "王某" not in repr(tx.execute(text("SELECT * FROM person")).all())
        ticket, receipt = tickets.get(tx, ticket_id), receipts.find(tx, "ABCD2345")
        assert ticket is not None
        assert (ticket.person_id, ticket.state) == (heir, TicketState.OPEN)
        assert [line.text for line in tickets.lines(tx, ticket_id)] == ["算力券去哪里领"]
        assert receipt is not None
        assert receipt.firm_id == firm_id
        place = signups.find(tx, event_id, firm_id)
        assert place is not None
        assert (place.person_id, place.state) == (heir, SignupState.IN)
        assert firms.facts(tx, firm_id)["size"].source == "self"
        assert [one.text for one in outbox.listed(tx, heir)] == [TEXTS("tickets.handed_over", number=ticket_id)]

    await desk.database.read(left)


@pytest.mark.parametrize("way", WAYS)
async def test_the_last_one_of_an_unproven_firm_leaves_its_ticket_and_takes_its_word(desk: DeskStage, way: str) -> None:
    def play(tx: Tx) -> tuple[int, int]:
        firm_id = registered(tx, "o-ann")
        receipts.add(tx, "ABCD2345", people.meet(tx, "o-ann").id, firm_id, CONTENT)
        ticket_id = asked(tx, "o-ann")
        leave(tx, "o-ann", way)
        return firm_id, ticket_id

    firm_id, ticket_id = await desk.database.write(play)
    assert (await desk.database.read(firms.facts, firm_id)).get("size") is None
    assert await desk.database.read(receipts.find, "ABCD2345") is not None
    browser = await desk.official(RoleKind.EDITOR)
    page = (await browser.get(f"/console/tickets/{ticket_id}")).text
    for words in ("算力券去哪里领", "甲某公司", "提问人已离开", "待答复", "企业现在没有联系人"):
        assert words in page
    assert "下次来访时告知" not in page
    assert (await browser.post(f"/console/tickets/{ticket_id}/reply", text="到市局领")).status == 303
    assert "到市局领" in (await browser.get(f"/console/tickets/{ticket_id}")).text


async def test_an_answer_reaches_whoever_speaks_for_the_firm_when_it_is_given(desk: DeskStage) -> None:
    def play(tx: Tx) -> tuple[int, int, int]:
        firm_id = registered(tx, "o-ann", proven=True)
        ticket_id = asked(tx, "o-ann")
        leave(tx, "o-ann", "unfollow")
        stranger = people.meet(tx, "o-stranger").id
        return ticket_id, stranger, joined(tx, "o-new", firm_id)

    ticket_id, stranger, newcomer = await desk.database.write(play)
    browser = await desk.official(RoleKind.EDITOR)
    await browser.get(f"/console/tickets/{ticket_id}")
    await browser.post(f"/console/tickets/{ticket_id}/reply", text="到市局领")
    assert "到市局领" in (await desk.database.read(outbox.listed, newcomer))[0].text
    assert await desk.database.read(outbox.listed, stranger) == []


@pytest.mark.parametrize("way", WAYS)
async def test_of_a_ticket_of_ones_own_the_officials_side_stays_as_a_shell(desk: DeskStage, way: str) -> None:
    ticket_id = await desk.database.write(asked, "o-ann", "我叫郭女士电话13812345678")
    browser = await desk.official(RoleKind.EDITOR)
    await browser.get(f"/console/tickets/{ticket_id}")
    await browser.post(f"/console/tickets/{ticket_id}/reply", text="请来窗口")
    await desk.database.write(leave, "o-ann", way)
    page = await browser.get(f"/console/tickets/{ticket_id}")
    assert page.status == 200
    for words in ("提问人已离开", "请来窗口", "某人"):
        assert words in page.text
    assert "郭女士" not in page.text
    assert "（提问人已离开）" in (await browser.get("/console/tickets?state=all")).text
    lines = await desk.database.read(tickets.lines, ticket_id)
    assert {line.kind for line in lines} == {TicketLineKind.REPLY}


async def test_an_unanswered_one_waits_for_nobody_any_more(desk: DeskStage) -> None:
    ticket_id = await desk.database.write(asked, "o-ann")
    await desk.database.write(leave, "o-ann", "unfollow")
    ticket = await desk.database.read(tickets.get, ticket_id)
    assert ticket is not None
    assert (ticket.state, ticket.person_id) == (TicketState.CLOSED, None)


def _approved(tx: Tx, person_id: int) -> None:
    audit.record(tx, "approve", "broadcast:1", by=Actor(f"person:{person_id}", "console"))


@pytest.mark.parametrize("way", WAYS)
async def test_who_held_an_office_is_still_read_by_name_and_can_do_nothing(desk: DeskStage, way: str) -> None:
    grant = RoleGrant(RoleKind.APPROVER, "陈审批", date(2026, 1, 1), agency="市工信局")
    person_id = await desk.person("o-chen", grant)
    browser = await desk.inside(person_id)
    ticket_id = await desk.database.write(asked, "o-ann")
    await browser.get(f"/console/tickets/{ticket_id}")
    await browser.post(f"/console/tickets/{ticket_id}/reply", text="请来窗口")
    await desk.database.write(_approved, person_id)
    await desk.database.write(leave, "o-chen", way)
    assert (await browser.get("/console")).location == "/console/enter"
    assert await desk.database.read(lambda tx: roles.held_on(tx, person_id, tx.now.date())) == ()
    operator = await desk.official(RoleKind.OPERATOR)
    audited = (await operator.get("/console/audit?role=approver")).text
    assert "陈审批" in audited
    assert "陈审批" in (await operator.get(f"/console/tickets/{ticket_id}")).text
    register_ = (await operator.get("/console/roles")).text
    assert "任职登记" in register_
    assert "陈审批" in register_.split("任职登记")[1]
    came_back = await desk.database.write(people.meet, "o-chen")
    assert came_back.id != person_id
    assert await desk.database.read(lambda tx: roles.held_on(tx, came_back.id, tx.now.date())) == ()


async def test_a_stand_in_ends_with_the_one_who_left_and_both_stay_in_the_register(database: Database) -> None:
    def play(tx: Tx) -> list[offices.Office]:
        chief, other = people.meet(tx, "o-chief").id, people.meet(tx, "o-other").id
        role_id = roles.add(tx, chief, RoleGrant(RoleKind.EDITOR, "正职", date(2026, 1, 1), agency="市局"))
        roles.add(tx, other, RoleGrant(RoleKind.EDITOR, "代理", date(2026, 1, 1), agency="市局", stands_in_for=role_id))
        leave(tx, "o-chief", "unfollow")
        assert roles.held_on(tx, other, tx.now.date()) == ()
        assert roles.names(tx, {chief, other}) == {chief: "正职", other: "代理"}
        return offices.listed(tx)

    assert [(one.name, one.valid_until is not None) for one in await database.write(play)] == [
        ("代理", True),
        ("正职", True),
    ]


@pytest.mark.parametrize("change", ["UPDATE office SET kind = 'operator'", "DELETE FROM office"])
async def test_the_register_of_office_cannot_be_changed(database: Database, change: str) -> None:
    def give(tx: Tx) -> None:
        roles.add(
            tx, people.meet(tx, "o-chen").id, RoleGrant(RoleKind.EDITOR, "陈编辑", date(2026, 1, 1), agency="市局")
        )

    await database.write(give)
    with pytest.raises(DBAPIError, match="append-only"):
        await database.write(lambda tx: tx.execute(text(change)))
    assert len(await database.read(offices.listed)) == 1


async def test_a_firms_own_people_hold_no_office(database: Database) -> None:
    def play(tx: Tx) -> list[offices.Office]:
        firm_id = registered(tx, "o-ann")
        roles.add(
            tx, people.meet(tx, "o-ann").id, RoleGrant(RoleKind.FIRM_ADMIN, "王某", date(2026, 1, 1), firm_id=firm_id)
        )
        leave(tx, "o-ann", "unfollow")
        return offices.listed(tx)

    assert await database.write(play) == []


GONE: tuple[Callable[[Tx, int], None], ...] = (
    lambda tx, person_id: leave(tx, "o-ann", "unfollow"),
    lambda tx, person_id: leave(tx, "o-ann", "erase"),
    lambda tx, person_id: registered_again(tx),
)


def registered_again(tx: Tx) -> None:
    registered(tx, "o-ann", "丙某公司")


@pytest.mark.parametrize("go", GONE)
async def test_what_was_planned_for_the_firm_and_is_unsent_goes_to_its_other_people(
    database: Database, go: Callable[[Tx, int], None]
) -> None:
    def play(tx: Tx) -> tuple[list[str], int]:
        firm_id = registered(tx, "o-ann")
        ann, heir = people.meet(tx, "o-ann").id, joined(tx, "o-bob", firm_id)
        outbox.plan(tx, key="challenge:1:x", person_id=ann, topic=NoticeTopic.CHALLENGE, text="为企业", firm_id=firm_id)
        outbox.plan(tx, key="own:1", person_id=ann, topic=NoticeTopic.REMINDER, text="为自己")
        go(tx, ann)
        again = people.find(tx, "o-ann")
        mine = [] if again is None else [one.text for one in outbox.listed(tx, again.id)]
        assert "为企业" not in mine
        return [one.text for one in outbox.listed(tx, heir)], len(mine)

    heard, _ = await database.write(play)
    assert heard == ["为企业"]


async def test_a_late_repeat_of_an_unfollow_erases_nobody_who_has_followed_again(database: Database) -> None:
    def play(tx: Tx) -> None:
        follow(tx, "o-ann", 100)
        erasure.unfollow(tx, "o-ann", TEXTS, 105)
        assert people.find(tx, "o-ann") is None
        follow(tx, "o-ann", 110)
        registered(tx, "o-ann")
        erasure.unfollow(tx, "o-ann", TEXTS, 105)
        assert people.find(tx, "o-ann") is not None
        follow(tx, "o-ann", 120)
        erasure.unfollow(tx, "o-ann", TEXTS, 115)
        known = people.find(tx, "o-ann")
        assert known is not None
        assert known.firm_id is not None
        erasure.unfollow(tx, "o-ann", TEXTS, 120)
        assert people.find(tx, "o-ann") is None

    await database.write(play)
