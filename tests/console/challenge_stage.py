"""Starting point of challenge stories: a posting firm, the required files, and the form."""

import io
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from config.calendar import SHANGHAI
from storage.challenges import challenges
from storage.engine.transactions import Tx
from storage.firms import firms
from storage.people.roles import RoleGrant, RoleKind
from tests.console.stage import Browser, DeskStage, Page

PDF = b"%PDF-1.4\n%made up\n"
PHRASES = {1: "bamuli tekasu noripe wadigu", 2: "sofane gitupo ruleka midawe"}
KEEPER = "档案室保管员"
SECRECY = {"confirmed": "1", "confirmed_by": "审查人某"}
FIELDS = {
    "title": "隧道巡检机器人防爆改造",
    "domain": "智能装备",
    "problem": "现有巡检机器人不防爆。",
    "content": "研制防爆巡检机器人。",
    "targets": "防爆等级不低于Ex d IIC；续航≥6小时。",
    "due": "签约后10个月内",
    "reward": "120万元",
    "rights": "双方共有。",
    "conditions": "具备移动机器人研制能力。",
    "contact": "演示联系人 025-00000003",
    "funding": "集团研发费",
    "decision": "演示〔2026〕9号",
    "basis": "合作研发，按制度办理",
    "procurement": "joint_research",
    "sealing": "price",
    "least": "2",
    "named": "1",
}


@dataclass(frozen=True)
class Poster:
    """A firm's people in the console."""

    firm_id: int
    poster: Browser
    approver: Browser
    people: tuple[int, int]

    async def again(self, desk: DeskStage) -> "Poster":
        """Return the same people, logged in again: a session ends after days."""
        poster, approver = [await desk.inside(person_id) for person_id in self.people]
        return Poster(self.firm_id, poster, approver, self.people)


def deadline_in(tx: Tx, days: int) -> datetime:
    local = tx.now.astimezone(SHANGHAI) + timedelta(days=days)
    return local.replace(hour=17, minute=0, second=0, microsecond=0)


def office_file(part: str = "word/document.xml") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(part, "<x/>")
    return made.getvalue()


async def a_poster(desk: DeskStage, name: str = "南京某某集团有限公司") -> Poster:
    firm_id = await desk.database.write(lambda tx: firms.add(tx, name=name, credit_code=None, kind="soe"))

    async def one(kind: RoleKind) -> int:
        return await desk.person(f"o-{name}-{kind}", RoleGrant(kind, "某工", date.min, None, firm_id=firm_id))

    ids = (await one(RoleKind.SOE_POSTER), await one(RoleKind.SOE_APPROVER))
    return Poster(firm_id, await desk.inside(ids[0]), await desk.inside(ids[1]), ids)


async def drafted(desk: DeskStage, poster: Browser, days: int = 20, **other: str) -> int:
    """Return the id of a complete draft with its files."""
    until = await desk.database.read(deadline_in, days)
    await poster.get("/console/challenges/new")
    page = await poster.post("/console/challenges", **{**FIELDS, "deadline": f"{until:%Y-%m-%dT%H:%M}", **other})
    assert page.status == 303, page.text
    path = page.location
    for kind in ("stamped", "decision"):
        await poster.get(path)
        page = await poster.post(path + "/files", kind=kind, file=(f"{kind}.pdf", PDF + kind.encode()), **SECRECY)
        assert page.status == 303, page.text
    return int(path.rpartition("/")[2])


async def published(desk: DeskStage, who: Poster, official: Browser, days: int = 20, **other: str) -> tuple[int, str]:
    """Return a published challenge: its id and the printed share."""
    challenge_id = await drafted(desk, who.poster, days, **other)
    path = f"/console/challenges/{challenge_id}"
    await who.approver.get(path)
    page = await who.approver.post(path + "/sign-off", **SECRECY)
    assert page.status == 303, page.text
    if other.get("sealing", FIELDS["sealing"]) != "none":
        await set_openers(challenge_id, who.approver, await second_opener(desk))
    await official.get(path + "/publish")
    page = await official.post(path + "/publish", keeper=KEEPER)
    assert page.status in (200, 303), page.text
    printed = page.text.split('desk-share">')[1].split("<")[0] if page.status == 200 else ""
    return challenge_id, printed


async def second_opener(desk: DeskStage) -> Browser:
    """Return an official who does not publish here."""
    return await desk.official(RoleKind.EDITOR, agency="市财政局")


async def set_openers(challenge_id: int, *browsers: Browser) -> None:
    """Set both openers, each in a separate visit."""
    path = f"/console/challenges/{challenge_id}/openers"
    for number, browser in enumerate(browsers, 1):
        await browser.get(path)
        phrase = PHRASES[number]
        page = await browser.post(path, number=number, name=f"开启人{number}", passphrase=phrase, again=phrase)
        assert page.status == 303, page.text


async def hand_in(browser: Browser, challenge_id: int, number: int, share: str) -> Page:
    """Submit one share, in a separate visit."""
    await browser.get(f"/console/challenges/{challenge_id}/openers")
    return await browser.post(f"/console/challenges/{challenge_id}/openers/share", number=number, share=share)


async def stage_of(desk: DeskStage, challenge_id: int) -> str:
    found = await desk.database.read(lambda tx: (challenges.get(tx, challenge_id), tx.now))
    assert found[0] is not None
    return found[0].at(found[1]).value
