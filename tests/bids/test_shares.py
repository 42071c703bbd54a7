"""The three shares: who holds which, what is checked at submission, and that nothing locks the bids for good."""

import os
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from config.calendar import shanghai_day
from storage.audit import audit
from storage.audit.audit import AuditQuery
from storage.challenges import bid_sealing, bids, records, shares
from storage.challenges import openers as stored_openers
from storage.engine.transactions import Tx
from storage.people import roles
from storage.people.roles import RoleGrant, RoleKind, all_given
from tests.bids.stage import CANARY, a_bidder, act, bid
from tests.console.challenge_stage import (
    KEEPER,
    PHRASES,
    SECRECY,
    Poster,
    a_poster,
    drafted,
    hand_in,
    published,
    second_opener,
    set_openers,
)
from tests.console.stage import Browser, DeskStage


async def pending(desk: DeskStage, who: Poster) -> int:
    challenge_id = await drafted(desk, who.poster)
    path = f"/console/challenges/{challenge_id}"
    await who.approver.get(path)
    assert (await who.approver.post(path + "/sign-off", **SECRECY)).status == 303
    return challenge_id


async def an_editor(desk: DeskStage, name: str, stands_in_for: int | None = None) -> int:
    """Return an editor, or a stand-in for two months with consent if `stands_in_for` is given."""
    until = None if stands_in_for is None else shanghai_day(datetime.now(UTC)) + timedelta(days=60)
    grant = RoleGrant(RoleKind.EDITOR, name, date.min, until, None, "市工信局", None, stands_in_for)
    person_id = await desk.person(f"o-{name}", grant)
    if stands_in_for is not None:
        consenting = await desk.person(
            "o-consenting", RoleGrant(RoleKind.EDITOR, "同意人", date.min, agency="市工信局")
        )
        await desk.database.write(roles.consent, await role_of(desk, person_id), consenting)
    return person_id


async def role_of(desk: DeskStage, person_id: int) -> int:
    def found(tx: Tx) -> int:
        return next(role.id for role in all_given(tx) if role.person_id == person_id)

    return await desk.database.read(found)


async def closed(desk: DeskStage) -> tuple[int, str, Poster, Browser]:
    """Return a challenge with a bid, after its deadline: its id, the paper, its firm's people, the second opener."""
    who, official = await a_poster(desk), await desk.official(RoleKind.APPROVER)
    challenge_id, printed = await published(desk, who, official)
    mine, _, _ = await a_bidder(desk, "甲某科技有限公司")
    assert "下载副本" in await bid(mine, challenge_id)
    await act(who.poster, challenge_id, "criteria", criteria="技术 60\n价格 40")
    desk.ahead(timedelta(days=21))
    return challenge_id, printed, await who.again(desk), await second_opener(desk)


async def is_open(desk: DeskStage, challenge_id: int) -> bool:
    return await desk.database.read(lambda tx: bids.opened_key(tx, challenge_id)) is not None


async def kept(desk: DeskStage, challenge_id: int) -> list[int]:
    """Return the numbers of the accepted shares."""
    found = await desk.database.read(shares.listed, challenge_id)
    return [one.number for one in found]


def bogus(number: int = 3) -> str:
    return bid_sealing.printed(bytes([number]) + os.urandom(32))


async def before_commitments(desk: DeskStage, challenge_id: int) -> None:
    """Change the challenge to one published before shares had commitments."""

    def forget(tx: Tx) -> None:
        tx.execute(update(bids.KEYS).where(bids.KEYS.c.challenge_id == challenge_id).values(commitments=None))

    await desk.database.write(forget)


async def test_who_opens_does_not_publish_and_neither_does_their_stand_in(desk: DeskStage) -> None:
    who = await a_poster(desk)
    challenge_id = await pending(desk, who)
    opener_id = await an_editor(desk, "编辑甲")
    stand_in = await desk.inside(await an_editor(desk, "替手甲", await role_of(desk, opener_id)))
    opener = await desk.inside(opener_id)
    await set_openers(challenge_id, who.approver, opener)
    path = f"/console/challenges/{challenge_id}/publish"
    for browser in (opener, stand_in):
        await browser.get(path)
        page = await browser.post(path, keeper=KEEPER)
        assert (page.status, "开启人不能发布" in page.text, "desk-share" in page.text) == (422, True, False)
    other = await desk.official(RoleKind.APPROVER)
    await other.get(path)
    assert "desk-share" in (await other.post(path, keeper=KEEPER)).text


async def test_the_two_openers_are_two_persons_also_where_one_stands_in(desk: DeskStage) -> None:
    who = await a_poster(desk)
    challenge_id = await pending(desk, who)
    opener_id = await an_editor(desk, "编辑甲")
    role_id = await role_of(desk, opener_id)
    path = f"/console/challenges/{challenge_id}/openers"
    first, second = [await desk.inside(await an_editor(desk, name, role_id)) for name in ("替手甲", "替手乙")]
    for number, browser, status in ((1, first, 303), (2, second, 422), (2, await desk.inside(opener_id), 422)):
        await browser.get(path)
        phrase = PHRASES[number]
        page = await browser.post(path, number=number, name=f"某人{number}{status}", passphrase=phrase, again=phrase)
        assert page.status == status, page.text


@pytest.mark.parametrize(
    ("keeper", "says"), [("", "由谁保管"), ("开启人1", "不能是"), ("某人", "不能是"), (" 开启人 2 ", "不能是")]
)
async def test_the_paper_is_kept_by_a_named_third_person(desk: DeskStage, keeper: str, says: str) -> None:
    who, official = await a_poster(desk), await desk.official(RoleKind.APPROVER)
    challenge_id = await pending(desk, who)
    await set_openers(challenge_id, who.approver, await second_opener(desk))
    path = f"/console/challenges/{challenge_id}/publish"
    await official.get(path)
    page = await official.post(path, keeper=keeper)
    assert 'aria-invalid="true"' in page.text, "it is said beside the field"
    assert (page.status, says in page.text, "desk-share" in page.text) == (422, True, False)
    assert KEEPER in (await official.post(path, keeper=KEEPER)).text
    record = await desk.database.read(lambda tx: records.last(tx, challenge_id, "key"))
    assert record is not None
    assert record.data["keeper"] == KEEPER
    assert KEEPER in (await official.get(f"/console/challenges/{challenge_id}/openers")).text


async def test_two_shares_come_from_two_persons(desk: DeskStage) -> None:
    challenge_id, printed, who, second = await closed(desk)
    page = await hand_in(who.approver, challenge_id, 3, printed)
    assert (page.status, "不同的人" in page.text) == (422, True), "an opener does not hand in the paper"
    assert (await hand_in(who.approver, challenge_id, 1, PHRASES[1])).status == 303
    for number, share in ((2, PHRASES[2]), (3, printed)):
        page = await hand_in(who.approver, challenge_id, number, share)
        assert (page.status, "不同的人" in page.text) == (422, True)
    publisher = await desk.official(RoleKind.APPROVER)
    page = await hand_in(publisher, challenge_id, 2, PHRASES[2])
    assert (page.status, "不同的人" in page.text) == (422, True), "the publisher has seen the paper"
    assert not await is_open(desk, challenge_id)
    assert (await hand_in(second, challenge_id, 2, PHRASES[2])).status == 303
    assert await is_open(desk, challenge_id)


async def test_a_bogus_paper_is_refused_at_once_and_blocks_nobody(desk: DeskStage) -> None:
    challenge_id, printed, who, second = await closed(desk)
    for wrong in (bogus(), bogus(1), bogus(2), bogus(7)):
        page = await hand_in(who.poster, challenge_id, 3, wrong)
        assert (page.status, "不是这张榜的" in page.text) == (422, True)
    assert await kept(desk, challenge_id) == []
    assert (await hand_in(who.approver, challenge_id, 1, PHRASES[1])).status == 303
    assert await kept(desk, challenge_id) == [1]
    page = await hand_in(second, challenge_id, 3, bogus())
    assert page.status == 422
    assert await kept(desk, challenge_id) == [1], "a valid share stays whatever another one does"
    assert (await hand_in(second, challenge_id, 2, PHRASES[2])).status == 303
    assert CANARY in (await who.poster.get(f"/console/challenges/{challenge_id}/review")).text
    assert await kept(desk, challenge_id) == []
    assert printed


async def test_a_paper_of_another_challenge_is_told_at_once(desk: DeskStage) -> None:
    challenge_id, printed, who, _ = await closed(desk)
    other_id, other = await published(desk, who, await desk.official(RoleKind.APPROVER), title="另一张榜")
    page = await hand_in(who.poster, challenge_id, 3, other)
    assert (page.status, "不是这张榜的" in page.text) == (422, True)
    assert other_id != challenge_id
    assert (await hand_in(who.poster, challenge_id, 3, printed)).status == 303
    page = await hand_in(who.poster, challenge_id, 3, bogus())
    assert page.status == 422
    assert await kept(desk, challenge_id) == [3], "the true paper is not overwritten"


async def test_a_share_is_taken_back_and_handed_in_again(desk: DeskStage) -> None:
    challenge_id, printed, who, second = await closed(desk)
    openers = f"/console/challenges/{challenge_id}/openers"
    assert (await hand_in(who.poster, challenge_id, 3, printed)).status == 303
    await second.get(openers)
    assert (await second.post(openers + "/take-back", number=3)).status == 422, "it is another's"
    assert await kept(desk, challenge_id) == [3]
    assert "取回" in (await who.poster.get(openers)).text
    assert (await who.poster.post(openers + "/take-back", number=3)).status == 303
    assert await kept(desk, challenge_id) == []
    assert (await who.poster.post(openers + "/take-back", number=3)).status == 422
    assert (await hand_in(second, challenge_id, 2, PHRASES[2])).status == 303
    assert not await is_open(desk, challenge_id)
    assert (await hand_in(who.poster, challenge_id, 3, printed)).status == 303
    assert await is_open(desk, challenge_id)


async def test_wrong_shares_are_slowed_for_their_person_alone_and_leave_a_trace(desk: DeskStage) -> None:
    challenge_id, printed, who, second = await closed(desk)
    for _ in range(5):
        assert "口令不对" in (await hand_in(who.approver, challenge_id, 1, "not the phrase at all")).text
    page = await hand_in(who.approver, challenge_id, 1, PHRASES[1])
    assert (page.status, "15 分钟" in page.text) == (422, True)
    subject = f"challenge:{challenge_id}"
    wanted = AuditQuery(actor=f"person:{who.people[1]}", action="bids.wrong_share", subject=subject)
    assert len(await desk.database.read(lambda tx: audit.entries(tx, wanted, most=9))) == 5
    assert (await hand_in(who.poster, challenge_id, 3, printed)).status == 303
    desk.ahead(timedelta(minutes=16))
    assert (await hand_in(who.approver, challenge_id, 1, PHRASES[1])).status == 303
    assert await is_open(desk, challenge_id)
    assert second


@pytest.mark.parametrize("order", [(3, 1, 2), (1, 3, 2), (1, 2), (3, 2, 1)])
async def test_what_was_published_before_commitments_opens_whatever_comes_first(
    desk: DeskStage, order: tuple[int, ...]
) -> None:
    challenge_id, _, who, second = await closed(desk)
    await before_commitments(desk, challenge_id)
    holders = {1: (who.approver, PHRASES[1]), 2: (second, PHRASES[2]), 3: (who.poster, bogus())}
    for number in order:
        browser, share = holders[number]
        assert (await hand_in(browser, challenge_id, number, share)).status == 303, number
    assert await is_open(desk, challenge_id)


async def test_before_commitments_a_true_paper_opens_beside_false_ones(desk: DeskStage) -> None:
    challenge_id, printed, who, _ = await closed(desk)
    await before_commitments(desk, challenge_id)
    assert (await hand_in(who.approver, challenge_id, 1, PHRASES[1])).status == 303
    for share in (bogus(), bogus()):
        assert (await hand_in(who.poster, challenge_id, 3, share)).status == 303
        assert not await is_open(desk, challenge_id)
    assert (await hand_in(who.poster, challenge_id, 3, printed)).status == 303
    assert await is_open(desk, challenge_id)


@pytest.mark.parametrize(
    "phrase", ["111111111111", "aaaaaaaaaaaa", "隧道巡检机器人防爆改造", "南京某某集团有限公司123"]
)
async def test_a_weak_passphrase_is_refused_with_what_to_do(desk: DeskStage, phrase: str) -> None:
    who = await a_poster(desk)
    challenge_id = await pending(desk, who)
    path = f"/console/challenges/{challenge_id}/openers"
    await who.approver.get(path)
    page = await who.approver.post(path, number=1, name="开启人甲", passphrase=phrase, again=phrase)
    assert (page.status, "太容易猜" in page.text or "至少要" in page.text) == (422, True)
    assert await desk.database.read(stored_openers.listed, challenge_id) == []


async def test_the_page_offers_a_fresh_phrase_each_time_that_will_do(desk: DeskStage) -> None:
    who = await a_poster(desk)
    challenge_id = await pending(desk, who)
    path = f"/console/challenges/{challenge_id}/openers"
    offered = [(await who.approver.get(path)).text.split('desk-phrase">')[1].split("<")[0] for _ in range(2)]
    assert offered[0] != offered[1]
    page = await who.approver.post(path, number=1, name="开启人甲", passphrase=offered[1], again=offered[1])
    assert page.status == 303, page.text
    assert offered[1] not in (await who.approver.get(path)).text
