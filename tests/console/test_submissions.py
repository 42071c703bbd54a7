"""A form sent twice is one act: by double click, reload, two nodes at once, or after a lost answer."""

import asyncio
from datetime import timedelta
from typing import Any

from aiohttp import web
from sqlalchemy import func, select, text

from bot.console.routes import ROUTES
from bot.h5.routes import ROUTES as PAGES
from bot.web.submissions import Submissions
from config.settings import Settings
from storage.engine.database import Database
from storage.engine.field_encryption import FieldCipher
from storage.engine.tables import every_table
from storage.engine.transactions import SERVICE, Tx
from storage.events import events
from storage.people import people, submissions
from storage.people.roles import RoleKind
from storage.policy import agency_questions
from storage.tickets import tickets
from tests.console.forms import everybody, forms_on, pages
from tests.console.stage import Browser, DeskStage, Page, today
from tests.console.test_broadcasts import FORM

EVENT = {
    "kind": "ninggong", "title": "智能制造供需对接会", "place": "会议中心", "area": "", "starts": "2099-03-15T14:00",
    "ends": "2099-03-15T17:00", "signup_from": "2026-01-01T09:00", "signup_until": "2099-03-10T17:00",
    "seats": "20", "quota": "2", "slots": "6", "minutes": "20",
}  # fmt: skip
# Written for every request, whatever it does.
BESIDE = {"submission", "session", "page_session"}
# These end the session; anything sent afterwards leads to login.
OUT = ("/console/sessions/{id}/end", "/console/leave")


def counted(tx: Tx) -> dict[str, int]:
    """Count the rows of every table recording acts."""
    tables = [table for table in every_table() if table.name not in BESIDE]
    return {table.name: tx.execute(select(func.count()).select_from(table)).scalar_one() for table in tables}


async def twice(browser: Browser, path: str, **fields: Any) -> tuple[Page, Page]:
    """Send exactly the same form twice at once."""
    token = browser.token
    first, second = await asyncio.gather(
        browser.post(path, csrf=token, **fields), browser.post(path, csrf=token, **fields)
    )
    return first, second


async def a_ticket(desk: DeskStage) -> int:
    def ask(tx: Tx) -> int:
        person_id = people.meet(tx, "o-asker").id
        ticket_id = tickets.add(tx, person_id, None, "江宁", today(tx))
        tickets.add_line(tx, ticket_id, tickets.TicketLineKind.ASKED, person_id, "补贴怎么报？")
        return ticket_id

    return await desk.database.write(ask)


async def test_a_reply_clicked_twice_is_one_message(desk: DeskStage) -> None:
    ticket_id = await a_ticket(desk)
    official = await desk.official(RoleKind.EDITOR)
    await official.get(f"/console/tickets/{ticket_id}")
    pages_seen = await twice(official, f"/console/tickets/{ticket_id}/reply", text="四月起受理。")
    assert [page.location for page in pages_seen] == [f"/console/tickets/{ticket_id}"] * 2
    lines = await desk.database.read(tickets.lines, ticket_id)
    assert [line.text for line in lines] == ["补贴怎么报？", "四月起受理。"]
    assert (await desk.database.read(counted))["outbox"] == 1


async def test_an_event_a_contact_and_a_broadcast_entered_twice_are_one_each(desk: DeskStage) -> None:
    official = await desk.official(RoleKind.EDITOR)
    contact = {"about": "8.1", "area": "", "unit": "市工信局", "office": "", "phone": "025-12345678", "hours": "全天"}
    forms = {
        "/console/events": ("/console/events", EVENT, "matchmaking_event"),
        "/console/contacts": ("/console/contacts", contact, "agency_contact"),
        "/console/broadcasts/new": ("/console/broadcasts", {**FORM, "scope": "|市工信局"}, "broadcast"),
    }
    for page, (path, fields, table) in forms.items():
        before = (await desk.database.read(counted))[table]
        await official.get(page)
        first, second = await twice(official, path, **fields)
        assert (first.status, first.location) == (second.status, second.location) == (303, first.location), path
        later = await official.post(path, csrf=official.token, **fields)
        assert (later.status, later.location) == (first.status, first.location)
        assert (await desk.database.read(counted))[table] == before + 1, path


async def test_every_form_sent_again_gets_the_first_answer_and_changes_nothing(desk: DeskStage) -> None:
    browsers, things = await everybody(desk)
    done, acted = set(), set()
    for page in pages(things):
        async for one in forms_on(browsers[0], page):
            if one.route in done or one.route in OUT:
                continue
            done.add(one.route)
            await one.browser.get(page)
            token = one.browser.token
            before = await desk.database.read(counted)
            sent = one.right()
            first = await one.browser.post(one.path, csrf=token, **sent)
            after = await desk.database.read(counted)
            again = await one.browser.post(one.path, csrf=token, **sent)
            assert await desk.database.read(counted) == after, one.route
            if after != before:
                acted.add(one.route)
                assert (again.status, again.location, again.text) == (first.status, first.location, first.text)
    assert len(acted) > 20, acted


async def test_a_code_that_is_shown_once_is_shown_to_a_double_click_and_kept_from_the_store(desk: DeskStage) -> None:
    operator = await desk.official(RoleKind.OPERATOR)
    await operator.get("/console/roles")
    first, second = await twice(operator, "/console/roles", kind="auditor", name="某某", agency="市审计局", area="")
    assert first.status == 200
    assert first.text == second.text

    def outcomes(tx: Tx) -> list[bytes]:
        return [row.outcome for row in tx.execute(select(submissions.SUBMISSIONS.c.outcome))]

    assert all(outcome and "邀请".encode() not in outcome for outcome in await desk.database.read(outcomes))


async def test_the_same_form_with_other_words_is_no_repeat_and_loses_no_word(desk: DeskStage) -> None:
    ticket_id = await a_ticket(desk)
    official = await desk.official(RoleKind.EDITOR)
    await official.get(f"/console/tickets/{ticket_id}")
    token, path = official.token, f"/console/tickets/{ticket_id}/reply"
    assert (await official.post(path, csrf=token, text="四月起受理。")).status == 303
    page = await official.post(path, csrf=token, text="更正：五月起受理。")
    assert page.status == 422
    assert "刚才已经提交过一次" in page.text
    assert "更正：五月起受理。" in page.text
    assert len(await desk.database.read(tickets.lines, ticket_id)) == 2
    assert (await official.post(path, text="更正：五月起受理。")).status == 303
    assert len(await desk.database.read(tickets.lines, ticket_id)) == 3


async def test_an_answer_that_was_lost_with_its_node_is_not_worked_out_again(desk: DeskStage) -> None:
    ticket_id = await a_ticket(desk)
    official = await desk.official(RoleKind.EDITOR)
    await official.get(f"/console/tickets/{ticket_id}")
    token, path = official.token, f"/console/tickets/{ticket_id}/reply"
    await official.post(path, csrf=token, text="四月起受理。")
    # As if the node died between the act and its answer.
    await desk.database.write(lambda tx: tx.execute(text("UPDATE submission SET outcome = NULL")))
    page = await official.post(path, csrf=token, text="四月起受理。")
    assert page.status == 422
    assert "没有重复办理" in page.text
    assert len(await desk.database.read(tickets.lines, ticket_id)) == 2


async def test_a_refused_form_is_no_act_and_may_be_sent_again(desk: DeskStage) -> None:
    official = await desk.official(RoleKind.EDITOR)
    await official.get("/console/events")
    wrong = {**EVENT, "ends": EVENT["signup_from"]}
    for _ in range(2):
        assert (await official.post("/console/events", **wrong)).status == 422
    assert await desk.database.read(lambda tx: tx.execute(select(submissions.SUBMISSIONS)).all()) == []
    assert (await official.post("/console/events", **EVENT)).status == 303
    assert [event.title for event in await desk.database.read(events.latest, None, 9)].count(EVENT["title"]) == 1


async def test_rows_go_after_a_day(desk: DeskStage) -> None:
    official = await desk.official(RoleKind.EDITOR)
    await official.get("/console/events")
    assert (await official.post("/console/events", **EVENT)).status == 303
    desk.ahead(timedelta(hours=23))
    await desk.database.write(submissions.tidy)
    left = await desk.database.read(lambda tx: len(tx.execute(select(submissions.SUBMISSIONS)).all()))
    desk.ahead(timedelta(hours=2))
    await desk.database.write(submissions.tidy)
    gone = await desk.database.read(lambda tx: len(tx.execute(select(submissions.SUBMISSIONS)).all()))
    assert (left, gone) == (1, 0)


async def test_two_nodes_that_get_one_form_at_once_carry_it_out_once(
    desk: DeskStage, desk_settings: Settings, database_url: str
) -> None:
    key = desk_settings.key_bytes()
    # An SQLite database has one serving process: there the nodes share it, each with its own locks.
    other = desk.database if database_url.startswith("sqlite") else Database.open(database_url, key=key, actor=SERVICE)
    both = asyncio.Barrier(2)

    async def enter(database: Database) -> web.Response:
        # Each has now seen that the form is not processed yet.
        await both.wait()
        number = await database.write(agency_questions.add, "一件事", "")
        return web.Response(status=303, headers={"Location": f"/console/silence/{number}"})

    before = await desk.database.read(counted)
    nodes = [Submissions(database, FieldCipher(key)) for database in (desk.database, other)]
    form = {"csrf": "0" * 64, "title": "一件事"}
    answers = await asyncio.gather(*(node.run("/console/silence", form, enter) for node in nodes))
    after = await desk.database.read(counted)
    if other is not desk.database:
        await other.close()
    assert after["agency_question"] == before["agency_question"] + 1
    assert len({answer.headers["Location"] for answer in answers}) == 1


def test_only_these_forms_may_run_twice() -> None:
    repeatable = {
        (home, route.path)
        for home, routes in (("/console", ROUTES), ("/h5", PAGES))
        for route in routes
        if getattr(route, "repeatable", False)
    }
    assert repeatable == {
        # Reads pasted text, saves nothing.
        ("/console", "/challenges/read"),
        # File downloads.
        ("/h5", "/mine/export"),
        ("/h5", "/calendar/file"),
        # A draft replaces the last one; bids and withdrawals handle repeats themselves.
        ("/h5", "/board/{id}/draft"),
        ("/h5", "/board/{id}/bid"),
        ("/h5", "/my-bids/{id}/withdraw"),
    }
