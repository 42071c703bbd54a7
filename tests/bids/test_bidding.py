"""From bids to the archive; what is hidden before the deadline; one millisecond either side of it."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import date, timedelta

import pytest
from docx import Document

from bot.services.challenges import bids as bid_service
from bot.services.people import erasure
from config.errors import AppError, ConflictError, InputError
from storage.challenges import bids, challenges
from storage.challenges.files import ChallengeFile
from storage.engine.transactions import Tx
from storage.people import people
from storage.people.roles import RoleGrant, RoleKind
from tests.bids.stage import CANARY, a_bidder, act, bid, told
from tests.console.challenge_stage import PHRASES, Poster, a_poster, hand_in, published, stage_of
from tests.console.stage import DeskStage


async def test_each_stage_waits_for_what_it_needs_and_an_objection_for_its_reply(desk: DeskStage) -> None:
    who, official = await a_poster(desk), await desk.official(RoleKind.APPROVER)
    challenge_id, printed = await published(desk, who, official)
    first, _, first_id = await a_bidder(desk, "甲某科技有限公司")
    second, _, second_id = await a_bidder(desk, "乙某装备有限公司")
    await first.get(f"/h5/board/{challenge_id}")
    assert (await first.post(f"/h5/board/{challenge_id}/ask", question="隧道最小断面多大？")).status == 303
    review = f"/console/challenges/{challenge_id}/review"
    page = await who.poster.get(review)
    assert "隧道最小断面多大" in page.text
    question = page.text.split('name="question" value="')[1].split('"')[0]
    await act(who.poster, challenge_id, "answer", question=question, answer="4米。")
    assert "有新的答疑" in await told(desk, first_id)
    assert "4米。" in (await desk.browser().get(f"/console/board/{challenge_id}")).text
    receipt = await bid(first, challenge_id, partner_1="丙某研究院有限公司")
    assert CANARY in receipt
    assert "下载副本" in receipt
    page = await who.poster.get(review)
    assert ("达到最少" in page.text, "甲某科技" in page.text) == (False, False)
    assert "下载副本" in await bid(second, challenge_id, price="99万元")
    assert "达到最少" not in (await who.poster.get(review)).text
    await act(who.poster, challenge_id, "amend", what="附图更新一处。")
    assert "第2版" in await told(desk, second_id)
    await act(who.poster, challenge_id, "criteria", criteria="技术 60\n价格 40")
    desk.ahead(timedelta(days=21))
    who = await who.again(desk)
    assert (await hand_in(who.poster, challenge_id, 3, printed)).status == 303
    assert CANARY not in (await who.poster.get(review)).text, "one share opens nothing"
    wrong = await hand_in(who.approver, challenge_id, 1, PHRASES[2])
    assert (wrong.status, "口令不对" in wrong.text) == (422, True)
    assert (await hand_in(who.approver, challenge_id, 1, PHRASES[1])).status == 303
    assert "开启。" in (await who.approver.get(f"/console/challenges/{challenge_id}/openers")).text
    page = await who.poster.get(review)
    assert [text in page.text for text in (CANARY, "丙某研究院", "核对一致", "99万元")] == [True] * 4
    file = page.text.split("/console/bid-files/")[1].split('"')[0]
    assert (await who.poster.get(f"/console/bid-files/{file}")).text.startswith("%PDF")
    moved = await who.poster.post(f"/console/challenges/{challenge_id}/begin-review")
    assert moved.status == 303, moved.text
    found = await desk.database.read(bids.of_challenge, challenge_id)
    await act(who.poster, challenge_id, "reviewers", name="评审一", note="无")
    await act(who.poster, challenge_id, "reviewers", name="评审二", note="原同事", **{f"conflict-{found[1].id}": "1"})
    for one, points in ((found[0], 80), (found[1], 70)):
        fields = {"points-0": str(points), "points-1": "60", "why": "尚可"}
        await act(who.poster, challenge_id, "scores", reviewer="评审一", bid=str(one.id), **fields)
    page = await who.poster.post(
        f"/console/challenges/{challenge_id}/scores",
        reviewer="评审二",
        bid=str(found[1].id),
        **{"points-0": "99", "points-1": "99"},
    )
    assert (page.status, "须回避" in page.text) == (422, True)
    assert "72.0" in (await who.poster.get(review)).text
    page = await who.poster.post(
        f"/console/challenges/{challenge_id}/choose", why="技术好", **{f"bid-{found[0].id}": "1"}
    )
    assert (page.status, "评审纪要" in page.text) == (422, True)
    await act(who.poster, challenge_id, "minutes", text="到会两人，一致同意。")
    await act(who.poster, challenge_id, "choose", why="技术好", **{f"bid-{found[0].id}": "1"})
    until = (await desk.database.read(lambda tx: tx.now)).date() + timedelta(days=5)
    await act(who.approver, challenge_id, "announce", text="拟选甲某。", until=str(until), phone="025-00000009")
    assert "入围" in await told(desk, first_id)
    assert "未入围" in await told(desk, second_id)
    assert "拟选甲某。" in (await desk.browser().get(f"/console/board/{challenge_id}")).text
    await act(who.approver, challenge_id, "objections", by="乙某", text="分数有疑问")
    desk.ahead(timedelta(days=7))
    who = await who.again(desk)
    await who.approver.get(review)
    assert "还有异议没有答复" in (await who.approver.post(f"/console/challenges/{challenge_id}/begin-signing")).text
    objection = (await who.approver.get(review)).text.split('name="objection" value="')[1].split('"')[0]
    await act(who.approver, challenge_id, "objections/answer", objection=objection, text="已复核，无误。")
    await act(who.approver, challenge_id, "begin-signing")
    assert "贵公司中选" in await told(desk, first_id)
    assert "未中选" in await told(desk, second_id)
    contract = {"number": "合2026-1", "sum": "99万元", "day": "2026-12-20", "sme": "乙方为小型企业"}
    await act(who.approver, challenge_id, "contract", **contract, milestones="样机\n定型")
    await act(who.approver, challenge_id, "milestones", number="0")
    assert "还有里程碑没有完成" in (await who.approver.post(f"/console/challenges/{challenge_id}/accept")).text
    await act(who.approver, challenge_id, "milestones", number="1")
    await act(who.approver, challenge_id, "accept")
    assert await stage_of(desk, challenge_id) == "accepted"
    due = (await desk.database.read(lambda tx: tx.now + timedelta(hours=8))).date() + timedelta(days=60)
    assert f"最迟 {due} 付款" in (await who.poster.get(review)).text
    await hold_archive(desk, who, challenge_id)


async def hold_archive(desk: DeskStage, who: Poster, challenge_id: int) -> None:
    async with who.poster._session.get(f"{desk.base}/console/challenges/{challenge_id}/archive") as response:
        body = await response.read()
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        names = archive.namelist()
        record = json.loads(archive.read("record.json"))
        index = Document(io.BytesIO(archive.read("index.docx")))
        assert CANARY in archive.read("bids.json").decode()
    kinds = {one["kind"] for one in record}
    wanted = "step secrecy key question answer amendment bid_in criteria opening reviewer score minutes choice notice"
    assert set(wanted.split()) | {"objection", "objection_reply", "contract", "milestone", "acceptance"} <= kinds
    assert len([name for name in names if name.startswith("files/")]) == 4
    hashes = [row.cells[2].text for row in index.tables[0].rows]
    assert len(hashes) == len(names) - 1
    assert all(len(one) == 64 for one in hashes)


async def test_one_millisecond_decides(desk: DeskStage) -> None:
    who, official = await a_poster(desk), await desk.official(RoleKind.APPROVER)
    challenge_id, _ = await published(desk, who, official, sealing="none")
    mine, firm_id, person_id = await a_bidder(desk, "甲某科技有限公司")
    assert "下载副本" in await bid(mine, challenge_id)

    def at(tx: Tx, milliseconds: int) -> str:
        found = challenges.get(tx, challenge_id)
        assert found is not None
        assert found.deadline is not None
        moment = replace(tx, now=found.deadline + timedelta(milliseconds=milliseconds))
        (one,) = bids.of_challenge(tx, challenge_id)
        files = [(ChallengeFile(9, challenge_id, one.id, "application", "a.pdf", "pdf", 1, "0" * 64), [b"sealed"])]
        offer = bid_service.BidOffer("a", "b", "", "c", "", "1万元")
        again = bid_service.prepare(found, None, one.id, offer, b"salt", files, tx.cipher.seal_bytes)
        promises = bid_service.Promises(frozenset(bid_service.DECLARATIONS), "审查人某")
        said = []
        for attempt in (
            lambda: bid_service.read(moment, found, one),
            lambda: bid_service.submit(moment, person_id, firm_id, again, promises, "收到"),
            lambda: bid_service.withdraw(moment, person_id, one.id, bids.of_challenge(moment, challenge_id)[0].round),
        ):
            try:
                attempt()
                said.append("done")
            except AppError as error:
                said.append(error.code)
        raise ConflictError("-".join(said))

    for milliseconds, says in (
        (-1, "bids_not_yet-done-done"),
        (0, "done-bid_too_late-bid_too_late"),
        (1, "done-bid_too_late-bid_too_late"),
    ):
        with pytest.raises(ConflictError, match=says):
            await desk.database.write(at, milliseconds)
    assert await desk.database.read(bids.count, challenge_id) == 1


async def test_replaced_withdrawn_and_only_the_last_counts(desk: DeskStage) -> None:
    who, official = await a_poster(desk), await desk.official(RoleKind.APPROVER)
    challenge_id, _ = await published(desk, who, official)
    mine, _, person_id = await a_bidder(desk, "甲某科技有限公司")
    await bid(mine, challenge_id)
    again = await bid(mine, challenge_id, price="50万元")
    assert "第几次提交</dt><dd>2</dd>" in again
    assert await desk.database.read(bids.count, challenge_id) == 1
    (one,) = await desk.database.read(bids.of_challenge, challenge_id)
    path = f"/h5/my-bids/{one.id}"
    await mine.get(path)
    assert (await mine.post(path + "/withdraw")).location == path + "/withdraw", "first it asks"
    assert await desk.database.read(bids.count, challenge_id) == 1
    asked = (await mine.get(path + "/withdraw")).text
    assert [words in asked for words in ("谁也找不回来", "以前还可以重新揭榜")] == [True, True]
    assert (await mine.post(path + "/withdraw", round=1)).status == 422, "it was replaced since"
    for _ in range(2):
        assert (await mine.post(path + "/withdraw", round=2)).location == path
    assert "已撤回" in (await mine.get(path)).text
    assert await desk.database.read(bids.count, challenge_id) == 0
    assert "第几次提交</dt><dd>3</dd>" in await bid(mine, challenge_id)
    other, _, _ = await a_bidder(desk, "乙某装备有限公司")
    await other.get("/h5/mine")
    assert (await other.get(path)).status == 404
    assert (await other.get(path + "/withdraw")).status == 404
    assert (await other.post(path + "/withdraw", round=3)).status == 404
    desk.ahead(timedelta(days=21))
    mine = await desk.on_phone(person_id)
    assert "现在不收揭榜材料" in await bid(mine, challenge_id)
    assert (await mine.get(path + "/withdraw")).location == path
    assert (await mine.post(path + "/withdraw", round=3)).status == 422


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"price": ""}, "请填齐"),
        ({"no_equity": "0"}, "三项声明"),
        ({"confirmed": "0"}, "保密审查"),
        ({"application": ("a.pdf", b"MZ program")}, "不是 PDF"),
    ],
)
async def test_a_bid_that_lacks_something_is_not_taken(desk: DeskStage, changed: dict[str, object], says: str) -> None:
    who, official = await a_poster(desk), await desk.official(RoleKind.APPROVER)
    challenge_id, _ = await published(desk, who, official)
    mine, _, _ = await a_bidder(desk, "甲某科技有限公司")
    assert says in await bid(mine, challenge_id, **changed)
    unproven, _, _ = await a_bidder(desk, "丁某有限公司", proven=False)
    assert "先核验企业" in await bid(unproven, challenge_id)
    assert await desk.database.read(bids.count, challenge_id) == 0


async def test_a_firm_does_not_bid_on_its_own_challenge(desk: DeskStage) -> None:
    who, official = await a_poster(desk), await desk.official(RoleKind.APPROVER)
    challenge_id, _ = await published(desk, who, official, sealing="none")
    _, _, person_id = await a_bidder(desk, "甲某科技有限公司")
    await desk.database.write(people.join_firm, person_id, who.firm_id)
    mine = await desk.on_phone(person_id)
    assert "不能揭自己单位发的榜" in await bid(mine, challenge_id)


async def test_an_extension_comes_once_and_never_nearer(desk: DeskStage) -> None:
    who, official = await a_poster(desk), await desk.official(RoleKind.APPROVER)
    challenge_id, _ = await published(desk, who, official, sealing="none")
    today = await desk.database.read(lambda tx: tx.now.date())
    review = f"/console/challenges/{challenge_id}/review"
    await who.poster.get(review)
    steps = [("amend", 5, 422), ("amend", 25, 303), ("extend", 40, 422)]
    closed = [("extend", 25, 422), ("extend", 40, 303), ("extend", 60, 422), ("amend", 60, 303), ("extend", 70, 422)]
    for number, (act_, days, status) in enumerate([*steps, *closed]):
        if number == len(steps):
            desk.ahead(timedelta(days=26))
            who = await who.again(desk)
            await who.poster.get(review)
        until = f"{date.fromordinal(today.toordinal() + days)}T17:00"
        page = await who.poster.post(f"/console/challenges/{challenge_id}/{act_}", what="附图更新。", until=until)
        assert page.status == status, (act_, days, page.text)


async def test_enough_bids_leave_nothing_to_extend(desk: DeskStage) -> None:
    who, official = await a_poster(desk), await desk.official(RoleKind.APPROVER)
    challenge_id, _ = await published(desk, who, official, sealing="none", least="1")
    mine, _, _ = await a_bidder(desk, "甲某科技有限公司")
    await bid(mine, challenge_id)
    desk.ahead(timedelta(days=21))
    who = await who.again(desk)
    review = f"/console/challenges/{challenge_id}/review"
    page = await who.poster.get(review)
    assert ("已达到最少 1 家" in page.text, "截止延到" in page.text) == (True, False)
    assert (await who.poster.post(f"/console/challenges/{challenge_id}/extend", until="2099-01-01T17:00")).status == 422


async def test_an_agent_hands_in_nothing_and_takes_nothing_back(desk: DeskStage) -> None:
    who, official = await a_poster(desk), await desk.official(RoleKind.APPROVER)
    challenge_id, _ = await published(desk, who, official, sealing="none")
    mine, firm_id, _ = await a_bidder(desk, "甲某科技有限公司")
    assert "下载副本" in await bid(mine, challenge_id)
    agent = await desk.person("o-agent", RoleGrant(RoleKind.FIRM_AGENT, "某人", date.min, firm_id=firm_id))
    await desk.database.write(people.join_firm, agent, firm_id)

    def attempt(tx: Tx) -> None:
        (one,) = bids.of_challenge(tx, challenge_id)
        found = challenges.get(tx, challenge_id)
        assert found is not None
        assert bid_service.may_bid(tx, found, firm_id, agent) == "bid_agent"
        with pytest.raises(InputError, match="bid_agent"):
            bid_service.withdraw(tx, agent, one.id, one.round)
        offer = bid_service.BidOffer("a", "b", "", "c", "", "1万元")
        prepared = bid_service.prepare(found, None, one.id, offer, b"salt", [], tx.cipher.seal_bytes)
        promises = bid_service.Promises(frozenset(bid_service.DECLARATIONS), "审查人某")
        with pytest.raises(InputError, match="bid_agent"):
            bid_service.submit(tx, agent, firm_id, prepared, promises, "")

    await desk.database.write(attempt)


async def test_a_bid_stays_with_a_colleague_when_its_person_leaves(desk: DeskStage) -> None:
    who, official = await a_poster(desk), await desk.official(RoleKind.APPROVER)
    challenge_id, _ = await published(desk, who, official)
    mine, firm_id, _ = await a_bidder(desk, "甲某科技有限公司")
    await bid(mine, challenge_id)
    heir = await desk.person("o-heir")
    await desk.database.write(people.join_firm, heir, firm_id)
    await desk.database.write(erasure.leave, "o-甲某科技有限公司", desk.parts.texts, "erase")
    (one,) = await desk.database.read(bids.of_challenge, challenge_id)
    assert one.person_id == heir
    assert "由您接手" in await told(desk, heir)
