"""What its firm never submitted to officials belongs to the firm alone, whatever happened to it."""

import re

import pytest

from storage.people.roles import RoleKind
from tests.console.challenge_stage import SECRECY, Poster, a_poster, drafted
from tests.console.stage import Browser, DeskStage

TITLE = "隧道巡检机器人防爆改造"


async def moved(browser: Browser, challenge_id: int, step: str, **other: str) -> None:
    path = f"/console/challenges/{challenge_id}"
    await browser.get(path)
    page = await browser.post(f"{path}/{step}", reason="不发了", **other)
    assert page.status == 303, page.text


async def read_by(official: Browser, who: Poster, challenge_id: int) -> set[str]:
    """Return which pages show it to this official."""
    path = f"/console/challenges/{challenge_id}"
    own = await who.poster.get(path)
    file = re.findall(r"/console/challenge-files/\d+", own.text)[0]
    pages = {path: "page", "/console/challenges": "list", path + "/archive": "archive", file: "file"}
    return {
        name
        for address, name in pages.items()
        if TITLE in (page := await official.get(address)).text or (page.status == 200 and name in ("file", "archive"))
    }


@pytest.mark.parametrize("kind", [RoleKind.EDITOR, RoleKind.APPROVER, RoleKind.AUDITOR])
async def test_a_draft_that_was_withdrawn_stays_its_firms(desk: DeskStage, kind: RoleKind) -> None:
    who, official = await a_poster(desk), await desk.official(kind)
    challenge_id = await drafted(desk, who.poster)
    assert await read_by(official, who, challenge_id) == set()
    await moved(who.poster, challenge_id, "withdraw")
    assert await read_by(official, who, challenge_id) == set()
    assert (await who.poster.get(f"/console/challenges/{challenge_id}")).status == 200


async def test_what_officials_were_shown_stays_in_their_list(desk: DeskStage) -> None:
    who, official = await a_poster(desk), await desk.official(RoleKind.EDITOR)
    challenge_id = await drafted(desk, who.poster)
    await moved(who.approver, challenge_id, "sign-off", **SECRECY)
    assert await read_by(official, who, challenge_id) == {"page", "list", "file"}
    await moved(official, challenge_id, "send-back")
    await moved(who.poster, challenge_id, "withdraw")
    assert await read_by(official, who, challenge_id) == {"page", "list", "file"}
