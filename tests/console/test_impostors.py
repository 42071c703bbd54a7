"""An unverified firm is marked wherever an SOE or official sees it, and ranks after verified ones."""

import re

import pytest

from bot.live.matcher import LiveMatcher, in_order
from bot.services.firms import registration
from bot.services.firms import verification as verification_service
from bot.services.tickets import tickets
from config.workdays import Workdays
from matchmaking.ranking.ranking import Demand, Match
from matchmaking.ranking.reasons import MatchStrength
from storage.engine.database import Database
from storage.engine.transactions import Tx
from storage.events import signups
from storage.firms import firms, offerings, verification_marks, verifications
from storage.firms.firms import name_key
from storage.notices import outbox
from storage.people import people
from storage.people.roles import RoleKind
from tests.console.challenge_stage import a_poster, published
from tests.console.stage import DeskStage
from tests.console.test_events import FORM as EVENT

REAL = "南京甲方精密科技有限公司"
NEED = "隧道巡检机器人防爆改造"
MARKS = ("未核验", "与已核验企业同名")


def a_firm(tx: Tx, name: str, *, proven: bool, person: str, products: str = NEED) -> int:
    firm_id = firms.add(tx, name=name, credit_code=None)
    people.join_firm(tx, people.meet(tx, person).id, firm_id)
    offerings.put(tx, firm_id, {"products": products}, "self")
    if proven:
        verifications.enter(tx, firm_id, f"9132{firm_id:014d}", "code")
    return firm_id


def both(tx: Tx) -> tuple[int, int]:
    """Return the impostor, registered first with a copy of the need; and the real firm, making something similar."""
    impostor = a_firm(tx, REAL, proven=False, person="o-impostor")
    return impostor, a_firm(tx, REAL, proven=True, person="o-real")


def around(text: str, name: str) -> list[str]:
    """Return the text right after each mention of this name."""
    return [text[found.end() : found.end() + 160].split("</td>")[0] for found in re.finditer(re.escape(name), text)]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("南京甲方精密科技有限公司", "南京甲方精密科技有限公司", True),
        ("南京甲方精密科技有限公司", " 南京甲方 精密科技有限公司　", True),
        ("南京甲方（江宁）有限公司", "南京甲方(江宁)有限公司", True),
        ("南京ＡＢＣ科技有限公司", "南京abc科技有限公司", True),
        ("南京甲方精密科技有限责任公司", "南京甲方精密科技有限公司", True),
        ("南京甲方·精密科技有限公司", "南京甲方精密\u200b科技有限公司", True),
        ("南京甲方精密科技有限公司", "南京\u3164甲方\uffa0精密\u115f科技\u1160有限公司", True),
        ("南京甲方精密科技股份有限公司", "南京甲方精密科技有限公司", False),
        ("南京甲方精密科技有限公司第一分公司", "南京甲方精密科技有限公司第三分公司", False),
        ("南京甲方精密科技有限公司", "南京乙方精密科技有限公司", False),
    ],
)
def test_when_two_names_are_one(one: str, other: str, same: bool) -> None:
    assert (name_key(one) == name_key(other)) is same


def test_within_one_strength_the_proven_stand_first_and_never_above_a_stronger_one() -> None:
    def match(id_: int, score: float, strength: MatchStrength) -> Match:
        return Match(str(id_), score, strength, ())

    firms_ = [
        match(1, 9.0, MatchStrength.STRONG), match(2, 8.0, MatchStrength.STRONG), match(3, 7.9, MatchStrength.STRONG),
        match(4, 5.0, MatchStrength.GOOD), match(5, 4.0, MatchStrength.GOOD), match(6, 1.0, MatchStrength.FAIR),
    ]  # fmt: skip
    assert [one.id for one in in_order(firms_, {1, 4, 6})] == ["2", "3", "1", "5", "4", "6"]


async def test_a_crowd_of_copies_pushes_no_proven_firm_off_the_list(database: Database) -> None:
    def enter(tx: Tx) -> int:
        for number in range(8):
            a_firm(tx, f"南京仿冒{number}有限公司", proven=False, person=f"o-{number}")
        return a_firm(tx, REAL, proven=True, person="o-real", products="巡检机器人")

    real = await database.write(enter)
    ranked = await database.read(LiveMatcher().rank, Demand(NEED), 5)
    assert len(ranked.firms) == 5
    assert str(real) in [one.id for one in ranked.firms]


async def test_the_list_of_a_challenge_marks_the_impostor_and_has_it_after_the_firm(desk: DeskStage) -> None:
    who, official = await a_poster(desk), await desk.official(RoleKind.EDITOR)
    impostor, real = await desk.database.write(both)
    challenge_id, _ = await published(desk, who, official, sealing="none")
    path = f"/console/challenges/{challenge_id}"
    page = (await who.poster.get(path + "/review")).text
    assert [int(one) for one in re.findall(r'name="firm" value="(\d+)"', page)][:2] == [real, impostor]
    first, second = around(page.split('id="fit"')[1], REAL)
    assert [any(mark in first for mark in MARKS), all(mark in second for mark in MARKS)] == [False, True]
    assert MARKS[1] not in (await who.poster.get(f"{path}/why?firm={REAL}")).text, "the name means the proven one"
    heads = (await official.get("/console/ranking-heads")).text
    assert MARKS[0] not in heads


async def test_an_event_marks_it_in_proposals_sign_ups_and_meetings(desk: DeskStage) -> None:
    impostor, real = await desk.database.write(both)
    official = await desk.official(RoleKind.EDITOR, "江宁", "江宁区工信局")
    await official.get("/console/events")
    path = (await official.post("/console/events", **EVENT)).location
    await official.get(path)
    await official.post(f"{path}/tables", buyer="演示采购方", need=NEED, at_once="2")
    await official.post(f"{path}/publish")
    await official.get(f"{path}/invitations")
    assert (await official.post(f"{path}/propose")).status == 303
    proposed = (await official.get(f"{path}/invitations")).text
    assert [int(one) for one in re.findall(r'name="firm-(\d+)"', proposed)] == [real, impostor]
    assert [mark in proposed for mark in MARKS] == [True, True]

    def sign_up(tx: Tx) -> None:
        event_id = int(path.rpartition("/")[2])
        for firm_id, person in ((impostor, "o-impostor"), (real, "o-real")):
            person_id = people.meet(tx, person).id
            signups.put(tx, event_id, firm_id, person_id, signups.SignupState.IN)

    await desk.database.write(sign_up)
    await official.get(path)
    await official.post(f"{path}/schedule")
    page = (await official.get(path)).text
    signed, met = page.split("<h2>报名")[1].split("<h2>洽谈日程")
    assert [part.count(MARKS[1]) for part in (signed, met)] == [1, 1]


async def test_a_ticket_and_the_firms_own_page_mark_it(desk: DeskStage) -> None:
    impostor, _ = await desk.database.write(both)

    def ask(tx: Tx) -> int:
        ticket, _ = tickets.open_or_add(tx, people.meet(tx, "o-impostor"), "江宁", "怎么领", Workdays.load())
        return ticket.id

    number = await desk.database.write(ask)
    official = await desk.official(RoleKind.EDITOR)
    for path in ("/console/tickets", f"/console/tickets/{number}", f"/console/firms/{impostor}"):
        page = (await official.get(path)).text
        assert [mark in page for mark in MARKS] == [True, True], path


async def registered(desk: DeskStage, openid: str, name: str) -> int:
    """Return a person who registers a firm with this name."""

    def enter(tx: Tx) -> int:
        person = people.meet(tx, openid)
        registration.register(tx, person, registration.RegistrationCommand(name, None, None), desk.parts.texts)
        return person.id

    return await desk.database.write(enter)


async def told(desk: DeskStage, person_id: int) -> list[str]:
    return [one.text for one in await desk.database.read(outbox.listed, person_id)]


@pytest.mark.parametrize("written", [REAL, "南京甲方 精密科技有限责任公司"])
async def test_a_proven_firms_name_warns_both_once(desk: DeskStage, written: str) -> None:
    def enter(tx: Tx) -> int:
        a_firm(tx, REAL, proven=True, person="o-real")
        return people.meet(tx, "o-real").id

    real = await desk.database.write(enter)
    impostor = await registered(desk, "o-impostor", written)
    assert ["加入" in text and "核验" in text and REAL in text for text in await told(desk, impostor)] == [True]
    assert ["另外登记了一家企业" in text for text in await told(desk, real)] == [True]
    for number in range(3):
        await registered(desk, f"o-again-{number}", written)
    await registered(desk, "o-impostor", written)
    assert (len(await told(desk, real)), len(await told(desk, impostor))) == (1, 1)


async def test_a_name_that_nobody_has_proven_warns_nobody(desk: DeskStage) -> None:
    await desk.database.write(lambda tx: a_firm(tx, REAL, proven=False, person="o-first"))
    assert await told(desk, await registered(desk, "o-second", REAL)) == []


async def test_a_firm_that_becomes_proven_loses_its_mark_and_gives_one_to_its_namesake(desk: DeskStage) -> None:
    def enter(tx: Tx) -> tuple[int, int]:
        return a_firm(tx, REAL, proven=False, person="o-a"), a_firm(tx, REAL, proven=False, person="o-b")

    one, other = await desk.database.write(enter)

    async def standing() -> list[tuple[bool, bool]]:
        found = await desk.database.read(verification_marks.of, [one, other])
        return [(found[firm_id].proven, found[firm_id].same_name) for firm_id in (one, other)]

    assert await standing() == [(False, False), (False, False)]

    def prove(tx: Tx) -> bool:
        person_id = people.meet(tx, "o-b").id
        code = "91320100MA1XXXXX0X"
        return verification_service.prove(tx, other, person_id, code, how="code")

    assert await desk.database.write(prove)
    assert await standing() == [(False, True), (True, False)]


async def test_an_soe_that_officials_entered_counts_as_proven(desk: DeskStage) -> None:
    firm_id = await desk.database.write(lambda tx: firms.add(tx, name="南京某集团", credit_code=None, kind="soe"))
    found = await desk.database.read(verification_marks.of, [firm_id])
    assert found[firm_id].proven
