"""Pages describe sealing as the challenge actually uses it, and by default everything is sealed."""

import json

import pytest

from config.challenges import ChallengeForm
from storage.challenges import bids
from storage.engine.transactions import Tx
from storage.people.roles import RoleKind
from tests.bids.stage import a_bidder, act, bid
from tests.console.challenge_stage import KEEPER, SECRECY, a_poster, drafted, second_opener, set_openers
from tests.console.stage import DeskStage

SAID = ChallengeForm.load().sealed
WAYS = list(SAID)
PARTS = {
    "solution": "技术方案",
    "team": "团队",
    "prior": "以往成果",
    "milestones": "里程碑",
    "partners": "联合单位",
    "price": "报价",
}


def hold(way: str, page: str, text: str) -> None:
    """Raise if a page says nothing about sealing, or something true only of another mode."""
    assert SAID[way] in text, page
    rest = text.replace(SAID[way], "")
    assert not [words for words in (*SAID.values(), "谁也打不开", "谁也看不到", "就加密") if words in rest], page


@pytest.mark.parametrize("way", WAYS)
async def test_every_page_tells_of_its_own_challenges_way(desk: DeskStage, way: str) -> None:
    who, official = await a_poster(desk), await desk.official(RoleKind.APPROVER)
    challenge_id = await drafted(desk, who.poster, sealing=way)
    path = f"/console/challenges/{challenge_id}"
    hold(way, "draft", (await who.approver.get(path)).text)
    assert (await who.approver.post(path + "/sign-off", **SECRECY)).status == 303
    if way != "none":
        hold(way, "openers", (await who.approver.get(path + "/openers")).text)
        await set_openers(challenge_id, who.approver, await second_opener(desk))
    hold(way, "publish", (await official.get(path + "/publish")).text)
    done = await official.post(path + "/publish", keeper=KEEPER)
    if way != "none":
        hold(way, "published", done.text)
    mine, _, _ = await a_bidder(desk, "甲某科技有限公司")
    hold(way, "form", (await mine.get(f"/h5/board/{challenge_id}/bid")).text)
    assert "下载副本" in await bid(mine, challenge_id, partner_1="乙某大学")
    (one,) = await desk.database.read(bids.of_challenge, challenge_id)
    hold(way, "mine", (await mine.get(f"/h5/my-bids/{one.id}")).text)
    hold(way, "board", (await mine.get(f"/h5/board/{challenge_id}")).text)
    hold(way, "public board", (await desk.browser().get(f"/console/board/{challenge_id}")).text)
    await who.poster.get(path + "/review")
    await act(who.poster, challenge_id, "criteria", criteria="技术 60\n价格 40")

    def as_the_house_reads(tx: Tx) -> dict[str, str]:
        found: dict[str, str] = json.loads(tx.cipher.open_bytes(one.shown, f"bid:{challenge_id}:{one.id}:shown"))
        return found

    readable = {PARTS[name] for name in await desk.database.read(as_the_house_reads) if name in PARTS}
    told = SAID[way].partition("谁也打不开")[2] if way != "none" else "、".join(PARTS.values())
    assert readable == {name for name in PARTS.values() if name in told}


async def test_the_form_explains_each_way_and_seals_all_where_nothing_is_chosen(desk: DeskStage) -> None:
    who = await a_poster(desk)
    page = (await who.poster.get("/console/challenges/new")).text
    assert [said in page for said in SAID.values()] == [True] * 3
    assert page.index('<option value="all"') < page.index('<option value="price"')
    made = await who.poster.post("/console/challenges", title="某榜")
    assert SAID["all"] in (await who.poster.get(made.location)).text
