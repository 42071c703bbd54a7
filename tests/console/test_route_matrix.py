"""Every route × every role × foreign firm, area and agency: not found, and identical for all."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.console.access import (
    Locator,
    broadcast_place,
    canned_place,
    contact_place,
    detail_place,
    entry_place,
    event_place,
    firm_place,
    import_place,
    matter_place,
    merge_place,
    request_place,
    role_place,
    ticket_place,
    whole_city,
)
from bot.console.routes import ROUTES, ConsoleRoute
from bot.services.roster import imports
from storage.audit import audit
from storage.engine.transactions import Actor, Tx
from storage.events import events
from storage.events.events import MatchmakingEvent
from storage.firms import firms, licence_reviews, merges
from storage.people import people, roles
from storage.people.roles import OF_A_FIRM, RoleGrant, RoleKind
from storage.policy import agency_questions
from storage.roster import roster
from storage.tickets import canned_answers, contacts, tickets
from tests.broadcasts import foreign_broadcast
from tests.console.challenge_foreign import FOREIGN_CHALLENGES
from tests.console.stage import Browser, DeskStage
from tests.details import foreign_detail

HERE, ELSEWHERE = "江宁", "六合"
CANARY = "金丝雀"
ODD_NUMBERS = ("9" * 30, "-1", "1e3", "%27", "١")


def _foreign_role(tx: Tx) -> int:
    person_id = people.meet(tx, "o-foreign").id
    return roles.add(
        tx, person_id, RoleGrant(RoleKind.APPROVER, CANARY, date.min, agency="六合区工信局", area=ELSEWHERE)
    )


def _foreign_entry(tx: Tx) -> int:
    return roster.add(tx, name=f"南京{CANARY}有限公司", credit_code=None, district=ELSEWHERE)


def _foreign_import(tx: Tx) -> int:
    plan = {"rows": [], "lapsed": [], "lapse_from": "2026-01-01"}
    return imports.save(tx, 1, ELSEWHERE, f"{CANARY}.xlsx", 0, plan)


def _foreign_act(tx: Tx) -> int:
    audit.record(tx, "seen", CANARY, by=Actor("system", "cli"))
    return 1


def _foreign_firm(tx: Tx) -> int:
    firm_id = firms.add(tx, name=f"南京{CANARY}有限公司", credit_code=None)
    firms.save_facts(tx, firm_id, {"district": ELSEWHERE}, "self")
    return firm_id


def _foreign_contact(tx: Tx) -> int:
    contact = contacts.AgencyContact("8.1", ELSEWHERE, f"{CANARY}局", "", "12345", "")
    return contacts.add(tx, contact, date(2026, 1, 1), people.meet(tx, "o-foreign").id)


def _foreign_ticket(tx: Tx) -> int:
    person_id = people.meet(tx, "o-foreign").id
    ticket_id = tickets.add(tx, person_id, None, ELSEWHERE, date(2026, 1, 1))
    tickets.add_line(tx, ticket_id, tickets.TicketLineKind.ASKED, person_id, CANARY)
    return ticket_id


def _foreign_canned(tx: Tx) -> int:
    return canned_answers.add(tx, ELSEWHERE, CANARY, CANARY, people.meet(tx, "o-foreign").id)


def _foreign_request(tx: Tx) -> int:
    firm_id, person_id = _foreign_firm(tx), people.meet(tx, "o-foreign").id
    request_id = licence_reviews.add(tx, firm_id, person_id, "media")
    licence_reviews.save_picture(tx, request_id, CANARY.encode())
    return request_id


def _foreign_merge(tx: Tx) -> int:
    return merges.add(tx, _foreign_firm(tx), _foreign_firm(tx), date(2026, 1, 1))


def _foreign_matter(tx: Tx) -> int:
    return agency_questions.add(tx, CANARY, "")


def _foreign_event(tx: Tx) -> int:
    begins = datetime(2099, 1, 5, 6, tzinfo=UTC)
    event = MatchmakingEvent("ninggong", f"{CANARY}对接会", "", "某处", ELSEWHERE, begins, begins + timedelta(hours=2),
                  tx.now, begins, 9, 2, "", (begins,))  # fmt: skip
    return events.add(tx, event)


# For each locator: a thing of another area, with the canary's name.
FOREIGN: dict[Locator, Callable[[Tx], int]] = {
    detail_place: foreign_detail,
    role_place: _foreign_role,
    entry_place: _foreign_entry,
    import_place: _foreign_import,
    event_place: _foreign_event,
    whole_city: _foreign_act,
    firm_place: _foreign_firm,
    contact_place: _foreign_contact,
    ticket_place: _foreign_ticket,
    canned_place: _foreign_canned,
    request_place: _foreign_request,
    merge_place: _foreign_merge,
    matter_place: _foreign_matter,
    broadcast_place: foreign_broadcast,
    **FOREIGN_CHALLENGES,
}
CLOSED = [route for route in ROUTES if not route.policy.anybody]


def case_name(case: object) -> str:
    return f"{case.method} {case.path or '/'}" if isinstance(case, ConsoleRoute) else str(case)


@pytest.fixture
async def foreign(desk: DeskStage) -> dict[Locator, int]:
    return {locator: await desk.database.write(make) for locator, make in FOREIGN.items()}


async def stranger_to_it(desk: DeskStage, kind: RoleKind) -> Browser:
    """Return a person of this kind, with another firm, agency and area."""
    if kind in OF_A_FIRM:

        def enter(tx: Tx) -> int:
            firm_id = firms.add(tx, name="别家企业", credit_code=None)
            person_id = people.meet(tx, f"o-{kind}").id
            if kind == RoleKind.FIRM_MEMBER:
                people.join_firm(tx, person_id, firm_id)
            else:
                roles.add(tx, person_id, RoleGrant(kind, "某人", date.min, firm_id=firm_id))
            return person_id

        return await desk.inside(await desk.database.write(enter))
    return await desk.official(kind, HERE, "江宁区工信局")


async def knock(browser: Browser, route: ConsoleRoute, thing: int) -> tuple[int, str]:
    path = "/console" + re.sub(r"\{\w+\}", str(thing), route.path)
    page = await (browser.get(path) if route.method == "GET" else browser.post(path, csrf="guessed"))
    return page.status, page.text


async def test_the_router_knows_no_address_but_these(desk: DeskStage) -> None:
    served = {
        (route.method, str(route.resource.canonical).removeprefix("/console"))
        for route in desk.app.router.routes()
        if route.resource is not None and route.resource.canonical.startswith("/console") and route.method != "HEAD"
    }
    for part in desk.app._subapps:
        served |= {
            (route.method, route.resource.canonical)
            for route in part.router.routes()
            if route.resource and route.resource.canonical.startswith("/console")
        }
    table = {(route.method, route.path) for route in ROUTES}
    assert {(method, path.removeprefix("/console")) for method, path in served if method != "*"} == table


def test_every_way_of_finding_a_thing_has_a_foreign_one_here() -> None:
    assert {route.policy.of for route in ROUTES if route.policy.of is not None} == set(FOREIGN)


async def test_a_stranger_is_shown_the_door(desk: DeskStage, foreign: dict[Locator, int]) -> None:
    for route in CLOSED:
        thing = 1 if route.policy.of is None else foreign[route.policy.of]
        status, text = await knock(desk.browser(), route, thing)
        assert (status, CANARY in text) == (303, False), case_name(route)


@pytest.mark.parametrize("kind", list(RoleKind), ids=str)
async def test_what_is_not_ones_own_is_not_there(desk: DeskStage, foreign: dict[Locator, int], kind: RoleKind) -> None:
    browser = await stranger_to_it(desk, kind)
    nothing = (await browser.get("/console/no-such-page")).text
    for route in CLOSED:
        policy = route.policy
        if policy.kinds is None:
            continue
        covered = policy.of is None or kind == RoleKind.OPERATOR
        thing = 999_999 if policy.of is None else foreign[policy.of]
        status, text = await knock(browser, route, thing)
        if kind in policy.kinds and covered:
            assert status < 500, case_name(route)
            assert CANARY not in text or kind == RoleKind.OPERATOR, case_name(route)
        else:
            assert (status, text) == (404, nothing), case_name(route)


@pytest.mark.parametrize("kind", list(RoleKind), ids=str)
async def test_a_number_that_nothing_has_is_not_there(desk: DeskStage, kind: RoleKind) -> None:
    browser = await stranger_to_it(desk, kind)
    nothing = (await browser.get("/console/no-such-page")).text
    numbered = [route for route in CLOSED if "{id}" in route.path and route.method == "GET"]
    # Every address meets all of the odd ones, and so does every kind: in turns, not each with each.
    assert len(ODD_NUMBERS) <= len(RoleKind)
    for at, route in enumerate(numbered, list(RoleKind).index(kind)):
        for number in ("0", "999999", ODD_NUMBERS[at % len(ODD_NUMBERS)]):
            page = await browser.get("/console" + route.path.replace("{id}", number))
            assert (page.status, page.text) == (404, nothing), case_name(route)


async def test_foreign_sessions_and_roles_cannot_be_ended_or_handed_on(desk: DeskStage) -> None:
    mine, other = await desk.official(RoleKind.EDITOR), await desk.official(RoleKind.APPROVER)
    listed = (await other.get("/console/sessions")).text
    session_id = listed.split("/console/sessions/")[1].split("/")[0]
    role_id = (await other.get("/console")).text.split("/console/roles/")[1].split("/")[0]
    await mine.get("/console")
    assert (await mine.post(f"/console/sessions/{session_id}/end")).status == 404
    assert (await mine.post(f"/console/roles/{role_id}/stand-in", name="某某", until="2999-01-01")).status == 404
    assert (await other.get("/console")).status == 200
