"""Our pages are signed as in the platform's own example; one ticket serves every node."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.wechat.api import Api
from bot.wechat.errors import ApiUnreachableError
from bot.wechat.jssdk import JsSdk, signature, tickets
from bot.wechat.tokens import SharedToken
from storage.engine.database import Database

TICKET = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg"
NOW = datetime(2026, 11, 5, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize("fragment", ["", "#top"])
def test_the_platforms_example_has_the_platforms_signature(fragment: str) -> None:
    url = "http://mp.weixin.qq.com?params=value" + fragment
    assert signature(TICKET, "Wm3WZYTPz0wzccnW", 1414587457, url) == "0f9de62fce790f9a083d5c99e95740ceb90c27ed"


class Counting(Api):
    """Returns a distinct ticket per call."""

    def __init__(self) -> None:
        self.calls = 0

    async def jsapi_ticket(self) -> tuple[str, timedelta]:
        self.calls += 1
        return f"ticket-{self.calls}", timedelta(seconds=7200)


async def test_two_nodes_ask_for_one_ticket_and_for_the_next_in_its_last_five_minutes(database: Database) -> None:
    api, now = Counting(), NOW
    nodes = [tickets(api, SharedToken(database, "wx1:jsapi"), lambda: now) for _ in range(2)]
    assert [await node.get() for node in nodes for _ in range(3)] == ["ticket-1"] * 6
    now += timedelta(seconds=7200)
    assert {await node.get() for node in nodes} == {"ticket-2"}
    assert api.calls == 2


@pytest.mark.parametrize(
    ("script", "agent", "works"),
    [
        ("https://res.wx.qq.com/open/js/jweixin-1.6.0.js", "Mozilla/5.0 MicroMessenger/8.0.60", True),
        ("https://res.wx.qq.com/open/js/jweixin-1.6.0.js", "Mozilla/5.0 Chrome/140", False),
        ("http://127.0.0.1:8081/pages/jweixin.js", "Mozilla/5.0 Chrome/140", True),
    ],
)
async def test_the_tag_works_in_wechats_browser_and_beside_the_stand_in(script: str, agent: str, works: bool) -> None:
    async def ticket() -> str:
        return TICKET

    assert JsSdk("wx1", script, ticket, lambda: NOW).works_in(agent) is works


async def test_a_page_does_not_wait_for_a_ticket_that_does_not_come_and_the_next_page_has_it(
    database: Database,
) -> None:
    let = asyncio.Event()

    class Slow(Counting):
        async def jsapi_ticket(self) -> tuple[str, timedelta]:
            await let.wait()
            return await super().jsapi_ticket()

    api = Slow()
    shared = tickets(api, SharedToken(database, "wx1:jsapi"), lambda: NOW)
    with pytest.raises(ApiUnreachableError):
        await JsSdk("wx1", "https://res.wx.qq.com/x.js", shared.get, lambda: NOW, patience=0).signed("https://a")
    let.set()
    patient = JsSdk("wx1", "https://res.wx.qq.com/x.js", shared.get, lambda: NOW, lambda: "n", patience=30)
    stamp = int(NOW.timestamp())
    assert (await patient.signed("https://a")).signature == signature("ticket-1", "n", stamp, "https://a")
    assert api.calls == 1, "the first asking went on"
