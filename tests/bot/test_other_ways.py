"""Mail and SMS carry what the chat cannot, to those who asked, once; off unless configured."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr, ValidationError

from bot.channels.enabled import open_outside, outside_of
from bot.channels.mail import Mail, MailServer
from bot.channels.sms import Sms
from bot.chat.context import ChatServices
from config.settings import Settings
from config.topics import NoticeTopic
from notifications.channels import Channel, Parcel, SendEnding, Stop

SAID = "还剩7天，发<a href='x'>已报</a>"
PARCEL = Parcel(1, "window:1:9", 9, NoticeTopic.REMINDER, Channel.MAIL, 1, "wang@example.cn", SAID)


class Post:
    """A small mail server: `answers` overrides its reply to a command; "hang up" sends nothing more."""

    def __init__(self, **answers: str) -> None:
        self.answers = answers
        self.letters: list[str] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 post\r\n")
        while line := (await reader.readline()).decode().strip():
            verb = line.split()[0].upper()
            said = self.answers.get(verb, {"DATA": "354 go on", "QUIT": "221 bye"}.get(verb, "250 ok"))
            if said == "hang up":
                break
            writer.write(f"{said}\r\n".encode())
            if verb == "DATA" and said.startswith("354"):
                self.letters.append((await reader.readuntil(b"\r\n.\r\n")).decode())
                writer.write(f"{self.answers.get('END', '250 taken')}\r\n".encode())
            if verb == "QUIT":
                break
        writer.close()


@asynccontextmanager
async def mail(post: Post) -> AsyncIterator[Mail]:
    server = await asyncio.start_server(post.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    yield Mail(MailServer("127.0.0.1", port, "notice@example.cn"), "宁专通", lambda text: text)
    server.close()
    await server.wait_closed()


async def test_a_letter_bears_the_notices_own_number_and_no_markup() -> None:
    post = Post()
    async with mail(post) as channel:
        outcomes = [await channel.send(PARCEL) for _ in range(2)]
    assert [outcome.ending for outcome in outcomes] == [SendEnding.SENT] * 2
    numbers = {line for letter in post.letters for line in letter.splitlines() if line.startswith("Message-ID")}
    assert len(numbers) == 1
    assert "href" not in post.letters[0]


@pytest.mark.parametrize(
    ("answers", "ending", "why"),
    [
        ({"RCPT": "550 nobody here"}, SendEnding.AT_VISIT, "mail:550"),
        ({"RCPT": "451 later"}, SendEnding.LATER, "mail:451"),
        ({"END": "554 spam"}, SendEnding.AT_VISIT, "mail:554"),
        ({"MAIL": "421 too busy"}, SendEnding.LATER, "mail:421"),
        ({"DATA": "hang up"}, SendEnding.UNCERTAIN, "no_answer"),
    ],
)
async def test_what_the_post_says_decides(answers: dict[str, str], ending: SendEnding, why: str) -> None:
    async with mail(Post(**answers)) as channel:
        outcome = await channel.send(PARCEL)
    assert (outcome.ending, outcome.why) == (ending, why)


async def test_a_post_that_is_not_there_is_tried_again() -> None:
    async with mail(Post()) as channel:
        pass
    assert (await channel.send(PARCEL)).ending is SendEnding.LATER


@pytest.mark.parametrize(
    ("status", "ending", "stop"),
    [
        (202, SendEnding.SENT, None),
        (409, SendEnding.SENT, None),
        (429, SendEnding.LATER, None),
        (401, SendEnding.LATER, Stop.CHANNEL),
        (422, SendEnding.AT_VISIT, None),
        (502, SendEnding.UNCERTAIN, None),
    ],
)
async def test_an_sms_is_one_call_with_the_notices_id(status: int, ending: SendEnding, stop: Stop | None) -> None:
    asked = []

    async def take(request: web.Request) -> web.Response:
        asked.append((request.headers["Authorization"], await request.json()))
        return web.Response(status=status)

    app = web.Application()
    app.router.add_post("/send", take)
    async with TestServer(app) as bridge, ClientSession() as session:
        outcome = await Sms(session, str(bridge.make_url("/send")), "secret", lambda text: text).send(PARCEL)
    assert (outcome.ending, outcome.stop) == (ending, stop)
    [(token, body)] = asked
    assert token == "Bearer secret"
    assert (body["phone"], body["text"], len(body["id"])) == ("wang@example.cn", "还剩7天，发已报", 32)


async def test_they_are_off_unless_set_up(parts: ChatServices) -> None:
    assert open_outside(Settings()) == frozenset()
    both = Settings(smtp_host="mail.example.cn", smtp_sender="a@example.cn", sms_url="https://sms.example.cn")
    async with ClientSession() as session:
        assert set(outside_of(both, session, parts.texts, str)) == {Channel.MAIL, Channel.SMS}
    for wrong in ({"sms_url": "http://sms.example.cn"}, {"smtp_sender": "nobody"}):
        with pytest.raises(ValidationError):
            Settings.model_validate(wrong)
    assert "geheim" not in repr(Settings(smtp_password=SecretStr("geheim")))
