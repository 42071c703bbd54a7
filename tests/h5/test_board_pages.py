"""榜单 and 我的揭榜 on a phone: from chat to page, what a firm may do, what nobody can open."""

import re

from storage.people.roles import RoleKind
from tests.bids.stage import BID, a_bidder, bid
from tests.console.challenge_stage import PDF, a_poster, published
from tests.console.stage import DeskStage
from tests.h5.conftest import Cast

RULE = "揭榜对接不是投标，不替代招标采购程序；依法须招标的另行组织"


async def test_the_chat_leads_to_the_challenge_and_to_the_firms_bids(cast: Cast) -> None:
    person = cast.person("o-1")
    for words in ("注册", "云杼传感", "小型", "跳过", "确认", "榜单"):
        await person.say(words)
    page = await person.open("1")
    assert "盾构机主轴承" in page.text
    assert RULE in page.text
    listed = await person.browser.get("/h5/board")
    assert "供水管网暗漏声学定位" in listed.text
    form = await person.browser.get(re.findall(r'"(/h5/board/\d+/bid)"', page.text)[0])
    assert "先核验企业再揭榜" in form.text
    assert "还没有揭过榜" in (await person.open("我的揭榜")).text


async def test_in_plain_mode_the_chat_shows_the_public_page_only(cast: Cast) -> None:
    person = cast.person("o-1")
    await person.say("榜单", secure=False)
    one = await person.say("1", secure=False)
    assert "/h5/" not in one
    assert "/console/board/" in one
    assert "/h5/" not in await person.say("我的揭榜", secure=False)


async def test_what_was_typed_is_still_there_when_something_is_missing(desk: DeskStage) -> None:
    challenge_id, _ = await published(
        desk, await a_poster(desk), await desk.official(RoleKind.APPROVER), sealing="none"
    )
    mine, _, _ = await a_bidder(desk, "甲某科技有限公司")
    await mine.get("/h5/mine")
    page = await mine.post(f"/h5/board/{challenge_id}/bid", **{**BID, "price": ""}, application=("a.pdf", PDF))
    assert page.status == 422
    assert "请填齐" in page.text
    assert BID["solution"] in page.text
    assert 'name="no_equity" value="1" required checked' in page.text


async def test_a_stage_that_is_not_public_is_not_there_and_a_question_needs_a_firm(desk: DeskStage, cast: Cast) -> None:
    official = await desk.official(RoleKind.APPROVER)
    challenge_id, _ = await published(desk, await a_poster(desk), official, sealing="none")
    alone = await desk.on_phone(await desk.person("o-alone"))
    await alone.get("/h5/mine")
    refused = await alone.post(f"/h5/board/{challenge_id}/ask", question="断面多大？")
    assert (refused.status, "先登记企业" in refused.text) == (422, True)
    assert "先登记企业" in await bid(alone, challenge_id)
    assert (await alone.get("/h5/board/999999")).status == 404
    assert (await alone.get("/h5/my-bids/999999")).status == 404
    assert "登记企业后可见" in (await alone.get(f"/h5/board/{challenge_id}")).text
