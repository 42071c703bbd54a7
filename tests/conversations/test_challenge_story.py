"""A challenge from need to archive: its poster and officials in the console, two firms on their phones."""

import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from docx import Document

from bot.services.challenges import bids as bid_service
from config.errors import ConflictError
from storage.audit import audit
from storage.challenges import bids, challenges
from storage.engine.transactions import Tx
from storage.people.roles import RoleKind
from tests.bids.stage import BID, act
from tests.console.challenge_stage import PDF, PHRASES, Poster, a_poster, hand_in, published, stage_of
from tests.console.stage import Browser
from tests.conversations.market import Market, market, settings
from tests.conversations.stage import said
from tests.simulator.phone import Phone

__all__ = ["market", "settings"]

RULE = "揭榜对接不是投标，不替代招标采购程序；依法须招标的另行组织"
TITLE = "隧道巡检机器人防爆改造"
PRICE = "118万元，含税"
MOMENT = timedelta(milliseconds=1)
ACTS = Path(__file__).with_name("challenge_story_acts.txt")


async def status(phone: Phone) -> str:
    """Return the 我的揭榜 line about this challenge."""
    told = said(await phone.say("我的揭榜"))
    assert RULE in told
    return next(line for line in told.split("贵公司的揭榜：")[1].split("\n") if TITLE in line)


async def number_of(phone: Phone) -> str:
    listed = said(await phone.say("榜单"))
    assert RULE in listed
    return next(line.split(".")[0].strip() for line in listed.split("\n") if TITLE in line)


async def hand_over(browser: Browser, challenge_id: int, **other: object) -> str:
    page = await browser.get(f"/h5/board/{challenge_id}/bid")
    assert RULE in page.text
    files = {"application": ("申请书.pdf", PDF + b"stamped"), "file": ("图纸.pdf", PDF + b"drawing")}
    fields: dict[str, object] = {**BID, "price": PRICE, **files, **other}
    sent = await browser.post(f"/h5/board/{challenge_id}/bid", origin=None, csrf=None, **fields)
    assert sent.status == 303, sent.text
    receipt = (await browser.get(sent.location)).text
    assert "下载副本" in receipt
    return receipt


async def at_the_edge(market: Market, challenge_id: int, firm: str) -> None:
    """Resubmit the stored bid a millisecond before the deadline, at it, and after it."""

    def attempt(tx: Tx, by: timedelta) -> None:
        found = challenges.get(tx, challenge_id)
        assert found is not None
        assert found.deadline is not None
        (mine,) = [one for one in bids.of_challenge(tx, challenge_id) if firm in one.firm_name]
        moment = replace(tx, now=found.deadline + by)
        bid_service.withdraw(moment, mine.person_id, mine.id, mine.round)
        raise ConflictError("done")

    for by, says in ((-MOMENT, "done"), (0 * MOMENT, "bid_too_late"), (MOMENT, "bid_too_late")):
        with pytest.raises(ConflictError, match=says):
            await market.desk.database.write(attempt, by)


async def test_a_challenge_from_the_need_to_the_archive(market: Market) -> None:
    desk, clock = market.desk, market.stage.clock
    first = await market.firm("甲会计", "云杼传感", "ABCD2345")
    second = await market.firm("乙会计", "澜砚数控", "WXYZ6789")
    who, official = await a_poster(desk), await desk.official(RoleKind.APPROVER)
    challenge_id, printed = await published(desk, who, official)
    review = f"/console/challenges/{challenge_id}/review"

    browser, page = await market.open(first, await number_of(first))
    assert (TITLE in page.text, RULE in page.text) == (True, True)
    asked = await browser.post(f"/h5/board/{challenge_id}/ask", question="隧道最小断面多大？")
    assert asked.status == 303
    page = await who.poster.get(review)
    question = page.text.split('name="question" value="')[1].split('"')[0]
    await act(who.poster, challenge_id, "answer", question=question, answer="4米。")
    assert "有新的答疑" in said(await first.say("我的消息"))
    browser, page = await market.open(second, await number_of(second))
    assert ("隧道最小断面多大？" in page.text, "4米。" in page.text) == (True, True)

    receipt = await hand_over(browser, challenge_id, partner_1="丙某研究院有限公司", partner_2="丁某大学")
    assert (PRICE in receipt, "丙某研究院有限公司" in receipt) == (True, True)
    assert "已提交" in await status(second)
    assert "达到最少" not in (await who.poster.get(review)).text
    browser, _ = await market.open(first, await number_of(first))
    await hand_over(browser, challenge_id, price="125万元")
    await hand_over(browser, challenge_id, price="121万元")
    shown = (await who.poster.get(review)).text
    assert [name in shown for name in ("达到最少", "云杼传感", "121万元", PRICE, "/console/bid-files/")] == [False] * 5
    await act(who.poster, challenge_id, "amend", what="附图更新一处。")
    assert "第2版" in said(await second.say("我的消息"))
    await act(who.poster, challenge_id, "criteria", criteria="技术 60\n价格 40")

    await at_the_edge(market, challenge_id, "澜砚数控")
    clock.advance(timedelta(days=21))
    who = await who.again(desk)
    assert "已截止，等开启" in await status(first)
    assert "已达到最少 2 家" in (await who.poster.get(review)).text
    late, page = await market.open(second, "我的揭榜")
    assert "等开启" in page.text
    page = await late.get(f"/h5/board/{challenge_id}/bid")
    assert "现在不收揭榜材料" in page.text

    assert (await hand_in(who.poster, challenge_id, 3, printed)).status == 303
    assert PRICE not in (await who.poster.get(review)).text, "one of three opens nothing"
    assert (await hand_in(who.approver, challenge_id, 1, PHRASES[1])).status == 303
    shown = (await who.poster.get(review)).text
    assert [text in shown for text in (PRICE, "121万元", "125万元", "丙某研究院", "核对一致")] == [
        *(True, True, False, True, True)
    ]
    assert "已开启" in await status(first)
    await judged(market, who, challenge_id)
    assert "入围" in await status(second)
    assert "已开启" in await status(first)
    assert "未入围" in said(await first.say("我的消息"))
    browser, _ = await market.open(first, "我的揭榜")
    assert "拟选乙方。" in (await browser.get(f"/h5/board/{challenge_id}")).text

    clock.advance(timedelta(days=7))
    who = await who.again(desk)
    await who.approver.get(review)
    await act(who.approver, challenge_id, "begin-signing")
    assert "结果：中选" in await status(second)
    assert "结果：未中选" in await status(first)
    contract = {"number": "合2026-1", "sum": "118万元", "day": "2026-12-20", "sme": "乙方为小型企业"}
    await act(who.approver, challenge_id, "contract", **contract, milestones="样机\n定型")
    for number in ("0", "1"):
        await act(who.approver, challenge_id, "milestones", number=number)
    await act(who.approver, challenge_id, "accept")
    assert await stage_of(desk, challenge_id) == "accepted"
    due = (clock.now() + timedelta(hours=8)).date() + timedelta(days=60)
    assert f"最迟 {due} 付款" in (await who.poster.get(review)).text
    await hold_archive(market, who, challenge_id)
    # Who did what, and through which face: written down before services were told so by their transaction.
    assert await market.desk.database.read(_acts) == ACTS.read_text("utf-8").splitlines()


def _acts(tx: Tx) -> list[str]:
    """Return what the audit holds, without what was seeded or done by the test itself."""
    entries = reversed(audit.entries(tx, audit.AuditQuery(), most=1000))
    acts = [f"{one.actor} {one.action} {re.sub('bid:[0-9]+', 'bid:#', one.subject)} {one.source}" for one in entries]
    return [act for act in acts if not act.startswith(("demo ", "test "))]


async def judged(market: Market, who: Poster, challenge_id: int) -> None:
    """Go from review to public notice: scores, minutes, a choice by people."""
    page = await who.poster.post(f"/console/challenges/{challenge_id}/begin-review")
    assert page.status == 303, page.text
    found = await market.desk.database.read(bids.of_challenge, challenge_id)
    (chosen,) = [one for one in found if "澜砚" in one.firm_name]
    await act(who.poster, challenge_id, "reviewers", name="评审一", note="无")
    for one in found:
        points = {"points-0": "80" if one.id == chosen.id else "70", "points-1": "60", "why": "尚可"}
        await act(who.poster, challenge_id, "scores", reviewer="评审一", bid=str(one.id), **points)
    await act(who.poster, challenge_id, "minutes", text="到会一人，同意。")
    await act(who.poster, challenge_id, "choose", why="技术好", **{f"bid-{chosen.id}": "1"})
    until = str((market.stage.clock.now()).date() + timedelta(days=5))
    await act(who.approver, challenge_id, "announce", text="拟选乙方。", until=until, phone="025-00000009")


async def hold_archive(market: Market, who: Poster, challenge_id: int) -> None:
    """Check that the ZIP holds the whole record, both bids, every file, and an index with each hash."""
    address = f"{market.desk.base}/console/challenges/{challenge_id}/archive"
    async with who.poster._session.get(address) as response:
        body = await response.read()
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        record = json.loads(archive.read("record.json"))
        index = Document(io.BytesIO(archive.read("index.docx")))
        told = {one["firm"].split("（")[0]: one["offer"] for one in json.loads(archive.read("bids.json"))}
    assert {name: offer["price"] for name, offer in told.items()} == {
        "南京云杼传感科技有限公司": "121万元",
        "南京澜砚数控机床有限公司": PRICE,
    }
    kinds = [one["kind"] for one in record]
    wanted = "step secrecy key question answer amendment bid_in criteria opening reviewer score minutes choice notice"
    assert set(wanted.split()) | {"contract", "milestone", "acceptance", "ranking"} <= set(kinds)
    assert kinds.count("bid_in") == 3, "the replaced one is on record too"
    files = [name for name in names if name.startswith("files/")]
    assert len(files) == 2 + 2 * 2
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        hashes = {row.cells[0].text: row.cells[2].text for row in index.tables[0].rows}
        assert hashes.keys() == set(names) - {"index.docx"}
        for name, digest in hashes.items():
            assert sha256(archive.read(name)).hexdigest() == digest
