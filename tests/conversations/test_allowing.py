"""Somebody allows one reminder on a page; after 48 hours it arrives, and uses it up."""

from datetime import timedelta
from html import unescape
from urllib.parse import urlencode

import aiohttp
import pytest

from bot.services.demo import show_cards
from config.topics import NoticeTopic
from storage.engine.transactions import Tx
from storage.notices import card_templates, outbox, subscription_grants
from storage.notices.cards import NoticeCard
from storage.people import people
from tests.console.stage import Browser, Page
from tests.conversations.market import Market, market, settings
from tests.conversations.stage import openid_of, register, said

__all__ = ["market", "settings"]

NOTICE, NAME = "demo-notice-deadline", "王会计"
CARD = NoticeCard(
    "reminder", {"what": "算力券第四批申领", "due": "2026年12月1日 17:00", "hint": "还剩7天"}, "/h5/calendar"
)


def marked(page: Page, name: str) -> str:
    return unescape(page.text.partition(f'data-{name}="')[2].partition('"')[0])


def tapped(market: Market, page: Page, **other: str) -> str:
    """Return the tag's target when tapped."""
    asked = {
        "appId": marked(page, "app-id"),
        "timestamp": marked(page, "timestamp"),
        "nonceStr": marked(page, "nonce"),
        "signature": marked(page, "signature"),
        "url": market.desk.base + "/h5/calendar",
        "template": NOTICE,
    }
    return f"{market.stage.api}/jssdk/subscribe?{urlencode(asked | other)}"


async def at_the_calendar(market: Market) -> tuple[Browser, Page]:
    phone = market.stage.phone(NAME)
    await register(phone)
    await market.stage.database().write(show_cards)
    # With a usable template message no grant is needed.
    await market.stage.database().write(card_templates.remove, "reminder", "template")
    return await market.open(phone, "加入日历")


async def left(market: Market) -> dict[str, int]:
    openid = openid_of(market.stage, NAME)
    return await market.stage.database().read(lambda tx: subscription_grants.counts(tx, people.meet(tx, openid).id))


async def test_one_reminder_is_allowed_on_the_page_and_arrives_after_48_hours_once(market: Market) -> None:
    browser, page = await at_the_calendar(market)
    async with aiohttp.ClientSession() as session:
        async with session.get(tapped(market, page)) as popup:
            words = await popup.text()
        assert "申报截止提醒" in words
        [allow] = [part.partition('"')[0] for part in words.split('href="') if part.partition(">")[2].startswith(NAME)]
        async with session.get(market.stage.api + unescape(allow), allow_redirects=False) as answered:
            assert answered.headers["Location"] == market.desk.base + "/h5/calendar"
    assert await left(market) == {NOTICE: 1}
    assert "还可收1条" in (await browser.get("/h5/calendar")).text
    market.stage.clock.advance(timedelta(hours=49))
    openid = openid_of(market.stage, NAME)

    def plan(tx: Tx, number: int) -> None:
        person = people.meet(tx, openid).id
        outbox.plan(tx, key=f"window:{number}", person_id=person, topic=NoticeTopic.REMINDER, text="还剩7天", card=CARD)

    for number in range(2):
        await market.stage.database().write(plan, number)
    await market.stage.sender()
    assert await left(market) == {NOTICE: 0}
    shown = [bubble.kind for bubble in await market.stage.phone(NAME).transcript()]
    assert shown.count("notice") == 1
    assert await market.stage.database().read(outbox.states) == {"sent": 1, "held": 1}


@pytest.mark.parametrize(
    "other", [{"signature": "0" * 40}, {"url": "http://127.0.0.1:1/another"}, {"appId": "wxdemo9"}, {"nonceStr": "x"}]
)
async def test_a_page_that_is_not_signed_as_it_says_gets_no_popup(market: Market, other: dict[str, str]) -> None:
    _, page = await at_the_calendar(market)
    async with aiohttp.ClientSession() as session, session.get(tapped(market, page, **other)) as popup:
        words = await popup.text()
    assert "config:fail" in words
    assert NAME not in words


async def test_many_pages_are_signed_with_one_ticket(market: Market) -> None:
    browser, _ = await at_the_calendar(market)
    for _ in range(3):
        await browser.get("/h5/calendar")
    calls = [record.call.path for record in market.stage.platform.api.log.latest(100)]
    assert calls.count("/cgi-bin/ticket/getticket") == 1


async def test_who_marks_a_date_is_shown_the_way_to_be_told_on_time(market: Market) -> None:
    phone = market.stage.phone(NAME)
    await register(phone)
    asked = "提醒我 3月15日 交材料"
    assert "截止前提醒我一次" not in said(await phone.say(asked)), "there is no template to be allowed"
    await market.stage.database().write(show_cards)
    assert "截止前提醒我一次" not in said(await phone.say(asked)), "a template message needs nobody's leave"
    await market.stage.database().write(card_templates.remove, "reminder", "template")
    assert "截止前提醒我一次" in said(await phone.say(asked))
