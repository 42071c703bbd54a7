"""An article (图文): a card in the open chat, a template message if that is closed; at the next visit the card follows
the answer, or text above it.
"""

import re
from datetime import timedelta

import aiohttp
import pytest

from bot.services.demo import show_cards
from bot.simulator.faults import Fault, FaultKind
from bot.wechat.api import CUSTOM_SEND
from storage.broadcasts import delivery_board, pictures
from storage.broadcasts.broadcasts import Broadcast
from storage.broadcasts.delivery_board import DeliveryOutcome
from storage.notices import api_quota
from tests.bot.test_pictures import encoded
from tests.conversations.market import settings
from tests.conversations.stage import Stage, register, said
from tests.conversations.test_broadcasts import board, released
from tests.simulator.phone import Seen

__all__ = ["settings"]

FIRM = "企业·财务"
SUMMARY = "12月15日17:00截止，只收线上。"


async def sent(stage: Stage, **content: object) -> Broadcast:
    found = await released(stage, **{"kind": "article", "summary": SUMMARY, **content})
    await stage.sender()
    return found


async def newest(stage: Stage) -> Seen:
    return (await stage.phone(FIRM).transcript())[-1]


async def opened(stage: Stage, found: Broadcast) -> int:
    return (await stage.database().read(lambda tx: delivery_board.counts(tx, found.id, stopped=False)))[1]


async def fetched(address: str) -> tuple[int, str, bytes]:
    """Return a phone's response there: status, redirect, and content."""
    async with aiohttp.ClientSession() as session, session.get(address, allow_redirects=False) as response:
        return response.status, response.headers.get("Location", ""), await response.read()


async def test_in_the_open_chat_it_is_one_card_with_its_picture_and_the_tap_counts(stage: Stage) -> None:
    await stage.database().write(show_cards)
    picture = encoded("JPEG")
    name = await stage.database().write(pictures.save, picture)
    await register(stage.phone(FIRM))
    found = await sent(stage, picture=name, text="全文第一行\n全文第二行")
    bubble = await newest(stage)
    (card,) = bubble.cards
    assert (bubble.kind, card["title"], card["description"]) == ("news", "算力券开始申报", SUMMARY)
    assert (await fetched(card["picture"]))[2] == picture
    assert await opened(stage, found) == 0
    status, _, page = await fetched(card["url"])
    assert (status, "全文第一行\n全文第二行" in page.decode()) == (200, True)
    assert await opened(stage, found) == 1
    assert await board(stage, found) == {DeliveryOutcome.REACHED: 1}


async def test_where_the_chat_is_closed_a_template_message_leads_to_the_same_page(stage: Stage) -> None:
    await stage.database().write(show_cards)
    await register(stage.phone(FIRM))
    stage.clock.advance(timedelta(days=4))
    found = await sent(stage)
    bubble = await newest(stage)
    assert bubble.kind == "template"
    assert {"算力券开始申报", "市工信局", SUMMARY} <= {words for _, words in bubble.rows}
    assert (await fetched(bubble.tail))[0] == 200
    assert await opened(stage, found) == 1


async def test_at_the_next_visit_the_card_follows_the_answer(stage: Stage) -> None:
    phone = stage.phone(FIRM)
    await register(phone)
    stage.clock.advance(timedelta(days=4))
    found = await sent(stage)
    assert await board(stage, found) == {DeliveryOutcome.CLOSED: 1}
    assert "算力券开始申报" not in said(await phone.say("帮助"))
    await stage.sender()
    bubble = await newest(stage)
    assert (bubble.kind, bubble.cards[0]["description"]) == ("news", SUMMARY)
    assert await board(stage, found) == {DeliveryOutcome.REACHED: 1}
    assert "算力券开始申报" not in said(await phone.say("帮助")), "once is enough"


@pytest.mark.parametrize("code", [45015, 45009, 48001])
async def test_where_the_card_is_refused_it_is_said_above_the_next_answer_with_the_address_of_its_page(
    stage: Stage, code: int
) -> None:
    phone = stage.phone(FIRM)
    await register(phone)
    stage.clock.advance(timedelta(days=4))
    found = await sent(stage)
    await phone.say("帮助")
    stage.platform.faults.order(Fault(FaultKind.REFUSED, CUSTOM_SEND, code=code))
    await stage.sender()
    words = said(await phone.say("帮助"))
    assert f"【消息】算力券开始申报\n{SUMMARY}\n看全文：http" in words
    assert (await fetched(re.findall(r"http\S+/h5/told/\S+", words)[0]))[0] == 200
    assert await opened(stage, found) == 1
    assert await board(stage, found) == {DeliveryOutcome.REACHED: 1}
    await stage.sender()
    assert (await newest(stage)).kind == "text", "nobody is told twice"


async def test_an_article_that_comes_while_the_api_rests_is_said_in_words(stage: Stage) -> None:
    phone = stage.phone(FIRM)
    await register(phone)
    stage.clock.advance(timedelta(days=4))
    await phone.say("帮助")
    await stage.database().write(lambda tx: api_quota.pause(tx, "message", tx.now + timedelta(days=9), "48001"))
    await sent(stage)
    assert f"【消息】算力券开始申报\n{SUMMARY}" in said(await phone.say("帮助"))


async def test_without_a_page_of_its_own_it_leads_on_to_the_address_it_is_about(stage: Stage) -> None:
    await register(stage.phone(FIRM))
    found = await sent(stage, text="", link="https://example.gov.cn/notice")
    (card,) = (await newest(stage)).cards
    assert (await fetched(card["url"]))[:2] == (303, "https://example.gov.cn/notice")
    assert await opened(stage, found) == 1
