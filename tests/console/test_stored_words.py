"""Users' text is shown as plain text on every page, however it was stored."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import cycle
from typing import Any

import pytest

from bot.console.access import (
    Locator,
    bid_file_place,
    broadcast_place,
    canned_place,
    challenge_file_place,
    challenge_place,
    contact_place,
    detail_place,
    entry_place,
    event_place,
    firm_place,
    import_place,
    matter_place,
    merge_place,
    request_place,
    role_place,
    ticket_place,
    whole_city,
)
from bot.console.routes import ROUTES
from bot.services.roster import imports
from storage.audit import audit
from storage.broadcasts import broadcasts
from storage.broadcasts.broadcasts import AudienceCriteria
from storage.challenges import files
from storage.challenges.files import ChallengeFile
from storage.engine.transactions import Actor, Tx
from storage.events import events, signups
from storage.events.events import MatchmakingEvent
from storage.firms import firms, licence_reviews, merges, offerings, verifications
from storage.people import people, roles
from storage.people.people import PersonContact as Reachable
from storage.people.roles import RoleGrant, RoleKind
from storage.policy import agency_questions, published_details, unanswered_questions
from storage.policy.detail_content import DetailContent
from storage.roster import roster
from storage.tickets import canned_answers, contacts, tickets
from storage.tickets.contacts import AgencyContact
from tests.bids.stage import a_bidder, act, bid
from tests.broadcasts import a_content
from tests.console.challenge_stage import FIELDS, PDF, a_poster, published
from tests.console.hostile import PAYLOADS, Reading
from tests.console.stage import Browser, DeskStage
from tests.details import a_source, a_statement
from tests.h5.conftest import Cast, cast

__all__ = ["cast"]

Evil = Callable[[str], str]
TODAY = date(2026, 11, 5)
# Text stored but never shown literally in the console.
HIDDEN = {"联电"}
ONLY_IN_THE_ARCHIVE = {"评注", "评因", "纪要", "选因", "异人"}


# Of a whole challenge: a story takes seconds. In each, every field has one payload, its neighbour the next; two of them
# are told every time, all of them by `make hard`.
STORIES = [pytest.param(number, marks=[pytest.mark.hard] if number > 1 else []) for number in range(len(PAYLOADS))]


def evil(payload: str | Sequence[str], told: list[str]) -> Evil:
    """A maker of hostile words: each begins with its own label, so that it can be looked for. Several take turns."""
    turns = cycle([payload] if isinstance(payload, str) else payload)

    def made(label: str) -> str:
        assert len(label) <= 3
        told.append(label + next(turns))
        return told[-1]

    return made


def sow(tx: Tx, word: Evil) -> dict[Locator, int]:
    """Insert something of each kind, hostile in every text field; return each id."""
    asker = people.meet(tx, "o-asker").id
    people.save_contact(tx, asker, Reachable(word("联名"), word("联电")), "1")
    entry = roster.add(tx, name=word("录名"), credit_code=None, district="江宁", zone=None)
    firm = firms.add(tx, name=word("企名"), credit_code="91320102MADEM360XX", roster_id=entry)
    double = firms.add(tx, name=word("双名"), credit_code="91320102MADEM360XX")
    gone = firms.add(tx, name=word("并名"), credit_code="91320102MADEM360XX")
    for one in (firm, double, gone):
        firms.save_facts(tx, one, {"district": "江宁"}, "self")
    verifications.enter(tx, firm, "91320102MADEM360XX", "code")
    people.join_firm(tx, asker, firm)
    offerings.put(tx, firm, {"products": word("产品"), "keywords": word("关键")}, "official", word("填者"))
    agency = RoleGrant(RoleKind.FIRM_ADMIN, word("管名"), TODAY, firm_id=firm)
    roles.add(tx, asker, agency)
    official = RoleGrant(RoleKind.EDITOR, word("官名"), TODAY, agency=word("单位"), area=None)
    role = roles.add(tx, people.meet(tx, "o-official").id, official)
    ticket = tickets.add(tx, asker, firm, "江宁", TODAY)
    tickets.add_line(tx, ticket, tickets.TicketLineKind.ASKED, asker, word("问题"))
    tickets.add_line(tx, ticket, tickets.TicketLineKind.REPLY, asker, word("答复"))
    request = licence_reviews.add(tx, double, asker, "media")
    licence_reviews.save_picture(tx, request, b"picture")
    matter = agency_questions.add(tx, word("事题"), "")
    agency_questions.change(
        tx, matter, agency_questions.AgencyQuestionState.ANSWERED,
        agency=word("问谁"), reply=word("回复"), source=word("来源"),
        asked_on=TODAY, answered_on=TODAY, written_by=asker,
    )  # fmt: skip
    for label in ("没答", "归入"):
        unanswered_questions.save(tx, asker, word(label), "", TODAY)
    unanswered_questions.assign(tx, [unanswered_questions.waiting(tx)[-1].id], matter)
    begins = datetime(2099, 1, 5, 6, tzinfo=UTC)
    ends, words = begins + timedelta(hours=2), (word("会名"), word("主题"), word("地点"))
    held = MatchmakingEvent("ninggong", *words, None, begins, ends, tx.now, begins, 9, 2, word("台子"), (begins,))
    event = events.add(tx, held)
    events.add_table(tx, event, firm_id=None, buyer=word("买方"), need=word("需求"), at_once=1)
    signups.put(tx, event, firm, asker, signups.SignupState.IN)
    empty: dict[str, object] = {
        "code": None,
        "said": "",
        "district": None,
        "zone": None,
        "titles": [],
        "entry_id": None,
        "why": "",
    }
    candidate = [entry, word("候选"), word("候区")]
    rows = [
        {**empty, "line": 2, "name": word("行名"), "fate": "doubtful", "candidates": [candidate]},
        {**empty, "line": 3, "name": word("错名"), "fate": "wrong", "why": "code", "said": word("错码")},
    ]
    plan = {"rows": rows, "lapsed": [[entry, word("落名"), "srdi"]], "lapse_from": "2026-01-01"}
    content = DetailContent("江宁", a_source(word("文名"), word("文发")), a_statement(word("文句")).body)
    detail = published_details.add(tx, content, asker)
    published_details.set_state(tx, detail, "withdrawn", asker, word("撤因"))
    published_details.note(tx, detail, asker, "withdrawn", word("记因"))
    whom = AudienceCriteria(words=(word("群词"),), listed=(word("群单"),))
    content_for_many = a_content(title=word("群题"), text=word("群文"), link=word("群网"), audience=whom)
    broadcast = broadcasts.add(tx, content_for_many, asker)
    broadcasts.note(tx, broadcast, asker, "stop", word("停因"))
    audit.record(tx, "seen", word("何物"), by=Actor(word("谁做"), "cli"))
    return {
        entry_place: entry,
        firm_place: firm,
        role_place: role,
        ticket_place: ticket,
        request_place: request,
        matter_place: matter,
        event_place: event,
        whole_city: 1,
        merge_place: merges.add(tx, firm, gone, TODAY),
        canned_place: canned_answers.add(tx, None, word("口名"), word("口径"), asker),
        contact_place: contacts.add(
            tx, AgencyContact("8.1", "江宁", word("电位"), word("科室"), word("电话"), word("时间")), TODAY, asker
        ),
        import_place: imports.save(tx, asker, None, word("表名"), 0, plan),
        detail_place: detail,
        broadcast_place: broadcast,
    }  # fmt: skip


async def read_all(browsers: list[Browser], things: Mapping[Locator, int], more: list[str]) -> list[Reading]:
    """Read every page of these things, and those more; nothing may be live."""
    paths = list(more)
    for route in ROUTES:
        if route.method == "GET" and "{" not in route.path and not route.path.endswith("export"):
            paths.append("/console" + route.path)
        elif route.method == "GET" and route.policy.of is not None and route.policy.of in things:
            paths.append("/console" + route.path.replace("{id}", str(things[route.policy.of])))
    found = []
    for browser in browsers:
        for path in paths:
            page = await browser.get(path)
            if "html" not in page.headers.get("Content-Type", ""):
                continue
            reading = Reading(page.text)
            assert reading.live == [], path
            found.append(reading)
    return found


def missing(told: list[str], readings: list[Reading]) -> set[str]:
    """Return the labels of text no page showed exactly."""
    return {word[:2] for word in told if not any(reading.shows(word) for reading in readings)}


EVERY_OFFICIAL = (RoleKind.OPERATOR, RoleKind.EDITOR, RoleKind.APPROVER, RoleKind.AUDITOR)


@pytest.mark.parametrize("payload", PAYLOADS)
async def test_nothing_stored_is_live_on_a_page_of_the_officials(desk: DeskStage, payload: str) -> None:
    told: list[str] = []
    word = evil(payload, told)
    things = await desk.database.write(sow, word)
    grants = [RoleGrant(kind, "某人", date.min, None, None, "市工信局", None) for kind in EVERY_OFFICIAL]
    browser = await desk.inside(await desk.person("o-all", *grants))
    readings = await read_all([browser], things, [f"/console/tickets/{things[ticket_place]}?canned=1"])
    await browser.get("/console/tickets")
    for path, number in (("tickets", things[ticket_place]), ("proofs", things[request_place])):
        look = await browser.post(
            f"/console/{path}/batch", id=[number], do="assign" if path == "tickets" else "approve"
        )
        readings.append(Reading(look.text))
        assert readings[-1].live == []
    assert missing(told, readings) == HIDDEN
    of_challenges = {challenge_place, challenge_file_place, bid_file_place}
    assert {route.policy.of for route in ROUTES if route.policy.of is not None} == things.keys() | of_challenges


@pytest.mark.parametrize("begin", STORIES)
async def test_nothing_stored_is_live_in_a_challenge_or_a_bid(desk: DeskStage, begin: int) -> None:
    told: list[str] = []
    word = evil([*PAYLOADS[begin:], *PAYLOADS[:begin]], told)
    who, official = await a_poster(desk, word("榜主")), await desk.official(RoleKind.APPROVER)
    fixed = ("procurement", "sealing", "least", "named", "domain")
    written: dict[str, Any] = {name: word(f"{number:02}") for number, name in enumerate(FIELDS) if name not in fixed}
    challenge_id, _ = await published(desk, who, official, sealing="none", least="1", **written)
    bidder, _, bidder_id = await a_bidder(desk, word("揭名"))
    await bidder.get(f"/h5/board/{challenge_id}")
    assert (await bidder.post(f"/h5/board/{challenge_id}/ask", question=word("榜问"))).status == 303
    review = f"/console/challenges/{challenge_id}/review"
    question = (await who.poster.get(review)).text.split('name="question" value="')[1].split('"')[0]
    await act(who.poster, challenge_id, "answer", question=question, answer=word("榜答"))
    parts = {
        name: word(f"b{number}") for number, name in enumerate(("solution", "team", "prior", "price", "partner_1"))
    }
    assert "下载副本" in await bid(bidder, challenge_id, milestones="样机", **parts, application=("申请书.pdf", PDF))
    attached = ChallengeFile(99, challenge_id, None, "other", word("附名"), "pdf", 1, "0" * 64)
    await desk.database.write(files.add, attached, 0, [b""])
    await act(who.poster, challenge_id, "amend", what=word("改了"))
    await act(who.poster, challenge_id, "criteria", criteria=f"{word('标准')} 100")
    bid_id = (await bidder.get("/h5/my-bids")).text.split("/h5/my-bids/")[1].split('"')[0]
    things: dict[Locator, int] = {challenge_place: challenge_id}
    more = [f"/console/board/{challenge_id}"]
    board = f"/h5/board/{challenge_id}"
    paths = ["/h5/board", board, f"{board}/bid", "/h5/my-bids", f"/h5/my-bids/{bid_id}", "/h5/mine"]
    readings = await read_all([who.poster, who.approver, official, desk.browser()], things, more)
    readings += await read_all([bidder], {}, paths)
    desk.ahead(timedelta(days=21))
    who, bidder = await who.again(desk), await desk.on_phone(bidder_id)
    await who.poster.get(review)
    assert (await who.poster.post(f"/console/challenges/{challenge_id}/begin-review")).status == 303
    await act(who.poster, challenge_id, "reviewers", name=word("评人"), note=word("评注"))
    readings += await read_all([who.poster, who.approver], things, more)
    fields = {"reviewer": told[-2], "bid": bid_id, "points-0": "80", "why": word("评因")}
    await act(who.poster, challenge_id, "scores", **fields)
    await act(who.poster, challenge_id, "minutes", text=word("纪要"))
    await act(who.poster, challenge_id, "choose", why=word("选因"), **{f"bid-{bid_id}": "1"})
    until = (await desk.database.read(lambda tx: tx.now)).date() + timedelta(days=5)
    await act(who.approver, challenge_id, "announce", text=word("公示"), until=str(until), phone=word("公电"))
    await act(who.approver, challenge_id, "objections", by=word("异人"), text=word("异议"))
    readings += await read_all([who.poster, who.approver, desk.browser()], things, more)
    readings += await read_all([bidder], {}, paths)
    assert missing(told, readings) == ONLY_IN_THE_ARCHIVE


@pytest.mark.parametrize("payload", PAYLOADS)
async def test_nothing_stored_is_live_on_a_page_of_the_chat(cast: Cast, payload: str) -> None:
    told: list[str] = []
    word = evil(payload, told)
    person = cast.person("o-asker")
    await person.say("注册")
    await person.say(word("聊名"))
    readings = [Reading((await person.open("注册")).text)]
    sent = {"name": word("页名"), "for_name": word("前名"), "code": word("页码"), "trade": word("行业"),
            "staff": word("人数"), "contact_name": word("联名"), "contact_phone": word("联电")}  # fmt: skip
    for do in ("find", "send"):
        page = await person.browser.post("/h5/register", do=do, firm_before="", district="江宁", **sent)
        assert page.status in (200, 422)
        readings.append(Reading(page.text))

    def join(tx: Tx) -> None:
        things = sow(tx, evil(payload, []))
        people.join_firm(tx, people.meet(tx, "o-asker").id, things[firm_place])

    await cast.desk.database.write(join)
    readings += [
        Reading((await person.browser.get(path)).text) for path in ("/h5/mine", "/h5/register", "/h5/calendar")
    ]
    assert [reading.live for reading in readings if reading.live] == []
    assert readings[-3].shows(f"企名{payload}")
    assert readings[-2].shows(f"企名{payload}")
    # An invalid trade, and an earlier search, are not shown again.
    assert missing(told, readings) <= {"行业", "前名"}
