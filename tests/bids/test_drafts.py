"""A bid draft is there again after a break, for its writer alone, until submitted or expired."""

import gzip
import logging
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.services.challenges import bid_drafts as bid_draft_service
from bot.services.people.erasure import leave
from storage.backup import dump
from storage.challenges import bid_drafts, bids, challenges
from storage.engine.transactions import Tx
from storage.people import page_sessions
from storage.people.roles import RoleKind
from tests.bids.stage import CANARY, a_bidder, bid
from tests.bids.test_canary import holds
from tests.console.challenge_stage import a_poster, published
from tests.console.stage import Browser, DeskStage
from tests.h5.conftest import Cast, cast

__all__ = ["cast"]

BIDDER = "甲某科技有限公司"
BEGUN = {"solution": CANARY, "price": "118万元", "partner_1": "乙某大学", "confirmed_by": "审查人某"}


@dataclass(frozen=True)
class Writer:
    """A person who has begun a bid on their phone."""

    desk: DeskStage
    challenge: int
    browser: Browser
    person: int

    @property
    def form(self) -> str:
        return f"/h5/board/{self.challenge}/bid"

    async def save(self, **fields: str) -> str:
        page = await self.browser.post(f"/h5/board/{self.challenge}/draft", **fields)
        assert page.status == 303, page.text
        return page.location

    async def kept(self) -> list[str]:
        found = await self.desk.database.read(bid_drafts.of_person, self.person)
        return [one.title for one in found]


@pytest.fixture
async def writer(desk: DeskStage) -> Writer:
    challenge_id, _ = await published(desk, await a_poster(desk), await desk.official(RoleKind.APPROVER), sealing="all")
    browser, _, person_id = await a_bidder(desk, BIDDER)
    found = Writer(desk, challenge_id, browser, person_id)
    await browser.get(found.form)
    assert await found.save(**BEGUN) == f"{found.form}?draft=1"
    return found


async def test_what_was_typed_is_there_after_the_page_has_closed(writer: Writer) -> None:
    await writer.desk.database.write(page_sessions.erase_person, writer.person)
    assert (await writer.browser.get(writer.form)).status == 404, "the page has closed"
    fresh = "x" * 43

    def come_in_again(tx: Tx) -> None:
        page_sessions.begin(tx, fresh, writer.person)

    await writer.desk.database.write(come_in_again)
    writer.browser.wear(fresh, "srdi_h5")
    page = await writer.browser.get(writer.form)
    assert [words in page.text for words in (*BEGUN.values(), "上次没写完的内容已放回表里")] == [True] * 5
    assert "接着写没写完的揭榜" in (await writer.browser.get(f"/h5/board/{writer.challenge}")).text


async def test_the_newest_words_replace_the_last_and_declarations_are_made_anew(writer: Writer) -> None:
    await writer.save(solution="换了方案", no_equity="1")
    page = (await writer.browser.get(writer.form)).text
    assert ("换了方案" in page, CANARY in page, "checked" in page) == (True, False, False)


async def test_nobody_else_reads_it_nor_the_house_with_all_its_keys(
    cast: Cast, writer: Writer, tmp_path: Path, caplog: pytest.LogCaptureFixture, store: str
) -> None:
    caplog.set_level(logging.DEBUG)
    colleague, _, _ = await a_bidder(cast.desk, "丙某装备有限公司")
    await colleague.get("/h5/mine")
    mine = await cast.desk.on_phone(writer.person)
    for browser in (colleague, mine):
        assert not holds((await browser.get(writer.form)).text.encode())
    assert "在另一部手机或浏览器里写的" in (await mine.get(writer.form)).text
    await mine.get("/h5/mine")
    told = (await mine.post("/h5/mine/export")).text
    assert ('"bid_drafts"' in told, holds(told.encode())) == (True, False)

    def open_all(tx: Tx) -> list[bytes]:
        found = []
        for row in tx.execute(select(bid_drafts.DRAFTS)):
            context = f"bid_draft:{row.challenge_id}:{row.firm_id}:{row.person_id}"
            with pytest.raises(Exception, match="sealed_unreadable"):
                tx.cipher.open(row.sealed, context)
            found.append(row.sealed)
        return found

    assert [holds(one) for one in await cast.desk.database.read(open_all)] == [False]
    kept = tmp_path / "backup.srdi"
    await cast.desk.database.read(dump.write_backup, kept)
    places = {"backup": gzip.decompress(kept.read_bytes()), "log": caplog.text.encode()}
    if store == "sqlite":
        places |= {name: (tmp_path / name).read_bytes() for name in ("srdi.db", "srdi.db-wal")}
    assert [place for place, content in places.items() if holds(content)] == []


async def test_it_ends_when_it_is_handed_in(writer: Writer) -> None:
    assert "回执" in await bid(writer.browser, writer.challenge)
    assert await writer.kept() == []
    assert await writer.desk.database.read(bids.count, writer.challenge) == 1


@pytest.mark.parametrize("fields", [{"drop": "1"}, {"solution": " "}])
async def test_it_can_be_thrown_away(writer: Writer, fields: dict[str, str]) -> None:
    assert await writer.save(**fields) == f"{writer.form}?draft=0"
    page = (await writer.browser.get(writer.form + "?draft=0")).text
    assert ("草稿已删除" in page, CANARY in page) == (True, False)


async def test_it_ends_at_the_deadline_and_with_its_person(cast: Cast, writer: Writer) -> None:
    assert await cast.desk.database.write(bid_draft_service.drop_over) == 0
    phone = cast.person(f"o-{BIDDER}")
    told = await phone.say("我的揭榜")
    assert "没写完：" in told
    assert not holds(told.encode())

    def close(tx: Tx) -> None:
        challenges.put(tx, writer.challenge, {"deadline": tx.now})

    await cast.desk.database.write(close)
    assert await writer.kept() == []
    late = await writer.browser.post(f"/h5/board/{writer.challenge}/draft", solution="晚了")
    assert (late.status, "截止" in late.text) == (422, True)
    assert await cast.desk.database.write(bid_draft_service.drop_over) == 1
    await cast.desk.database.write(leave, f"o-{BIDDER}", cast.desk.parts.texts, "unfollow")


async def test_whoever_leaves_takes_it_along(writer: Writer) -> None:
    await writer.desk.database.write(leave, f"o-{BIDDER}", writer.desk.parts.texts, "unfollow")
    left = await writer.desk.database.read(lambda tx: tx.execute(select(bid_drafts.DRAFTS)).all())
    assert left == []


async def test_who_may_not_bid_has_no_draft(desk: DeskStage, writer: Writer) -> None:
    unproven, _, person_id = await a_bidder(desk, "丁某有限公司", proven=False)
    await unproven.get("/h5/mine")
    refused = await unproven.post(f"/h5/board/{writer.challenge}/draft", solution="试试")
    assert (refused.status, "核验" in refused.text) == (422, True)
    assert await desk.database.read(bid_drafts.of_person, person_id) == []
