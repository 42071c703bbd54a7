"""Form input of an expired session: kept for its author, shown only to them, submitted only by them."""

import asyncio
from datetime import date, timedelta
from html import unescape

import aiohttp
import pytest
from sqlalchemy import select
from yarl import URL

from bot.services.people import login
from storage.engine.transactions import Tx
from storage.events import events
from storage.people import kept_forms, people
from storage.people.roles import RoleGrant, RoleKind
from storage.tickets import contacts
from tests.console.stage import Browser, DeskStage, Page
from tests.console.test_submissions import EVENT

IDLE = timedelta(minutes=31)
CODE = "ABCD2345"
EDITOR = RoleGrant(RoleKind.EDITOR, "某人", date.min, agency="市工信局")


async def come_in(desk: DeskStage, browser: Browser, person_id: int, way: str = "/console/enter") -> Page:
    """Type a code from the chat, on the page one was redirected to."""
    await desk.database.write(login.issue_link, person_id, "L" * 43, CODE)
    asked = unescape((await browser.get(way)).text)
    wanted = asked.split('name="next" value="')[1].split('"')[0] if 'name="next"' in asked else ""
    return await browser.post("/console/enter", code=CODE, next=wanted)


async def test_a_form_sent_after_the_session_is_over_is_there_again_after_entry(desk: DeskStage) -> None:
    person_id = await desk.person("o-1", EDITOR)
    browser = await desk.inside(person_id)
    await browser.get("/console/events")
    desk.ahead(IDLE)
    wrong = {**EVENT, "title": "写了半小时的<对接会>", "area": "江宁", "seats": "三十"}
    page = await browser.post("/console/events", **wrong)
    assert (page.status, page.location) == (303, "/console/enter?kept=1")
    assert "刚才的内容没有提交，但已替您留着" in (await browser.get(page.location)).text
    assert (await come_in(desk, browser, person_id, page.location)).location == "/console/kept"
    shown = await browser.get("/console/kept")
    text = unescape(shown.text)
    assert shown.status == 200
    assert "还没有提交" in text
    assert 'value="写了半小时的<对接会>"' in text
    assert 'value="三十"' in text
    assert '<option value="江宁" selected>' in text or "<option selected>江宁" in text
    assert EVENT["title"] not in text.split("<main")[1].split("</form>")[0]
    assert "写了半小时的<对接会>" not in [event.title for event in await desk.database.read(events.latest, None, 9)]
    # Once submitted it is no longer kept.
    assert (await browser.post("/console/events", **{**wrong, "seats": "30"})).status == 303
    assert (await browser.get("/console/kept")).location == "/console"


async def test_nobody_else_sees_it_and_the_store_cannot_be_read(desk: DeskStage) -> None:
    mine, other = await desk.person("o-1", EDITOR), await desk.person("o-2", EDITOR)
    browser = await desk.inside(mine)
    await browser.get("/console/contacts")
    desk.ahead(IDLE)
    secret = {"about": "8.1", "area": "", "unit": "写了一半的单位", "phone": "025-00000000", "office": "", "hours": ""}
    assert (await browser.post("/console/contacts", **secret)).location == "/console/enter?kept=1"
    assert (await come_in(desk, browser, other)).location == "/console"
    assert (await browser.get("/console/kept")).location == "/console"
    sealed = await desk.database.read(lambda tx: tx.execute(select(kept_forms.KEPT_FORMS.c.sealed)).scalar_one())
    assert "写了一半".encode() not in sealed
    assert (await desk.database.read(contacts.page, contacts.ContactQuery(None, None, "写了一半", None, 1)))[1] == 0
    # Its author finds it from any browser, and may discard it.
    mine_again = await desk.inside(mine)
    assert "写了一半的单位" in (await mine_again.get("/console/kept")).text
    path = "/console/contacts"
    assert (await mine_again.post("/console/kept/drop", path_kept=path)).location == "/console"
    assert (await mine_again.get("/console/kept")).location == "/console"


async def test_it_is_gone_after_a_day_and_with_its_person(desk: DeskStage) -> None:
    person_id = await desk.person("o-1", EDITOR)
    browser = await desk.inside(person_id)
    await browser.get("/console/contacts")
    desk.ahead(IDLE)
    await browser.post("/console/contacts", unit="写了一半的单位")

    def count(tx: Tx) -> int:
        return len(tx.execute(select(kept_forms.KEPT_FORMS)).all())

    desk.ahead(timedelta(hours=23))
    await desk.database.write(kept_forms.tidy)
    assert await desk.database.read(count) == 1
    desk.ahead(timedelta(hours=2))
    await desk.database.write(kept_forms.tidy)
    assert await desk.database.read(count) == 0


@pytest.mark.parametrize("guess", ["guessed", "0" * 64, ""])
async def test_only_our_own_forms_are_kept(desk: DeskStage, guess: str) -> None:
    browser = await desk.inside(await desk.person("o-1", EDITOR))
    await browser.get("/console/contacts")
    desk.ahead(IDLE)
    assert (await browser.post("/console/contacts", csrf=guess, unit="别处来的")).status == 403
    stranger = desk.browser()
    assert (await stranger.post("/console/contacts", csrf=guess, unit="别处来的")).location == "/console/enter"
    assert await desk.database.read(lambda tx: tx.execute(select(kept_forms.KEPT_FORMS)).all()) == []


async def test_a_page_asked_for_from_outside_is_come_to_after_entry(desk: DeskStage) -> None:
    person_id = await desk.person("o-1", EDITOR)
    browser = desk.browser()
    way = (await browser.get("/console/tickets?state=late&page=2")).location
    assert URL(way).query["next"] == "/console/tickets?state=late&page=2"
    assert (await come_in(desk, browser, person_id, way)).location == "/console/tickets?state=late&page=2"


@pytest.mark.parametrize(
    "place",
    [
        "https://evil.example/console",
        "//evil.example",
        "/console//evil.example",
        "/console/../h5",
        "/console\\evil",
        "/consolex",
        "javascript:alert(1)",
        "/console/\r\nX: y",
        "/console/x\ty",
        "/h5/mine",
        "/console/é",
    ],
)
async def test_entry_leads_to_our_own_pages_only(desk: DeskStage, place: str) -> None:
    person_id = await desk.person("o-1", EDITOR)
    browser = desk.browser()
    await desk.database.write(login.issue_link, person_id, "L" * 43, CODE)
    await browser.get("/console/enter")
    assert (await browser.post("/console/enter", code=CODE, next=place)).location == "/console"


async def test_on_the_phone_a_question_outlives_the_visit(desk: DeskStage) -> None:
    person_id = (await desk.database.write(people.meet, "o-phone")).id
    browser = await desk.on_phone(person_id)
    await browser.get("/h5/register")
    desk.ahead(IDLE)
    page = await browser.post("/h5/register", do="send", name="南京写到一半有限公司", staff="二十")
    assert page.status == 404
    assert "已替您留着" in page.text
    again = await desk.on_phone(person_id)
    shown = await again.get("/h5/kept")
    assert "南京写到一半有限公司" in shown.text
    assert "二十" in shown.text
    other = await desk.on_phone((await desk.database.write(people.meet, "o-other")).id)
    assert (await other.get("/h5/kept")).location == "/h5/mine"


async def sent_from(browser: Browser, page: str, path: str, **fields: str) -> Page:
    """Send a form from this page: browsers name the page."""
    data = aiohttp.FormData({"csrf": browser.token, **fields})
    headers = {"Origin": browser.base, "Referer": browser.base + page}
    return await browser._request("POST", path, data=data, headers=headers)


async def test_what_is_sent_from_the_kept_page_and_refused_is_shown_again(desk: DeskStage) -> None:
    person_id = await desk.person("o-1", EDITOR)
    browser = await desk.inside(person_id)
    await browser.get("/console/events")
    wrong = {**EVENT, "title": "写了半小时的对接会", "seats": "三十"}
    desk.ahead(IDLE)
    await sent_from(browser, "/console/events", "/console/events", **wrong)
    await come_in(desk, browser, person_id)
    await browser.get("/console/kept")
    refused = await sent_from(browser, "/console/kept", "/console/events", **wrong)
    assert refused.status == 422
    assert 'value="写了半小时的对接会"' in refused.text
    # And again after that session expires too.
    await browser.get("/console/kept")
    desk.ahead(IDLE)
    again = await sent_from(browser, "/console/kept", "/console/events", **{**wrong, "title": "又写了一遍的对接会"})
    assert again.location == "/console/enter?kept=1"
    await come_in(desk, browser, person_id)
    shown = await browser.get("/console/kept")
    assert shown.status == 200
    assert 'value="又写了一遍的对接会"' in shown.text


@pytest.mark.parametrize("face", ["desk", "phone"])
async def test_whoever_sends_many_forms_on_a_session_that_is_over_is_slowed_down(desk: DeskStage, face: str) -> None:
    person_id = await desk.person("o-1", EDITOR)
    browser = await (desk.inside(person_id) if face == "desk" else desk.on_phone(person_id))
    page, path = ("/console/events", "/console/contacts") if face == "desk" else ("/h5/register", "/h5/register")
    token = (await browser.get(page)).csrf
    desk.ahead(IDLE)
    sent = (browser.post(path, csrf=token, unit=f"单位{number}", do="send") for number in range(40))
    statuses = [page.status for page in await asyncio.gather(*sent)]
    assert set(statuses) == {303 if face == "desk" else 404, 429}
    assert statuses.count(429) < 20
