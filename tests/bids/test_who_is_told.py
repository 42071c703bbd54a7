"""Events of a challenge are sent to the firms concerned, by their present people, not by an earlier id."""

import pytest

from bot.services.challenges import announcements
from bot.services.firms.registration import RegistrationCommand, register
from bot.services.people import erasure
from config.errors import InputError
from storage.challenges import records
from storage.engine.transactions import Tx
from storage.notices import outbox
from storage.people import people
from storage.people.roles import RoleGrant, RoleKind
from tests.bids.stage import a_bidder, act, bid, told
from tests.console.challenge_stage import a_poster, published
from tests.console.stage import DeskStage, today

BIDDER = "甲某科技有限公司"


def leave(tx: Tx, openid: str, desk: DeskStage) -> None:
    erasure.leave(tx, openid, desk.parts.texts, "unfollow")


def newcomer(tx: Tx, openid: str, firm_id: int | None = None) -> int:
    person_id = people.meet(tx, openid).id
    if firm_id is not None:
        people.join_firm(tx, person_id, firm_id)
    return person_id


async def test_an_answer_goes_to_the_asking_firms_people_of_today_and_never_to_a_stranger(desk: DeskStage) -> None:
    who, official = await a_poster(desk), await desk.official(RoleKind.APPROVER)
    challenge_id, _ = await published(desk, who, official)
    mine, firm_id, asker = await a_bidder(desk, BIDDER)
    await mine.get("/h5/mine")
    assert (await mine.post(f"/h5/board/{challenge_id}/ask", question="断面多大？")).status == 303
    await desk.database.write(leave, f"o-{BIDDER}", desk)
    stranger = await desk.database.write(newcomer, "o-stranger")
    colleague = await desk.database.write(newcomer, "o-colleague", firm_id)
    assert asker not in (stranger, colleague)
    (question,) = await desk.database.read(records.listed, challenge_id, "question")
    await act(who.poster, challenge_id, "answer", question=str(question.id), answer="4米。")
    assert "有新的答疑" in await told(desk, colleague)
    assert await told(desk, stranger) == ""


async def test_a_bid_is_heard_of_by_its_firm_and_not_by_who_left_it(desk: DeskStage) -> None:
    who, official = await a_poster(desk), await desk.official(RoleKind.APPROVER)
    challenge_id, _ = await published(desk, who, official)
    mine, firm_id, bidder = await a_bidder(desk, BIDDER)
    await bid(mine, challenge_id)
    colleague = await desk.database.write(newcomer, "o-colleague", firm_id)

    def goes_elsewhere(tx: Tx) -> None:
        register(tx, people.by_id(tx, bidder), RegistrationCommand("别家", None, None), desk.parts.texts)
        announcements.notify_firms(tx, challenge_id, "news:1", "有变更")

    await desk.database.write(goes_elsewhere)
    assert "有变更" in await told(desk, colleague)
    assert "有变更" not in await told(desk, bidder)


async def test_the_posters_news_go_to_whoever_posts_for_it_now(desk: DeskStage) -> None:
    who, official = await a_poster(desk), await desk.official(RoleKind.APPROVER)
    challenge_id, _ = await published(desk, who, official)
    grant = RoleGrant(RoleKind.SOE_POSTER, "接手人", await desk.database.read(today), firm_id=who.firm_id)
    second = await desk.person("o-second-poster", grant)
    await desk.database.write(leave, f"o-南京某某集团有限公司-{RoleKind.SOE_POSTER}", desk)

    def news(tx: Tx) -> None:
        announcements.notify_poster(tx, challenge_id, "news:1", "有新的提问")

    await desk.database.write(news)
    assert "有新的提问" in await told(desk, second)
    page = (await (await desk.inside(second)).get(f"/console/challenges/{challenge_id}")).text
    assert "某工" in page, "who drafted and sent it in is still named"


@pytest.mark.parametrize("how", ["another firm", "coming back"])
async def test_one_person_asks_a_poster_so_often_a_day_under_whatever_name(desk: DeskStage, how: str) -> None:
    who, official = await a_poster(desk), await desk.official(RoleKind.APPROVER)
    challenge_id, _ = await published(desk, who, official)

    def ask(tx: Tx, number: int) -> None:
        person = people.meet(tx, "o-asker")
        firm_id = register(tx, person, RegistrationCommand(f"名字{number}", None, None), desk.parts.texts)
        announcements.ask(tx, person.id, firm_id, challenge_id, f"问题{number}", desk.parts.texts)
        if how == "coming back":
            leave(tx, "o-asker", desk)

    for number in range(announcements.MOST_QUESTIONS):
        await desk.database.write(ask, number)
    with pytest.raises(InputError, match="challenge_asked_enough"):
        await desk.database.write(ask, 99)
    asked = await desk.database.read(records.listed, challenge_id, "question")
    assert len(asked) == announcements.MOST_QUESTIONS
    assert len(await desk.database.read(outbox.listed, who.people[0])) == announcements.MOST_QUESTIONS
