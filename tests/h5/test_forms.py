"""A form on the phone: sent twice it is one act, refused it keeps the input."""

from html import unescape

from bot.services.people import login
from storage.challenges import records
from storage.people import people
from storage.people.roles import RoleKind
from tests.bids.stage import a_bidder
from tests.console.challenge_stage import a_poster, published
from tests.console.stage import DeskStage
from tests.console.test_submissions import counted, twice
from tests.h5.conftest import desk, desk_settings

__all__ = ["desk", "desk_settings"]


async def test_a_question_sent_twice_is_one_and_a_long_one_is_still_there(desk: DeskStage) -> None:
    who, official = await a_poster(desk), await desk.official(RoleKind.APPROVER)
    challenge_id, _ = await published(desk, who, official, sealing="none", least="1")
    bidder, *_ = await a_bidder(desk, "南京揭榜有限公司")
    path = f"/h5/board/{challenge_id}"
    await bidder.get(path)
    long = "问<b>“" + "长" * 1000
    page = await bidder.post(f"{path}/ask", question=long)
    assert page.status == 422
    assert long in unescape(page.text)
    await bidder.get(path)
    first, second = await twice(bidder, f"{path}/ask", question="可以联合揭榜吗？")
    assert [first.location, second.location] == [f"{path}?asked=1"] * 2
    assert len(await desk.database.read(records.listed, challenge_id, "question")) == 1


async def test_a_registration_sent_twice_is_one_firm(desk: DeskStage) -> None:

    browser = await desk.on_phone((await desk.database.write(people.meet, "o-new")).id)
    page = await browser.get("/h5/register")
    assert page.status == 200
    before = await desk.database.read(counted)
    sent = {
        "do": "send",
        "name": "南京新来的有限公司",
        "for_name": "南京新来的有限公司",
        "entry": "0",
        "firm_before": "",
    }
    first, second = await twice(browser, "/h5/register", **sent)
    assert (first.status, first.location) == (second.status, second.location) == (303, "/h5/mine?done=1")
    after = await desk.database.read(counted)
    assert after["firm"] == before["firm"] + 1


async def test_a_link_tapped_twice_lets_in_once_and_both_answers_lead_in(desk: DeskStage) -> None:

    person_id = (await desk.database.write(people.meet, "o-new")).id
    await desk.database.write(login.issue_page_link, person_id, "mine", "L" * 43)
    browser = desk.browser()
    await browser.get("/h5/in/" + "L" * 43)
    first, second = await twice(browser, "/h5/in/" + "L" * 43)
    assert (first.status, second.status) == (303, 303)
    assert first.headers["Set-Cookie"] == second.headers["Set-Cookie"]
    assert (await browser.get("/h5/mine")).status == 200
