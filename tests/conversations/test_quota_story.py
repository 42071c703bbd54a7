"""The daily quota runs out during a broadcast: an operator resets it, and the rest is sent."""

from bot.simulator.faults import Fault, FaultKind
from bot.wechat.api import CLEAR_QUOTA, CUSTOM_SEND
from storage.broadcasts.delivery_board import DeliveryOutcome
from storage.people.roles import RoleKind
from tests.conversations.market import Market, market, settings
from tests.conversations.stage import register
from tests.conversations.test_broadcasts import board, released, texts

__all__ = ["market", "settings"]
FIRMS = {"企业·财务": "云杼传感", "路人": "云杼传感"}


async def told(market: Market) -> int:
    return sum([len(await texts(market.stage, name)) for name in FIRMS])


async def test_who_waited_for_midnight_reads_it_at_once_after_the_operator_s_button(market: Market) -> None:
    stage = market.stage
    for name, firm in FIRMS.items():
        await register(stage.phone(name), firm)
    stage.platform.api.quotas.daily[CUSTOM_SEND] = 1
    found = await released(stage)
    await stage.sender()
    assert await told(market) == 1
    assert await board(stage, found) == {DeliveryOutcome.REACHED: 1, DeliveryOutcome.SENDING: 1}
    operator = await market.desk.official(RoleKind.OPERATOR)
    assert "额度清零（本月还剩 10 次）" in (await operator.get("/console/outbox")).text
    stage.platform.faults.order(Fault(FaultKind.REFUSED, CLEAR_QUOTA, code=48001))
    assert "微信没有同意清零（错误码 48001）" in (await operator.post("/console/outbox/quota")).text
    await stage.sender()
    assert await told(market) == 1
    assert (await operator.post("/console/outbox/quota")).location == "/console/outbox?cleared=1"
    await stage.sender()
    assert await told(market) == 2
    assert await board(stage, found) == {DeliveryOutcome.REACHED: 2}
    assert "额度清零" not in (await operator.get("/console/outbox?cleared=1")).text
