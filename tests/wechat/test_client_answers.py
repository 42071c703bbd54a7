"""Answers of single addresses, and that no error reveals a secret."""

import logging
import traceback
from collections.abc import Awaitable, Callable

import pytest

from bot.wechat.errors import ApiError, ApiRefusedError
from bot.wechat.oauth import OAuth
from tests.wechat.scripted import ODD, OK, SECRET, SEND, TOKEN, Client, Said, refusal


async def test_no_menu_is_none_and_no_error(client: Client) -> None:
    client.says("/cgi-bin/menu/get", refusal(46003))
    assert await client.api.menu() is None


async def test_a_file_is_bytes_and_its_error_is_json(client: Client) -> None:
    client.says("/cgi-bin/media/get", b"\xff\xd8picture", '{"errcode":40007,"errmsg":"invalid media_id"}')
    media = await client.api.download("m")
    assert (media.content, media.content_type) == (b"\xff\xd8picture", "image/jpeg")
    with pytest.raises(ApiRefusedError):
        await client.api.download("m")


# No error reveals a secret.

CODE = "canary-code"
TROUBLES: dict[str, Said] = {
    **ODD,
    "a refusal that quotes us": {"errcode": 40001, "errmsg": f"invalid {TOKEN} {SECRET}"},
    "our address": {"errcode": 40164, "errmsg": f"invalid ip {SECRET}"},
}


async def _send(client: Client) -> None:
    await client.api.send_text("oA", "x")


async def _redeem(client: Client) -> None:
    await OAuth(client.calls).redeem(CODE)


@pytest.mark.parametrize(
    ("path", "call"), [(SEND, _send), ("/cgi-bin/stable_token", _send), ("/sns/oauth2/access_token", _redeem)]
)
@pytest.mark.parametrize("what", TROUBLES)
async def test_no_error_and_no_log_shows_a_secret_or_a_token(
    client: Client,
    path: str,
    call: Callable[[Client], Awaitable[None]],
    what: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    client.says(SEND, OK)
    client.says(path, TROUBLES[what])
    with caplog.at_level(logging.DEBUG), pytest.raises(ApiError) as caught:
        await call(client)
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + repr(client.calls.credentials)
    shown += "".join(record.getMessage() + str(record.exc_text) for record in caplog.records)
    assert "canary" not in shown
