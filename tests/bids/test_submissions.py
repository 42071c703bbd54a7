"""A bid form sent twice is one submission with one receipt; a new form replaces it."""

import re
from datetime import timedelta

import pytest

from storage.challenges import bid_submissions, bids
from storage.notices import outbox
from storage.people.roles import RoleKind
from tests.bids.stage import BID, CANARY, a_bidder, told
from tests.console.challenge_stage import PDF, a_poster, published
from tests.console.stage import Browser, DeskStage, Page

ROUND = "第几次提交</dt><dd>{}</dd>"


async def a_form(browser: Browser, challenge_id: int) -> str:
    """Return the token of a newly opened form."""
    page = await browser.get(f"/h5/board/{challenge_id}/bid")
    return page.text.split('name="sending" value="')[1].split('"')[0]


async def send(browser: Browser, challenge_id: int, token: str, **other: object) -> Page:
    files = {"application": ("申请书.pdf", PDF)}
    fields: dict[str, object] = {**BID, **files, "sending": token, **other}
    return await browser.post(f"/h5/board/{challenge_id}/bid", origin=None, csrf=None, **fields)


@pytest.fixture
async def stage(desk: DeskStage) -> tuple[int, Browser, int]:
    challenge_id, _ = await published(desk, await a_poster(desk), await desk.official(RoleKind.APPROVER), sealing="all")
    mine, _, person_id = await a_bidder(desk, "甲某科技有限公司")
    return challenge_id, mine, person_id


async def test_a_reload_shows_the_same_receipt_and_hands_in_nothing(
    desk: DeskStage, stage: tuple[int, Browser, int]
) -> None:
    challenge_id, mine, person_id = stage
    token, receipts = await a_form(mine, challenge_id), []
    for _ in range(3):
        page = await send(mine, challenge_id, token)
        assert (page.status, page.location) == (303, f"/h5/board/{challenge_id}/receipt")
        receipts += [(await mine.get(page.location)).text for _ in range(2)]
    assert len(set(receipts)) == 1
    assert [text in receipts[0] for text in (ROUND.format(1), CANARY, "SHA-256 ", "下载副本")] == [True] * 4
    (one,) = await desk.database.read(bids.of_challenge, challenge_id)
    assert (one.round, one.commitment in receipts[0]) == (1, True)
    assert (await told(desk, person_id)).count("揭榜材料已收到") == 1


async def test_a_fresh_form_replaces_and_an_old_one_does_not_come_back(
    desk: DeskStage, stage: tuple[int, Browser, int]
) -> None:
    challenge_id, mine, _ = stage
    first, second = await a_form(mine, challenge_id), await a_form(mine, challenge_id)
    assert first != second
    await send(mine, challenge_id, first)
    page = await send(mine, challenge_id, second, price="88万元")
    assert ROUND.format(2) in (await mine.get(page.location)).text
    page = await send(mine, challenge_id, first)
    receipt = (await mine.get(page.location)).text
    assert (ROUND.format(2) in receipt, "88万元" in receipt) == (True, True), "the late copy of the first is no third"


async def test_a_used_form_with_other_words_says_so_and_keeps_them(
    desk: DeskStage, stage: tuple[int, Browser, int]
) -> None:
    challenge_id, mine, _ = stage
    token = await a_form(mine, challenge_id)
    await send(mine, challenge_id, token)
    page = await send(mine, challenge_id, token, price="77万元")
    assert (page.status, "已经交过一次" in page.text, "77万元" in page.text) == (422, True, True)
    assert await desk.database.read(bids.count, challenge_id) == 1
    fresh = re.search('name="sending" value="([0-9a-f]+)"', page.text)
    assert fresh is not None
    page = await send(mine, challenge_id, fresh[1], price="77万元")
    assert ROUND.format(2) in (await mine.get(page.location)).text


async def test_what_was_withdrawn_is_not_handed_in_again_by_a_reload(
    desk: DeskStage, stage: tuple[int, Browser, int]
) -> None:
    challenge_id, mine, _ = stage
    token = await a_form(mine, challenge_id)
    await send(mine, challenge_id, token)
    (one,) = await desk.database.read(bids.of_challenge, challenge_id)
    path = f"/h5/my-bids/{one.id}"
    assert f'href="{path}/withdraw"' in (await mine.get(path)).text
    await mine.get(path + "/withdraw")
    assert (await mine.post(path + "/withdraw", round=1)).status == 303
    page = await send(mine, challenge_id, token)
    assert (await mine.get(page.location)).location == path
    assert await desk.database.read(bids.count, challenge_id) == 0


async def test_two_persons_forms_with_one_token_are_two(desk: DeskStage, stage: tuple[int, Browser, int]) -> None:
    challenge_id, mine, _ = stage
    token = await a_form(mine, challenge_id)
    await send(mine, challenge_id, token)
    other, _, other_id = await a_bidder(desk, "乙某装备有限公司")
    await a_form(other, challenge_id)
    assert (await send(other, challenge_id, token)).status == 303
    assert await desk.database.read(bids.count, challenge_id) == 2
    assert len(await desk.database.read(outbox.listed, other_id)) == 1


async def test_the_receipt_opens_only_where_it_was_handed_in(desk: DeskStage, stage: tuple[int, Browser, int]) -> None:
    challenge_id, mine, person_id = stage
    await send(mine, challenge_id, await a_form(mine, challenge_id))
    (one,) = await desk.database.read(bids.of_challenge, challenge_id)
    again = await desk.on_phone(person_id)
    page = await again.get(f"/h5/board/{challenge_id}/receipt")
    assert (page.status, page.location) == (303, f"/h5/my-bids/{one.id}")
    other, _, _ = await a_bidder(desk, "乙某装备有限公司")
    assert (await other.get(f"/h5/board/{challenge_id}/receipt")).status == 404


async def test_forms_that_cannot_come_again_are_forgotten(desk: DeskStage, stage: tuple[int, Browser, int]) -> None:
    challenge_id, mine, _ = stage
    await send(mine, challenge_id, await a_form(mine, challenge_id))
    assert await desk.database.write(bid_submissions.tidy) == 0
    desk.ahead(timedelta(days=3))
    assert await desk.database.write(bid_submissions.tidy) == 1
