"""邮箱 in chat: the code is mailed, typed back, and only then is the address used."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import aiohttp
import pytest

from bot.app import TICKS
from bot.channels.enabled import outside_of
from bot.jobs.channel_codes import send_codes
from bot.jobs.outbox import Sender
from config.settings import Settings
from config.topics import NoticeTopic
from storage.engine.transactions import Tx
from storage.notices import contact_channels, outbox
from storage.people import people
from tests.bot.test_other_ways import Post
from tests.conversations.stage import Stage, openid_of, said

NAME = "王会计"


def words_of(letter: str) -> str:
    return str(message_from_bytes(letter.encode(), policy=default).get_content()).strip(". \r\n")


@pytest.fixture
async def post() -> AsyncIterator[tuple[Post, int]]:
    playing = Post()
    server = await asyncio.start_server(playing.serve, "127.0.0.1", 0)
    yield playing, server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()


@pytest.fixture
def settings(settings: Settings, post: tuple[Post, int]) -> Settings:
    """Return the same bot's settings with a mail server."""
    at = {"smtp_host": "127.0.0.1", "smtp_port": post[1], "smtp_sender": "notice@example.cn"}
    return settings.model_copy(update=at)


async def test_a_mail_address_is_confirmed_in_the_chat_and_used_where_nothing_else_reaches(
    stage: Stage, settings: Settings, post: tuple[Post, int]
) -> None:
    stage.app()[TICKS].scheduler.pause_job("way_codes")
    phone = stage.phone(NAME)
    await phone.follow()
    await phone.say("我能享受什么")
    assert "收到后请在这里发这6位数字" in said(await phone.say("邮箱 wang@example.cn"))
    async with aiohttp.ClientSession() as session:
        ways = outside_of(settings, session, stage.parts.texts, str)
        await send_codes(stage.database(), ways, stage.parts.texts)
    assert "To: wang@example.cn" in post[0].letters[0]
    code = words_of(post[0].letters[0])[:6]
    wrong = f"{(int(code) + 1) % 10**6:06}"
    assert "验证码不对" in said(await phone.say(wrong))
    assert "邮箱已确认" in said(await phone.say(code))
    openid = openid_of(stage, NAME)

    def used(tx: Tx) -> dict[str, str]:
        return contact_channels.confirmed(tx, people.meet(tx, openid).id)

    assert await stage.database().read(used) == {"mail": "wang@example.cn"}
    assert "邮箱已确认" not in said(await phone.say("123456")), "later, six digits are any number"
    stage.clock.advance(timedelta(hours=49))

    def plan(tx: Tx) -> None:
        outbox.plan(tx, key="roster:1", person_id=people.meet(tx, openid).id, topic=NoticeTopic.ROSTER, text="名录变了")

    await stage.database().write(plan)
    async with aiohttp.ClientSession() as session:
        await Sender(stage.database(), outside_of(settings, session, stage.parts.texts, str))()
    assert [words_of(letter) for letter in post[0].letters[1:]] == ["名录变了"]
