"""Unpublished content is nowhere readable: events, publications, agencies' answers, pictures."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.services.broadcasts import broadcasts as broadcast_service
from bot.services.events.signups import check_in_scene
from bot.services.policy import unanswered_questions as unanswered_question_service
from bot.wechat.messages import Scan
from storage.broadcasts import broadcasts, pictures
from storage.broadcasts.broadcasts import BroadcastState as Sent
from storage.engine.transactions import Tx
from storage.events import events
from storage.events.events import EventState, MatchmakingEvent
from storage.firms import firms
from storage.people import people
from storage.people.roles import RoleGrant, RoleKind
from storage.policy import agency_questions, published_details
from storage.policy.published_details import DetailState as DetailState
from tests.broadcasts import RULES, a_content, approved, official, put_forward, tick_of, until_it_starts
from tests.console.stage import DeskStage, today
from tests.details import a_rule, a_statement, a_window
from tests.h5.conftest import Cast
from tests.h5.test_entry import registered

CANARY = "金丝雀对接会"


def an_event(tx: Tx, state: EventState) -> int:
    soon = tx.now + timedelta(minutes=30)
    event = MatchmakingEvent(
        "ninggong", CANARY, f"{CANARY}主题", f"{CANARY}会场", None, soon, soon + timedelta(hours=2),
        tx.now - timedelta(days=9), soon - timedelta(minutes=10), 9, 2, "", (soon,),
    )  # fmt: skip
    event_id = events.add(tx, event)
    events.add_table(tx, event_id, firm_id=None, buyer=f"{CANARY}采购方", need="巡检", at_once=1)
    if state is not EventState.DRAFT:
        events.move(tx, event_id, EventState.DRAFT, state)
    return event_id


@pytest.mark.parametrize("state", list(EventState))
async def test_an_event_is_read_only_while_it_is_published(desk: DeskStage, cast: Cast, state: EventState) -> None:
    person = await registered(cast, "o-1", "王女士 13800000000")
    event_id = await desk.database.write(an_event, state)
    firm_id = await desk.database.write(lambda tx: firms.add(tx, name="南京某集团", credit_code=None, kind="soe"))
    day = await desk.database.read(today)
    buyer = await desk.inside(await desk.person("o-soe", RoleGrant(RoleKind.SOE_POSTER, "某人", day, firm_id=firm_id)))
    scene = await desk.database.read(lambda tx: check_in_scene(tx.cipher, event_id))
    scan = Scan(account="gh", openid=person.openid, created=1, key="scan", secure=True, scene=scene)
    await buyer.get("/console/buyer-events")
    read = {
        "list": CANARY in await person.say("宁工品推"),
        "one": CANARY in await person.say(f"活动 {event_id}"),
        "item": CANARY in await person.say("10.2"),
        "calendar": CANARY in (await person.open("加入日历")).text,
        "buyers": CANARY in (await buyer.get("/console/buyer-events")).text,
        "table": (await buyer.post(f"/console/buyer-events/{event_id}", need="某需求")).status == 303,
        "sign up": CANARY in await person.say(f"报名 {event_id}"),
        "wish": CANARY in await person.say(f"想谈 {event_id} A"),
        "mine": CANARY in await person.say("我的对接"),
        "door": CANARY in (await person.inbound(scan) or ""),
    }
    public = state is EventState.PUBLISHED
    assert {name for name, shown in read.items() if shown is not public} == set(), read


def a_detail(tx: Tx, state: DetailState, kind: str) -> None:
    made = {
        "window": lambda: a_window(opens=tx.now - timedelta(days=1), closes=tx.now + timedelta(days=20), title=CANARY),
        "statement": lambda: a_statement(f"{CANARY}的说法", title=CANARY),
        "rule": lambda: replace(a_rule(), source=replace(a_rule().source, title=CANARY)),
    }[kind]()
    detail_id = published_details.add(tx, made, 1)
    steps: dict[DetailState, tuple[DetailState, ...]] = {
        "draft": (),
        "waiting": ("waiting",),
        "published": ("waiting", "published"),
        "withdrawn": ("waiting", "published", "withdrawn"),
    }
    for after in steps[state]:
        published_details.set_state(tx, detail_id, after, 1)


@pytest.mark.parametrize("state", ["draft", "waiting", "published", "withdrawn"])
@pytest.mark.parametrize("kind", ["window", "statement", "rule"])
async def test_what_departments_publish_is_read_only_once_it_was_approved(
    desk: DeskStage, cast: Cast, state: DetailState, kind: str
) -> None:
    person = await registered(cast, "o-1", "王女士 13800000000")
    await desk.database.write(a_detail, state, kind)
    said = [
        await person.say(words) for words in ("8.1", "5.3", "算力券怎么申报", "申报窗口", "江宁区奖励多少", "5.3 江宁")
    ]
    page = (await person.open("加入日历")).text
    shown = any(CANARY in text for text in (*said, page))
    assert shown is (state == "published")


def a_reply(tx: Tx, state: agency_questions.AgencyQuestionState) -> None:
    matter_id = unanswered_question_service.start_note(tx, "15.1", f"{CANARY}哪里投诉")
    unanswered_question_service.mark_asked(tx, matter_id, "市工信局", date(2026, 1, 1))
    if state in (agency_questions.AgencyQuestionState.OPEN, agency_questions.AgencyQuestionState.ASKED):
        return
    unanswered_question_service.answer(tx, 1, matter_id, f"{CANARY}：打统一电话", "公开栏", date(2026, 1, 2))
    if state is agency_questions.AgencyQuestionState.ANSWERED:
        return
    found = agency_questions.get(tx, matter_id)
    assert found is not None
    unanswered_question_service.approve(tx, 2, matter_id, unanswered_question_service.reading(found))
    if state is agency_questions.AgencyQuestionState.WITHDRAWN:
        unanswered_question_service.withdraw(tx, matter_id)


@pytest.mark.parametrize("state", list(agency_questions.AgencyQuestionState))
async def test_an_agencys_answer_is_read_only_once_it_was_approved(
    desk: DeskStage, cast: Cast, state: agency_questions.AgencyQuestionState
) -> None:
    await desk.database.write(a_reply, state)
    assert (CANARY in await cast.person("o-1").say("15.1")) is (state is agency_questions.AgencyQuestionState.PUBLISHED)


def _stop(tx: Tx, number: int) -> None:
    broadcast_service.stop(tx, official(tx, "乙"), number, "写错了")


PATHS: dict[str, bool] = {"draft": False, "waiting": False, "approved": False, "out": True, "stopped": False}


@pytest.mark.parametrize("path", PATHS)
async def test_a_picture_is_shown_to_anybody_only_while_what_shows_it_is_out(desk: DeskStage, path: str) -> None:
    def enter(tx: Tx) -> tuple[str, int]:
        person = people.meet(tx, "o-reader")
        people.join_firm(tx, person.id, firms.add(tx, name="南京云有限公司", credit_code=None))
        name = pictures.save(tx, b"\xff\xd8\xff picture")
        content = a_content(kind="article", summary="摘要", picture=name)
        if path == "draft":
            return name, broadcast_service.compose(tx, official(tx, "甲"), content, RULES, desk.parts.texts)
        make: Callable[..., broadcasts.Broadcast] = put_forward if path == "waiting" else approved
        return name, make(tx, content, desk.parts).id

    name, number = await desk.database.write(enter)
    address = f"/h5/pictures/{name}.jpg"
    assert (await desk.browser().get(address)).status == 404
    if path in ("out", "stopped"):
        found = await desk.database.read(broadcasts.get, number)
        assert found is not None
        desk.ahead(await desk.database.read(until_it_starts, found))
        await tick_of(desk.database, desk.parts)()
        shown = await desk.browser().get(address)
        assert (shown.status, shown.headers["Content-Type"]) == (200, "image/jpeg")
        assert "immutable" in shown.headers["Cache-Control"]
    if path == "stopped":
        await desk.database.write(_stop, number)
    assert ((await desk.browser().get(address)).status == 200) is PATHS[path]
    state = await desk.database.read(lambda tx: broadcasts.get(tx, number))
    assert state is not None
    assert (state.state in (Sent.SENDING, Sent.DONE)) is PATHS[path]


async def test_whoever_tries_a_broadcast_out_sees_its_picture(desk: DeskStage) -> None:
    author = await desk.official(RoleKind.EDITOR)

    def enter(tx: Tx) -> tuple[str, int]:
        name = pictures.save(tx, b"\xff\xd8\xff picture")
        return name, broadcasts.add(tx, a_content(kind="article", summary="摘要", picture=name), 1)

    name, number = await desk.database.write(enter)
    path = f"/console/broadcasts/{number}"
    page = (await author.get(path)).text
    (address,) = re.findall(r'src="(/console/broadcasts/pictures/\w{64}\.jpg)"', page)
    assert (await author.get(address)).status == 200
    assert (await desk.browser().get(address)).status != 200
    assert (await desk.browser().get(f"/h5/pictures/{name}.jpg")).status == 404
    await author.get(path)
    assert (await author.post(f"{path}/test")).status == 303
    assert (await desk.browser().get(f"/h5/pictures/{name}.jpg")).status == 200
