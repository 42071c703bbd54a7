"""Unpublished content is nowhere readable: every challenge stage × every public surface and viewer."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import product

import pytest

from storage.challenges import challenges, recommendations
from storage.challenges.challenges import Stage
from storage.challenges.recommendations import Recommendation
from storage.engine import change_counters
from storage.engine.transactions import Tx
from storage.firms import firms, verifications
from storage.people import people
from storage.people.roles import RoleKind
from tests.console.stage import Browser, DeskStage
from tests.h5.conftest import Cast, Visitor

TITLE = "磁悬浮离心压缩机喘振预警金丝雀"
CONTENT = "金丝雀研发内容"


@dataclass(frozen=True)
class History:
    """A challenge's history: `published`: whether it ever was, `ahead`: deadline in days."""

    name: str
    stage: Stage
    published: bool
    ahead: int = 20

    @property
    def open(self) -> bool:
        return self.published and self.stage == Stage.PUBLISHED and self.ahead > 0


NEVER = (
    History("a draft", Stage.DRAFT, False),
    History("one that waits", Stage.PENDING, False),
    History("one that was returned", Stage.RETURNED, False),
    History("withdrawn before it was published", Stage.WITHDRAWN, False),
)
PUBLISHED = (
    History("one that takes bids", Stage.PUBLISHED, True),
    History("one past its deadline", Stage.PUBLISHED, True, -1),
    History("one in review", Stage.REVIEW, True, -1),
    History("one on notice", Stage.NOTICE, True, -1),
    History("one that is signed", Stage.SIGNING, True, -1),
    History("one under way", Stage.MILESTONES, True, -1),
    History("one that was accepted", Stage.ACCEPTED, True, -1),
    History("one that failed", Stage.FAILED, True, -1),
    History("withdrawn after it was published", Stage.WITHDRAWN, True),
)


@dataclass(frozen=True)
class Viewers:
    """Every viewer of public content, and the challenge concerned."""

    challenge_id: int
    stranger: Browser
    official: Browser
    firm: Visitor
    follower: Visitor


async def stands(desk: DeskStage, cast: Cast, history: History) -> Viewers:
    """Return a challenge with this history, recommended to a verified firm."""
    firm, follower = cast.person("o-fitting"), cast.person("o-follower")
    await firm.say("你好")
    await follower.say("你好")

    def enter(tx: Tx) -> tuple[int, int, int]:
        poster = firms.add(tx, name="南京某某集团有限公司", credit_code=None, kind="soe")
        mine = firms.add(tx, name="南京某合适企业有限公司", credit_code=None)
        person, other = people.find(tx, firm.openid), people.find(tx, follower.openid)
        assert person is not None
        assert other is not None
        people.join_firm(tx, person.id, mine)
        verifications.enter(tx, mine, "91320100MA00000000", "code")
        values = {
            "title": TITLE,
            "fields": {"content": CONTENT, "reward": "120万元"},
            "named": False,
            "deadline": tx.now + timedelta(days=history.ahead),
            "sealing": "none",
            "least": 1,
        }
        challenge_id = challenges.add(tx, firm_id=poster, person_id=1, label="municipal", contact="某", values=values)
        published = tx.now - timedelta(days=2) if history.published else None
        challenges.put(tx, challenge_id, {"stage": history.stage.value, "published": published})
        recommendations.save(tx, challenge_id, "d", 1, [Recommendation(mine, "strong", [])], "offers-1")
        change_counters.bump(tx, "offers")
        return challenge_id, person.id, other.id

    challenge_id, firm_person, follower_person = await desk.database.write(enter)
    firm.browser = await desk.on_phone(firm_person)
    follower.browser = await desk.on_phone(follower_person)
    return Viewers(challenge_id, desk.browser(), await desk.official(RoleKind.EDITOR), firm, follower)


def shows(text: str) -> bool:
    return TITLE in text or CONTENT in text


async def page(browser: Browser, path: str) -> bool:
    return shows((await browser.get(path)).text)


async def sent(browser: Browser, path: str, **fields: str) -> bool:
    """Return whether this form is accepted there, or anything about the challenge returned."""
    await browser.get("/h5/mine")
    answer = await browser.post(path, **fields)
    return answer.status == 303 or shows(answer.text)


Surface = Callable[[Viewers], Awaitable[bool]]
# Always readable once published, whatever happened later.
ALWAYS: dict[str, Surface] = {
    "a stranger's list": lambda who: page(who.stranger, f"/console/board?q={TITLE[:6]}"),
    "a stranger's page": lambda who: page(who.stranger, f"/console/board/{who.challenge_id}"),
    "an official's public list": lambda who: page(who.official, f"/console/board?q={TITLE[:6]}"),
    "an official's public page": lambda who: page(who.official, f"/console/board/{who.challenge_id}"),
    "a firm's page": lambda who: page(who.firm.browser, f"/h5/board/{who.challenge_id}"),
    "a follower's page": lambda who: page(who.follower.browser, f"/h5/board/{who.challenge_id}"),
    "a sentence in the chat": lambda who: said(who.firm, "那个磁悬浮离心压缩机喘振预警的榜还能报吗"),
    "no interest": lambda who: sent(who.firm.browser, f"/h5/board/{who.challenge_id}/decline"),
}
# Only for challenges taking bids now.
WHILE_OPEN: dict[str, Surface] = {
    "what is open, as strangers see it": lambda who: page(who.stranger, f"/console/board?open=1&q={TITLE[:6]}"),
    "a firm's list": lambda who: page(who.firm.browser, "/h5/board"),
    "a follower's list": lambda who: page(who.follower.browser, "/h5/board"),
    "the list in the chat": lambda who: said(who.firm, "榜单"),
    "a question": lambda who: sent(who.firm.browser, f"/h5/board/{who.challenge_id}/ask", question="能用吗"),
}


async def said(visitor: Visitor, words: str) -> bool:
    return shows(await visitor.say(words)) or TITLE[:12] in await visitor.say(words)


def case(history: History) -> str:
    return history.name


@pytest.mark.parametrize("history", [*NEVER, *PUBLISHED], ids=case)
async def test_public_means_published_on_every_surface(desk: DeskStage, cast: Cast, history: History) -> None:
    who = await stands(desk, cast, history)
    read = {name: await surface(who) for name, surface in {**WHILE_OPEN, **ALWAYS}.items()}
    wanted = dict.fromkeys(WHILE_OPEN, history.open) | dict.fromkeys(ALWAYS, history.published)
    assert read == wanted


@pytest.mark.parametrize(
    ("history", "path"),
    list(product(NEVER, ("bid", "my-bids"))),
    ids=lambda value: value.name if isinstance(value, History) else value,
)
async def test_nobody_bids_on_what_was_not_published(desk: DeskStage, cast: Cast, history: History, path: str) -> None:
    who = await stands(desk, cast, history)
    address = f"/h5/board/{who.challenge_id}/bid" if path == "bid" else "/h5/my-bids"
    assert not await page(who.firm.browser, address)
    assert not await sent(who.firm.browser, f"/h5/board/{who.challenge_id}/consent")
    assert not await sent(who.firm.browser, f"/h5/board/{who.challenge_id}/draft", solution="某方案")
