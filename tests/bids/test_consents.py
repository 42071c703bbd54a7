"""An unnamed poster: names are disclosed only after both sides consent; what the archive shows and when."""

import io
import json
import zipfile
from datetime import timedelta

from storage.challenges import records
from storage.people.roles import RoleKind
from tests.bids.stage import a_bidder, act, bid, told
from tests.console.challenge_stage import FIELDS, Poster, a_poster, published
from tests.console.stage import Browser, DeskStage

POSTER = "南京某某集团有限公司"
BIDDER = "甲某科技有限公司"


async def say(browser: Browser, challenge_id: int, yes: int = 1) -> int:
    await browser.get("/h5/mine")
    act = "consent" if yes else "consent/take-back"
    return (await browser.post(f"/h5/board/{challenge_id}/{act}")).status


async def archived(desk: DeskStage, who: Poster, challenge_id: int) -> list[dict[str, object]]:
    async with who.poster._session.get(f"{desk.base}/console/challenges/{challenge_id}/archive") as response:
        with zipfile.ZipFile(io.BytesIO(await response.read())) as archive:
            found: list[dict[str, object]] = json.loads(archive.read("record.json"))
            return found


async def test_names_open_when_both_have_said_yes(desk: DeskStage) -> None:
    who, official = await a_poster(desk), await desk.official(RoleKind.APPROVER)
    challenge_id, _ = await published(desk, who, official, sealing="none", named="0")
    mine, _, person_id = await a_bidder(desk, BIDDER)
    other, _, _ = await a_bidder(desk, "乙某装备有限公司")
    page, review = f"/h5/board/{challenge_id}", f"/console/challenges/{challenge_id}/review"
    assert POSTER not in (await mine.get(page)).text
    assert await say(mine, challenge_id) == 303
    assert await say(mine, challenge_id) == 303, "twice is once"
    shown = (await mine.get(page)).text
    assert ("等发榜方答复" in shown, POSTER in shown, FIELDS["contact"] in shown) == (True, False, False)
    assert "愿意互相公开名称" in await told(desk, who.people[0])
    shown = (await who.poster.get(review)).text
    assert ("一家已核验的企业" in shown, BIDDER in shown) == (True, False)
    assert [one["firm"] for one in await archived(desk, who, challenge_id) if one["kind"] == "consent"] == [""]
    pair = shown.split('name="pair" value="')[1].split('"')[0]
    await act(who.poster, challenge_id, "agree", pair=pair)
    assert BIDDER in (await who.poster.get(review)).text
    assert "双方都同意" in await told(desk, person_id)
    shown = (await mine.get(page)).text
    assert (POSTER in shown, FIELDS["contact"] in shown) == (True, True)
    assert POSTER not in (await other.get(page)).text, "what opened between two is shut for a third"
    assert POSTER not in (await desk.browser().get(f"/console/board/{challenge_id}")).text
    assert await say(mine, challenge_id, 0) == 422, "what is open stays open"
    kept = await desk.database.read(records.listed, challenge_id, "consent")
    assert [(one.data["side"], one.person_id) for one in kept] == [("firm", person_id), ("poster", who.people[0])]
    assert [one["firm"] for one in await archived(desk, who, challenge_id) if one["kind"] == "consent"] == [BIDDER] * 2


async def test_a_yes_can_be_taken_back_until_the_other_side_has_said_it(desk: DeskStage) -> None:
    who, official = await a_poster(desk), await desk.official(RoleKind.APPROVER)
    challenge_id, _ = await published(desk, who, official, sealing="none", named="0")
    mine, _, _ = await a_bidder(desk, BIDDER)
    review = f"/console/challenges/{challenge_id}/review"
    await say(mine, challenge_id)
    pair = (await who.poster.get(review)).text.split('name="pair" value="')[1].split('"')[0]
    assert await say(mine, challenge_id, 0) == 303
    assert "一家已核验的企业" not in (await who.poster.get(review)).text
    assert (await who.poster.post(f"/console/challenges/{challenge_id}/agree", pair=pair)).status == 422
    assert POSTER not in (await mine.get(f"/h5/board/{challenge_id}")).text


async def test_nobody_unproven_and_no_named_poster_is_asked(desk: DeskStage) -> None:
    who, official = await a_poster(desk), await desk.official(RoleKind.APPROVER)
    hidden, _ = await published(desk, who, official, sealing="none", named="0")
    named, _ = await published(desk, who, official, sealing="none")
    unproven, _, _ = await a_bidder(desk, "丁某有限公司", proven=False)
    proven, _, _ = await a_bidder(desk, BIDDER)
    assert await say(unproven, hidden) == 422
    assert await say(proven, named) == 422
    assert await desk.database.read(records.listed, hidden, "consent") == []


async def test_before_the_deadline_the_archive_does_not_tell_who_bids_or_asks(desk: DeskStage) -> None:
    who, official = await a_poster(desk), await desk.official(RoleKind.APPROVER)
    challenge_id, _ = await published(desk, who, official, sealing="none")
    mine, _, _ = await a_bidder(desk, BIDDER)
    await mine.get(f"/h5/board/{challenge_id}")
    await mine.post(f"/h5/board/{challenge_id}/ask", question="断面多大？")
    assert "下载副本" in await bid(mine, challenge_id)
    before = await archived(desk, who, challenge_id)
    assert not [one for one in before if str(one["kind"]).startswith("bid_")]
    assert BIDDER not in json.dumps(before, ensure_ascii=False)
    desk.ahead(timedelta(days=21))
    after = await archived(desk, await who.again(desk), challenge_id)
    assert [one["firm"] for one in after if one["kind"] == "bid_in"] == [BIDDER]
    assert [one["firm"] for one in after if one["kind"] == "question"] == [""]
