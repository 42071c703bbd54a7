"""A platform scripted by each test, and a client connected to it."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from bot.wechat.api import Api
from bot.wechat.calls import Calls
from storage.notices.access_tokens import AccessToken

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
SECRET = "canary-secret-0123456789"
TOKEN = "canary-token-0123456789"
SEND = "/cgi-bin/message/custom/send"
OK = {"errcode": 0, "errmsg": "ok"}

Said = dict[str, Any] | str | bytes | int | None


class Shelf:
    """A store for one token."""

    token: AccessToken | None = None

    async def load(self) -> AccessToken | None:
        return self.token

    async def save(self, token: AccessToken) -> None:
        self.token = token


@dataclass
class Scripted:
    """A platform that returns, per address, prepared answers in order; the last one repeatedly.

    A dict is JSON, text and bytes are a body, a number is a status, None hangs up without an answer.
    """

    script: dict[str, list[Said]] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    now: datetime = NOW
    tokens: int = 0

    def times(self) -> Counter[str]:
        return Counter(path for path, _, _ in self.calls)

    def last(self, path: str = SEND) -> bytes:
        return [body for called, _, body in self.calls if called == path][-1]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.calls.append((request.path, dict(request.query), await request.read()))
        if request.path == "/cgi-bin/stable_token" and request.path not in self.script:
            self.tokens += 1
            return web.json_response({"access_token": f"{TOKEN}-{self.tokens}", "expires_in": 7200})
        said = self.script[request.path]
        return self.say(request, said.pop(0) if len(said) > 1 else said[0])

    def say(self, request: web.Request, what: Said) -> web.StreamResponse:
        match what:
            case None:
                assert request.transport is not None
                request.transport.abort()
                return web.Response()
            case int():
                return web.Response(status=what, text="<html>Bad Gateway</html>", content_type="text/html")
            case bytes():
                return web.Response(body=what, content_type="image/jpeg")
            case str():
                return web.Response(text=what)
        return web.json_response(what)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@dataclass
class Client:
    """Our client and the platform it talks to."""

    platform: Scripted
    calls: Calls
    api: Api

    def says(self, path: str, *what: Said) -> None:
        self.platform.script[path] = list(what)


# Invalid answers.
ODD: dict[str, Said] = {
    "HTML": 502,
    "HTML with status 200": "<html>ok</html>",
    "nothing": "",
    "cut-off JSON": '{"errcode":0,"errm',
    "a list": "[]",
    "a bare number": "0",
    "no errcode": "{}",
    "an errcode in words": '{"errcode":"ok"}',
    "a true errcode": '{"errcode":false}',
    "endless nesting": "[" * 100_000,
    "a hang-up": None,
}


def refusal(number: int) -> dict[str, Any]:
    return {"errcode": number, "errmsg": "refused rid: 5f8a1c2e-0a1b2c3d-4e5f6a7b"}
