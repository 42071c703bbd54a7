"""Stage of simulator tests: a ten-line callback, controllable seconds, and phones."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

import aiohttp
import xmltodict
from aiohttp import FormData, web
from aiohttp.test_utils import TestServer

from bot.simulator.account import Account, Mode
from bot.simulator.app import make_app
from bot.simulator.clock import Clock
from bot.simulator.platform import Platform
from bot.simulator.wire import sign
from tests.simulator.phone import Phone, Seen

APP_ID = "wxdemo0000000001"
SECRET = "0123456789abcdef0123456789abcdef"
TOKEN = "a-token-of-the-tests"
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
OTHER_KEY = "GFEDCBA9876543210zyxwvutsrqponmlkjihgfedcba"


class Seconds:
    """Delivery time that stands still until the test advances it."""

    def __init__(self) -> None:
        self.now = 0.0
        self.asleep = asyncio.Event()
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def read(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.get_running_loop().create_future()
        self._sleepers.append((self.now + seconds, woken))
        self.asleep.set()
        await woken

    async def pass_to(self, moment: float) -> None:
        """Wake all sleepers until then, in order, each at its own time."""
        while due := sorted((at, id(woken)) for at, woken in self._sleepers if at <= moment and not woken.done()):
            self.now = due[0][0]
            next(woken for at, woken in self._sleepers if id(woken) == due[0][1]).set_result(None)
            for _ in range(20):
                await asyncio.sleep(0)
        self._sleepers = [(at, woken) for at, woken in self._sleepers if not woken.done()]
        self.now = moment


@dataclass
class Posted:
    """A POST received by the callback: its query, raw body, XML fields, and time."""

    query: dict[str, str]
    body: str
    at: float

    @property
    def fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = xmltodict.parse(self.body)["xml"]
        return fields


Answer = Callable[[Posted], Awaitable[web.StreamResponse]]


async def success(_posted: Posted) -> web.StreamResponse:
    return web.Response(text="success")


def reply(posted: Posted, inner: str, to: str = "", sender: str = "") -> web.Response:
    """Return a passive reply to this push, To and From swapped, CreateTime fixed in the far past."""
    return web.Response(text=reply_xml(posted.fields, inner, to, sender), content_type="text/xml")


def reply_xml(push: dict[str, Any], inner: str, to: str = "", sender: str = "") -> str:
    return (
        f"<xml><ToUserName><![CDATA[{to or push['FromUserName']}]]></ToUserName>"
        f"<FromUserName><![CDATA[{sender or push['ToUserName']}]]></FromUserName>"
        f"<CreateTime>12345678</CreateTime>{inner}</xml>"
    )


def text(words: str) -> str:
    return f"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{words}]]></Content>"


@dataclass
class Stage:
    """A platform with its pages, a callback that answers by `answer`, and the seconds between them."""

    seconds: Seconds = field(default_factory=Seconds)
    clock: Clock = field(default_factory=Clock)
    options: dict[str, Any] = field(default_factory=dict)
    posts: list[Posted] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    answer: Answer = success
    echo: Callable[[str], str] = lambda echostr: echostr

    async def __aenter__(self) -> "Stage":
        bot = web.Application()
        bot.router.add_route("*", "/wechat", self._callback)
        self._bot = TestServer(bot)
        await self._bot.start_server()
        self.account = Account(
            APP_ID, SECRET, TOKEN, str(self._bot.make_url("/wechat")), aes_key=KEY, **self.options.pop("account", {})
        )
        self.platform = Platform(
            self.account, self.clock, sleep=self.seconds.sleep, stopwatch=self.seconds.read, **self.options
        )
        await self.platform.start()
        self.pages = TestServer(make_app(self.platform))
        await self.pages.start_server()
        self.url = str(self.pages.make_url("")).rstrip("/")
        self.session = aiohttp.ClientSession()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.platform.close()
        await self.session.close()
        await self.pages.close()
        await self._bot.close()

    async def _callback(self, request: web.Request) -> web.StreamResponse:
        if request.method == "GET":
            if request.query["signature"] != sign(TOKEN, request.query["timestamp"], request.query["nonce"]):
                return web.Response(status=403)
            return web.Response(text=self.echo(request.query["echostr"]))
        posted = Posted(dict(request.query), await request.text(), self.seconds.now)
        self.posts.append(posted)
        self.arrived.set()
        return await self.answer(posted)

    async def follower(self, name: str = "企业·财务") -> Phone:
        """Return a following phone; forget what the callback saw of that."""
        phone = Phone(self.url, self.session, name)
        answer, self.answer = self.answer, success
        await phone.follow()
        self.answer = answer
        self.posts.clear()
        return phone

    async def posted(self, count: int) -> None:
        """Wait until the callback has received so many pushes."""
        async with asyncio.timeout(10):
            while len(self.posts) < count:
                self.arrived.clear()
                await self.arrived.wait()

    async def api(self, method: str, path: str, asked: object = None, **query: str) -> dict[str, Any]:
        """Call the server API; `asked` is sent as raw UTF-8 JSON, text as is."""
        body = asked if asked is None or isinstance(asked, (str, FormData)) else json.dumps(asked, ensure_ascii=False)
        async with self.session.request(method, self.url + path, params=query, data=body) as response:
            answer: dict[str, Any] = json.loads(await response.text())
            return answer

    async def token(self) -> str:
        """Return a token from `/cgi-bin/token`."""
        answer = await self.api("GET", "/cgi-bin/token", grant_type="client_credential", appid=APP_ID, secret=SECRET)
        return str(answer["access_token"])

    async def send(self, openid: str, words: str = "主动消息") -> int:
        """Send a custom text message; return the errcode."""
        asked = {"touser": openid, "msgtype": "text", "text": {"content": words}}
        answer = await self.api("POST", "/cgi-bin/message/custom/send", asked, access_token=await self.token())
        return int(answer["errcode"])

    def use(self, mode: Mode) -> None:
        self.account.set_mode(mode)


def said(bubbles: list[Seen]) -> list[str]:
    """Return the bubbles' text, or a grey line's kind."""
    return [bubble.kind if bubble.side == "line" else bubble.text for bubble in bubbles]
