"""Plain pushes with an EncodingAESKey set: refused, or marked during a change-over."""

from datetime import UTC, datetime

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.wechat.callback import Callback
from bot.wechat.crypto import Envelope
from bot.wechat.messages import Push
from tests.wechat import platform
from tests.wechat.conftest import Line

TEXT = platform.text("x")


@pytest.mark.parametrize("kind", [None, "", "raw"])
async def test_with_a_key_set_plain_pushes_are_refused(kind: str | None) -> None:
    """Their signature is in every callback URL and does not cover the body."""
    seen: list[str] = []

    async def respond(push: Push) -> str | None:
        seen.append(push.key)
        return None

    app = web.Application()
    keys = [platform.CURRENT_KEY]
    outcomes: list[str] = []
    envelope = Envelope(platform.TOKEN, platform.APP_ID, keys)
    Callback(envelope, respond, lambda: datetime.fromtimestamp(platform.NOW, UTC), count=outcomes.append).add_to(app)
    async with TestClient(TestServer(app)) as client:
        post = platform.plain(TEXT)
        post.query |= {} if kind is None else {"encrypt_type": kind}
        async with client.post(post.path, data=post.body) as response:
            assert response.status == 403
        assert (seen, outcomes) == ([], ["plain_refused"])
        async with client.post(platform.safe(TEXT).path, data=platform.safe(TEXT).body) as response:
            assert response.status == 200
    assert len(seen) == 1


async def test_a_change_over_takes_plain_pushes_and_marks_them(line: Line) -> None:
    await line.post(platform.plain(TEXT))
    await line.post(platform.safe(TEXT))
    assert [(push.secure, push.exposed) for push in line.seen] == [(False, True), (True, False)]
