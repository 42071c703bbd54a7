"""Who bids, and how many, is hidden before the bids may be read: every console page × every role."""

import asyncio
import io
import re
import zipfile
from collections.abc import Mapping
from datetime import timedelta

import pytest

from bot.cli.commands import run
from bot.console import app as console_app
from bot.console.routes import ROUTES
from bot.jobs.audit_chain import chain_audit
from config.settings import Settings
from storage.audit.head_file import HeadsFile, path_for
from storage.challenges import bids, files, records
from storage.engine.transactions import Tx
from storage.notices import outbox
from storage.people.roles import RoleKind
from storage.reminders import dismissals
from tests.bids.stage import CANARY, a_bidder, act, bid
from tests.bids.test_canary import addresses, body, everybody
from tests.console.challenge_stage import FIELDS, PHRASES, a_poster, hand_in, published
from tests.console.stage import Browser, DeskStage

BIDDER = "甲某科技有限公司"
# How far the whole audit chain is signed moves with every act, whatever it is. A form's token changes with each view of
# its page.
DECLARED = [
    rb'name="csrf" value="[0-9a-f]*"',
    rb"<dt>\xe9\x93\xbe\xe5\xa4\xb4</dt><dd>[0-9a-f]*",
    rb"\xe7\xac\xac \d+ \xe6\x89\xb9",
]


def unpacked(content: bytes) -> object:
    """Return a ZIP's content, without its timestamps; other content as is, without the declared differences."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {name: unpacked(archive.read(name)) for name in archive.namelist()}
    return undeclared(content)


def undeclared(content: bytes) -> bytes:
    """Return the content without the declared differences."""
    for pattern in DECLARED:
        content = re.sub(pattern, b"", content)
    return content


def unseen(_tx: Tx, _action: str, _subject: str) -> None:
    """Do not audit views: each one would move the audit."""


async def rendered(found: Mapping[RoleKind, Browser], ids: list[int]) -> dict[tuple[RoleKind, str], object]:
    paths = [f"{path}?as=csv" if path.endswith("export") else path for path in addresses(ROUTES, "/console", ids)]
    return {(kind, path): unpacked(await body(browser, path)) for kind, browser in found.items() for path in paths}


async def counted(desk: DeskStage) -> list[bytes]:
    return re.findall(rb"^srdi_outbox\S* .*$", await body(desk.browser(), "/metrics"), re.M)


@pytest.mark.parametrize("sealing", ["all", "none"])
async def test_no_page_of_the_desk_changes_when_a_firm_bids(
    desk: DeskStage, sealing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console_app, "record", unseen)
    who, official = await a_poster(desk), await desk.official(RoleKind.APPROVER)
    challenge_id, printed = await published(desk, who, official, sealing=sealing, least="1")
    mine, firm_id, person_id = await a_bidder(desk, BIDDER)
    review = f"/console/challenges/{challenge_id}/review"
    await mine.get(f"/h5/board/{challenge_id}")
    assert (await mine.post(f"/h5/board/{challenge_id}/ask", question="隧道最小断面多大？")).status == 303
    asked = (await who.poster.get(review)).text.split('name="question" value="')[1].split('"')[0]
    await act(who.poster, challenge_id, "criteria", criteria="技术 60\n价格 40")
    desk_of = await everybody(desk, who, firm_id)
    before, numbers = await rendered(desk_of, [challenge_id, firm_id]), await counted(desk)

    await mine.get(f"/h5/board/{challenge_id}/bid")
    await mine.post(f"/h5/board/{challenge_id}/draft", solution="写一半")
    assert "下载副本" in await bid(mine, challenge_id)
    assert "下载副本" in await bid(mine, challenge_id, price="99万元")
    after = await rendered(desk_of, [challenge_id, firm_id])
    assert {key: (before[key], page) for key, page in after.items() if page != before[key]} == {}
    assert await counted(desk) == numbers
    (one,) = await desk.database.read(bids.of_challenge, challenge_id)
    (file,) = await desk.database.read(files.of_bid, one.id)
    for path in ("challenges/{}", "challenges/{}/review", "bid-files/{}", "challenge-files/{}", "board/{}"):
        for id_ in (one.id, file.id):
            assert (await desk_of[RoleKind.SOE_POSTER].get("/console/" + path.format(id_))).status in (404, 422), path
    auditor = desk_of[RoleKind.AUDITOR]
    found = (await auditor.get(f"/console/audit?who={person_id}&what=bid.submit")).text
    assert ("共 0 条" in found, f"bid:{one.id}" in found) == (True, False)
    for query in (f"subject=bid:{one.id}", "what=bid.draft", "what=challenge.ask", f"subject=challenge:{challenge_id}"):
        page = (await auditor.get(f"/console/audit?{query}")).text
        assert (f"person:{person_id}<" in page, "揭榜</td>" in page) == (False, False), query
    await act(who.poster, challenge_id, "answer", question=asked, answer="4米。")
    await act(who.poster, challenge_id, "amend", what="附图更新。")
    assert await counted(desk) == numbers, "how many hear of it would say how many bid"

    desk.ahead(timedelta(days=21))
    who = await who.again(desk)
    if sealing != "none":
        closed = (await (await desk.official(RoleKind.AUDITOR)).get("/console/audit?what=bid.submit")).text
        assert "共 0 条" in closed
        assert (await hand_in(who.poster, challenge_id, 3, printed)).status == 303
        assert (await hand_in(who.approver, challenge_id, 1, PHRASES[1])).status == 303
    opened = (await (await desk.official(RoleKind.AUDITOR)).get("/console/audit?what=bid.submit")).text
    assert (opened.count(f"bid:{one.id}</a>"), f"person:{person_id}</a>" in opened) == (2, True)


async def test_the_chain_verifies_while_acts_are_withheld(
    desk: DeskStage, desk_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SRDI_DATABASE_URL", desk_settings.database_url)
    monkeypatch.setenv("SRDI_SECRET_KEY", desk_settings.secret_key.get_secret_value())
    who, official = await a_poster(desk), await desk.official(RoleKind.APPROVER)
    challenge_id, _ = await published(desk, who, official)
    mine, _, _ = await a_bidder(desk, BIDDER)
    await bid(mine, challenge_id)
    auditor = await desk.official(RoleKind.AUDITOR)
    numbers = re.findall(r'<td data-label="编号">([^<]*)</td>', (await auditor.get("/console/audit")).text)
    assert all(number.isdigit() for number in numbers), "nothing withheld is older"
    await bid(mine, challenge_id)
    await who.poster.get(f"/console/challenges/{challenge_id}/review")
    await act(who.poster, challenge_id, "criteria", criteria="技术 60\n价格 40")
    page = (await auditor.get("/console/audit")).text
    numbers = re.findall(r'<td data-label="编号">([^<]*)</td>', page)
    assert (numbers[0], numbers[1].isdigit()) == ("开启后显示", True), "a gap in the numbers would count the bids"
    waiting = int(page.split("等待签名</dt><dd>")[1].split(" ")[0])
    assert waiting == int(page.split("共 ")[1].split(" ")[0]), "what is withheld is not counted among what waits either"
    await chain_audit(desk.database, HeadsFile(path_for(desk_settings.database_url)))
    page = (await auditor.get("/console/audit")).text
    assert ("第 1 批" in page, "号记录" in page) == (True, False)
    assert await asyncio.to_thread(run, ["audit", "verify"]) == 0


async def test_reminders_do_not_count_who_says_they_have_bid(desk: DeskStage) -> None:
    who, official = await a_poster(desk), await desk.official(RoleKind.APPROVER)
    challenge_id, _ = await published(desk, who, official)
    _, firm_id, person_id = await a_bidder(desk, BIDDER)
    auditor = await desk.official(RoleKind.APPROVER)
    before = undeclared(await body(auditor, "/console/reminders"))
    assert FIELDS["title"].encode() in before
    await desk.database.write(dismissals.put, firm_id, f"bid:{challenge_id}", "done", person_id)
    assert undeclared(await body(auditor, "/console/reminders")) == before
    desk.ahead(timedelta(days=21))
    assert "已报 1 家" not in (await (await desk.official(RoleKind.APPROVER)).get("/console/reminders")).text


async def test_calling_a_challenge_off_is_no_way_to_see_who_bids(desk: DeskStage) -> None:
    who, official = await a_poster(desk), await desk.official(RoleKind.APPROVER)
    challenge_id, _ = await published(desk, who, official, sealing="none")
    mine, _, person_id = await a_bidder(desk, BIDDER)
    await bid(mine, challenge_id)
    path = f"/console/challenges/{challenge_id}"
    await who.poster.get(path)
    assert (await who.poster.post(path + "/withdraw", reason="看看谁揭了")).status == 303
    told = await desk.database.read(lambda tx: [one.text for one in outbox.listed(tx, person_id)])
    assert "榜已由发榜方撤回，不再收揭榜：隧道巡检机器人防爆改造。原因：看看谁揭了" in told
    archive = repr(unpacked(await body(who.poster, path + "/archive")))
    assert [word in archive for word in (BIDDER, "bid_in", CANARY)] == [False] * 3
    auditor = await desk.official(RoleKind.AUDITOR)
    assert "共 0 条" in (await auditor.get(f"/console/audit?who={person_id}&what=bid.submit")).text


async def test_an_extension_asks_only_after_the_deadline_whether_there_are_enough(desk: DeskStage) -> None:
    who, official = await a_poster(desk), await desk.official(RoleKind.APPROVER)
    challenge_id, _ = await published(desk, who, official, least="1")
    review = f"/console/challenges/{challenge_id}/review"
    page = await who.poster.get(review)
    assert ("家数不足" in page.text, "达到最少" in page.text) == (False, False)
    said = []
    mine, _, _ = await a_bidder(desk, BIDDER)
    for bids_too in (False, True):
        if bids_too:
            await bid(mine, challenge_id)
        await who.poster.get(review)
        page = await who.poster.post(f"/console/challenges/{challenge_id}/extend", until="2099-01-01T17:00")
        said.append((page.status, undeclared(page.text.encode())))
    assert said[0] == said[1], "whether there are enough is not found out by trying"
    assert said[0][0] == 422


async def test_too_few_at_the_deadline_are_given_more_time_once(desk: DeskStage) -> None:
    who, official = await a_poster(desk), await desk.official(RoleKind.APPROVER)
    challenge_id, _ = await published(desk, who, official)
    mine, _, person_id = await a_bidder(desk, BIDDER)
    await bid(mine, challenge_id)
    desk.ahead(timedelta(days=21))
    who, mine = await who.again(desk), await desk.on_phone(person_id)
    review = f"/console/challenges/{challenge_id}/review"
    page = await who.poster.get(review)
    assert ("未达到最少 2 家" in page.text, "延期" in page.text) == (True, True)
    day = await desk.database.read(lambda tx: tx.now.date())
    earlier = await who.poster.post(
        f"/console/challenges/{challenge_id}/extend", until=f"{day - timedelta(days=1)}T17:00"
    )
    assert earlier.status == 422
    later = f"{day + timedelta(days=9)}T17:00"
    assert (await who.poster.post(f"/console/challenges/{challenge_id}/extend", until=later)).status == 303
    told = [one.text for one in await desk.database.read(outbox.listed, person_id)]
    assert any("截止延到" in text for text in told)
    assert "达到最少" not in (await who.poster.get(review)).text
    assert "下载副本" in await bid(mine, challenge_id), "it takes bids again"
    desk.ahead(timedelta(days=10))
    who = await who.again(desk)
    await who.poster.get(review)
    assert (
        await who.poster.post(f"/console/challenges/{challenge_id}/extend", until="2099-01-01T17:00")
    ).status == 422, "once"
    assert len(await desk.database.read(records.listed, challenge_id, "extension")) == 1
