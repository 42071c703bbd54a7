"""Stand-ins: until a day, with a second person's consent if they approve, and never twice at once."""

import re
from datetime import date, timedelta

import pytest

from bot.chat.inbound import Inbound
from bot.chat.people.login import LoginLinks
from bot.chat.router import Router
from bot.live.matcher import LiveMatcher
from bot.wechat.messages import Text
from config.calendar import shanghai_day
from storage.engine.transactions import Tx
from storage.notices import outbox
from storage.people import people, roles, stand_ins
from storage.people.roles import RoleGrant, RoleKind
from tests.console.challenge_stage import SECRECY, a_poster, drafted
from tests.console.stage import Browser, DeskStage, today
from tests.console.test_broadcasts import FORM, three_firms

AGENCY = "市工信局"


def editor(name: str, kind: RoleKind = RoleKind.EDITOR) -> RoleGrant:
    return RoleGrant(kind, name, date.min, agency=AGENCY)


async def says(desk: DeskStage, openid: str, words: str) -> str:
    """Return the bot's answer to this person."""
    inbound = Inbound(desk.database, Router(desk.parts, LoginLinks(desk.base)), LiveMatcher(), desk.parts.texts.error)
    push = Text(account="gh", openid=openid, created=1, key=f"{openid}-{words}", secure=True, content=words)
    return await inbound(push) or ""


def code_on(text: str) -> str:
    """Return the text to type, as the console shows it once."""
    return text.split('desk-code">')[1].split("<")[0]


async def offered(desk: DeskStage, principal: Browser, kind: str = "编辑", days: int = 10) -> str:
    """Return the invitation made on the principal's page."""
    last = await desk.database.read(lambda tx: today(tx) + timedelta(days=days))
    home = (await principal.get("/console")).text
    role_id = re.findall(r"/console/roles/(\d+)/stand-in", home)[0]
    page = await principal.post(f"/console/roles/{role_id}/stand-in", name="张工", until=last.isoformat())
    assert kind in home
    return code_on(page.text)


def person_of(tx: Tx, openid: str) -> int:
    found = people.find(tx, openid)
    assert found is not None
    return found.id


async def kinds(desk: DeskStage, openid: str) -> list[str]:
    def held(tx: Tx) -> list[str]:
        return [str(role.kind) for role in roles.held_on(tx, person_of(tx, openid), shanghai_day(tx.now))]

    return await desk.database.read(held)


async def stand_in(desk: DeskStage, principal: Browser, consenting: Browser) -> Browser:
    """Return a stand-in made via the console: offered, accepted in chat, consented to by another."""
    assert "等另一位" in await says(desk, "o-stand-in", await offered(desk, principal))
    home = (await consenting.get("/console")).text
    address = re.findall(r"(/console/roles/\d+/consent)", home)[0]
    assert (await consenting.post(address)).status == 303
    return await desk.inside(await desk.database.read(person_of, "o-stand-in"))


@pytest.mark.parametrize(("until", "status"), [("", 422), ("+91", 422), ("+90", 200), ("+0", 422), ("soon", 422)])
async def test_a_stand_in_has_an_end_within_ninety_days(desk: DeskStage, until: str, status: int) -> None:
    browser = await desk.inside(await desk.person("o-holder", editor("李工")))
    day = await desk.database.read(today)
    typed = (day + timedelta(days=int(until))).isoformat() if until.startswith("+") else until
    home = (await browser.get("/console")).text
    role_id = re.findall(r"/console/roles/(\d+)/stand-in", home)[0]
    page = await browser.post(f"/console/roles/{role_id}/stand-in", name="张工", until=typed)
    assert page.status == status
    assert f'max="{(day + timedelta(days=90)).isoformat()}"' in home
    assert ("请填写代理到哪一天" in page.text) is (until in ("", "+91"))


async def test_a_stand_in_without_an_end_does_not_work(desk: DeskStage) -> None:
    holder = await desk.person("o-holder", RoleGrant(RoleKind.SOE_POSTER, "李工", date.min, firm_id=1))
    (own,) = await desk.database.read(lambda tx: roles.of_persons(tx, [holder]))
    endless = RoleGrant(RoleKind.SOE_POSTER, "张工", date.min, firm_id=1, stands_in_for=own.id)
    await desk.person("o-stand-in", endless)
    assert await kinds(desk, "o-stand-in") == []


async def test_a_stand_in_who_may_approve_waits_for_a_second_persons_consent(desk: DeskStage) -> None:
    holder = await desk.inside(await desk.person("o-holder", editor("李工")))
    other_id = await desk.person("o-other", editor("赵工"))
    elsewhere = await desk.official(RoleKind.EDITOR, agency="市财政局")
    operator = await desk.official(RoleKind.OPERATOR)
    assert "等另一位" in await says(desk, "o-stand-in", await offered(desk, holder))
    assert await kinds(desk, "o-stand-in") == []
    told = await desk.database.read(outbox.listed, other_id)
    assert ["李工请张工代理" in one.text for one in told] == [True]
    assert "/consent" not in (await holder.get("/console")).text
    assert "/consent" not in (await elsewhere.get("/console")).text
    page = (await operator.get("/console")).text
    assert "张工 代 李工" in page
    address = re.findall(r"(/console/roles/\d+/consent)", page)[0]
    assert (await elsewhere.post(address)).status == 404
    assert (await holder.post(address)).status == 422
    assert await kinds(desk, "o-stand-in") == []
    assert (await operator.post(address)).status == 303
    assert await kinds(desk, "o-stand-in") == ["editor"]
    assert (await operator.post(address)).status == 422, "there is nothing more to consent to"
    desk.ahead(timedelta(days=9))
    assert await kinds(desk, "o-stand-in") == ["editor"]
    desk.ahead(timedelta(days=1))
    assert await kinds(desk, "o-stand-in") == []


async def test_a_stand_in_that_is_refused_is_over(desk: DeskStage) -> None:
    holder, operator = (
        await desk.inside(await desk.person("o-holder", editor("李工"))),
        await desk.official(RoleKind.OPERATOR),
    )
    await says(desk, "o-stand-in", await offered(desk, holder))
    address = re.findall(r"(/console/roles/\d+)/refuse", (await operator.get("/console")).text)[0]
    assert (await operator.post(f"{address}/refuse")).status == 303
    assert (await operator.post(f"{address}/consent")).status == 422
    assert await kinds(desk, "o-stand-in") == []


async def test_a_stand_in_whose_role_approves_nothing_works_at_once(desk: DeskStage) -> None:
    holder = await desk.inside(await desk.person("o-holder", editor("李工", RoleKind.AUDITOR)))
    assert "已接受邀请，您的身份" in await says(desk, "o-stand-in", await offered(desk, holder, "审计员"))
    assert await kinds(desk, "o-stand-in") == ["auditor"]


async def test_a_stand_in_names_no_further_stand_in(desk: DeskStage) -> None:
    holder = await desk.inside(await desk.person("o-holder", editor("李工", RoleKind.AUDITOR)))
    await says(desk, "o-stand-in", await offered(desk, holder, "审计员"))
    person_id = await desk.database.read(person_of, "o-stand-in")
    browser = await desk.inside(person_id)
    home = (await browser.get("/console")).text
    assert "请人代理" not in home
    (role,) = await desk.database.read(lambda tx: roles.of_persons(tx, [person_id]))
    until = await desk.database.read(lambda tx: today(tx) + timedelta(days=3))
    await browser.get("/console/sessions")
    page = await browser.post(f"/console/roles/{role.id}/stand-in", name="第三人", until=until.isoformat())
    assert (page.status, "不能请人代理" in page.text) == (422, True)


async def test_who_makes_an_invitation_does_not_take_it(desk: DeskStage) -> None:
    operator = await desk.inside(await desk.person("o-operator", RoleGrant(RoleKind.OPERATOR, "陈工", date.min)))
    await operator.get("/console/roles")
    page = await operator.post("/console/roles", name="陈工", kind="approver", agency=AGENCY)
    words = code_on(page.text)
    assert "要由别人来接受" in await says(desk, "o-operator", words)
    assert await kinds(desk, "o-operator") == ["operator"]
    assert "已接受邀请" in await says(desk, "o-somebody", words), "the code is not spent"
    holder = await desk.inside(await desk.person("o-holder", editor("李工")))
    assert "要由别人来接受" in await says(desk, "o-holder", await offered(desk, holder))


async def submitted(desk: DeskStage, author: Browser) -> str:
    """Return the address of this person's submitted broadcast."""
    await author.get("/console/broadcasts/new")
    path = (await author.post("/console/broadcasts", **FORM)).location
    await decided(author, path, "submit")
    return path


async def decided(browser: Browser, path: str, what: str) -> int:
    page = await browser.get(path)
    seen = re.findall(r'name="seen" value="(\w{64})"', page.text)
    return (await browser.post(f"{path}/{what}", seen=seen[0] if seen else "")).status


async def test_neither_approves_what_the_other_wrote_nor_after_the_stand_in_is_over(desk: DeskStage) -> None:
    await desk.database.write(three_firms)
    holder_id = await desk.person("o-holder", editor("李工"))
    holder, third = await desk.inside(holder_id), await desk.inside(await desk.person("o-third", editor("孙工")))
    deputy = await stand_in(desk, holder, third)
    by_holder, by_deputy = await submitted(desk, holder), await submitted(desk, deputy)
    assert "/approve" not in (await deputy.get(by_holder)).text
    seen = re.findall(r'name="seen" value="(\w{64})"', (await third.get(by_holder)).text)[0]
    page = await deputy.post(f"{by_holder}/approve", seen=seen)
    assert (page.status, "代理人算作他代理的人" in page.text) == (422, True)
    assert "张工 代 李工" in (await third.get(by_deputy)).text
    # The deputy leaves for good: what was written for the holder stays the holder's.
    await says(desk, "o-stand-in", "你好")
    seen = re.findall(r'name="seen" value="(\w{64})"', (await third.get(by_deputy)).text)[0]

    def leave(tx: Tx) -> None:
        roles.erase_person(tx, person_of(tx, "o-stand-in"))

    await desk.database.write(leave)
    assert (await holder.post(f"{by_deputy}/approve", seen=seen)).status == 422
    assert await decided(third, by_deputy, "approve") == 303


async def test_the_signers_stand_in_does_not_sign_what_the_signer_wrote(desk: DeskStage) -> None:
    who, operator = await a_poster(desk), await desk.official(RoleKind.OPERATOR)
    challenge_id = await drafted(desk, who.approver)
    deputy = await stand_in_of_signer(desk, who.approver, operator)
    path = f"/console/challenges/{challenge_id}"
    assert "审签并送审" not in (await deputy.get(path)).text
    page = await deputy.post(path + "/sign-off", **SECRECY)
    assert (page.status, "不能再审签" in page.text) == (422, True)


async def stand_in_of_signer(desk: DeskStage, signer: Browser, operator: Browser) -> Browser:
    await says(desk, "o-stand-in", await offered(desk, signer, "发榜审批人"))
    address = re.findall(r"(/console/roles/\d+/consent)", (await operator.get("/console")).text)[0]
    assert (await operator.post(address)).status == 303
    return await desk.inside(await desk.database.read(person_of, "o-stand-in"))


async def test_who_signed_for_a_firm_does_not_publish_it_as_an_official(desk: DeskStage) -> None:
    who = await a_poster(desk)
    challenge_id = await drafted(desk, who.poster, sealing="none")
    path = f"/console/challenges/{challenge_id}"
    await who.approver.get(path)
    assert (await who.approver.post(path + "/sign-off", **SECRECY)).status == 303
    await desk.database.write(lambda tx: roles.add(tx, who.people[1], editor("兼职的人", RoleKind.APPROVER)))
    await who.approver.get(path + "/publish")
    page = await who.approver.post(path + "/publish")
    assert (page.status, "另一位审核人员发布" in page.text) == (422, True)
    official = await desk.official(RoleKind.APPROVER)
    await official.get(path + "/publish")
    assert (await official.post(path + "/publish")).status == 303


async def test_the_audit_says_who_acted_for_whom(desk: DeskStage) -> None:
    holder = await desk.inside(await desk.person("o-holder", editor("李工")))
    deputy = await stand_in(desk, holder, await desk.official(RoleKind.OPERATOR))
    await desk.database.write(three_firms)
    await submitted(desk, deputy)
    auditor = await desk.official(RoleKind.AUDITOR)
    assert "张工 代 李工" in (await auditor.get("/console/audit?what=broadcast.submit")).text
    exported = await auditor.get("/console/audit/export?as=csv&what=broadcast.submit")
    assert "张工 代 李工" in exported.text
    await desk.person("o-stand-in", editor("张工", RoleKind.APPROVER))
    assert "张工（当日也代 李工）" in (await auditor.get("/console/audit?what=broadcast.submit")).text


async def test_what_was_done_in_somebodys_place_is_kept_by_ids_alone(desk: DeskStage) -> None:
    holder = await desk.inside(await desk.person("o-holder", editor("李工")))
    await stand_in(desk, holder, await desk.official(RoleKind.OPERATOR))
    ids = await desk.database.read(lambda tx: (person_of(tx, "o-stand-in"), person_of(tx, "o-holder")))
    (kept,) = await desk.database.read(stand_ins.of_persons, [ids[0]])
    assert (kept.person_id, kept.principal_id) == ids
