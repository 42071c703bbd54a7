"""The callback as the platform sees it: verification, refusals, answers, and silence."""

import asyncio
import logging
import random
from urllib.parse import quote_from_bytes

import aiohttp
import pytest
from yarl import URL

from bot.wechat import messages
from bot.wechat.markup import read
from bot.wechat.messages import Push
from notifications.text_splitting import printable
from tests.wechat import platform
from tests.wechat.conftest import Line


def content_of(xml: str) -> object:
    return read(xml.encode())["Content"]


def opened(reply: str, key: str = platform.CURRENT_KEY) -> str:
    """Return the XML in an encrypted reply, its signature and app id checked."""
    node = {name: str(value) for name, value in read(reply.encode()).items()}
    parts = (platform.TOKEN, node["TimeStamp"], node["Nonce"], node["Encrypt"])
    assert node["MsgSignature"] == platform.signature(*parts)
    xml, app_id = platform.decrypt(node["Encrypt"], key)
    assert app_id == platform.APP_ID
    return xml


# The address check.


@pytest.mark.parametrize("echo", [b"8123456789", b"a b", b" \n", b"%41", b"\xff\x00\xfe", "好".encode(), b"<script>"])
async def test_the_echo_comes_back_byte_for_byte(line: Line, echo: bytes) -> None:
    path = platform.plain(b"").path + "&echostr=" + quote_from_bytes(echo)
    async with line.client.get(URL(path, encoded=True)) as response:
        assert (response.status, await response.read()) == (200, echo)
        assert response.content_type == "text/plain"


async def test_a_forged_address_check_learns_nothing(line: Line) -> None:
    post = platform.plain(b"")
    post.query |= {"echostr": "81234", "signature": "0" * 40}
    async with line.client.get(post.path) as response:
        assert (response.status, await response.text()) == (403, "")


async def test_an_address_check_without_an_echo_is_malformed(line: Line) -> None:
    async with line.client.get(platform.plain(b"").path) as response:
        assert response.status == 400


# The three modes.


async def test_a_plain_push_gets_a_plain_answer_and_is_known_as_not_secure(line: Line) -> None:
    status, reply = await line.post(platform.plain(platform.text("第五条")))
    assert (status, content_of(reply)) == (200, "第五条")
    assert [push.secure for push in line.seen] == [False]


async def test_raw_is_another_word_for_plain(line: Line) -> None:
    post = platform.plain(platform.text("hi"))
    post.query["encrypt_type"] = "raw"
    status, reply = await line.post(post)
    assert (status, content_of(reply)) == (200, "hi")


@pytest.mark.parametrize("key", [platform.CURRENT_KEY, platform.PREVIOUS_KEY])
async def test_a_sealed_push_gets_an_answer_sealed_with_its_own_key(line: Line, key: str) -> None:
    status, reply = await line.post(platform.safe(platform.text("第五条"), key))
    assert status == 200
    assert content_of(opened(reply, key)) == "第五条"
    assert [push.secure for push in line.seen] == [True]


async def test_in_compatible_mode_only_what_was_sealed_counts(line: Line) -> None:
    lie = "<FromUserName>oSOMEBODYELSE</FromUserName><MsgType>text</MsgType><Content>lie</Content>"
    encrypted = platform.encrypt(platform.text("truth"))
    status, reply = await line.post(platform.sealed(encrypted, beside=lie))
    assert status == 200
    assert content_of(opened(reply)) == "truth"
    assert [push.openid for push in line.seen] == [platform.OPENID]


@pytest.mark.parametrize("make", [platform.plain, platform.safe])
async def test_nothing_to_say_is_success_in_every_mode(line: Line, make: type) -> None:
    assert await line.post(make(platform.event("unsubscribe"))) == (200, "success")
    assert await line.post(make(platform.event("never_heard_of"))) == (200, "success")
    assert [type(push) for push in line.seen] == [messages.Unsubscribe, messages.OtherEvent]


async def test_the_answer_comes_from_whatever_account_was_written_to(line: Line) -> None:
    xml = platform.text("x").replace(platform.ACCOUNT.encode(), b"gh_another")
    _, reply = await line.post(platform.plain(xml))
    assert read(reply.encode())["FromUserName"] == "gh_another"


# What is refused.


def _without(name: str) -> platform.Post:
    post = platform.plain(platform.text("x"))
    del post.query[name]
    return post


def _with(make: platform.Post, **query: str) -> platform.Post:
    make.query |= query
    return make


TEXT = platform.text("x")
REFUSED = [
    ("a wrong signature", _with(platform.plain(TEXT), signature="0" * 40), 403),
    (
        "a signature in capitals",
        _with(platform.plain(TEXT), signature=platform.plain(TEXT).query["signature"].upper()),
        403,
    ),
    ("no signature", _without("signature"), 400),
    ("no timestamp", _without("timestamp"), 400),
    ("no nonce", _without("nonce"), 400),
    ("a signature that is no ASCII", _with(platform.plain(TEXT), signature="é" * 40), 400),
    ("a timestamp in words", _with(platform.plain(TEXT), timestamp="now"), 400),
    ("an endless timestamp", _with(platform.plain(TEXT), timestamp="1" * 4000), 400),
    ("an endless query", _with(platform.plain(TEXT), more="x" * 4097), 400),
    ("a timestamp changed afterwards", _with(platform.plain(TEXT), timestamp=str(platform.NOW + 1)), 403),
    ("a mode nobody knows", _with(platform.plain(TEXT), encrypt_type="rsa"), 400),
    ("a sealed push called plain", _with(platform.safe(TEXT), encrypt_type="raw"), 400),
    ("a plain push called sealed", _with(platform.plain(TEXT), encrypt_type="aes", msg_signature="0" * 40), 400),
    ("a sealed push without its own signature", _with(platform.safe(TEXT), msg_signature=""), 400),
    ("a body that its signature does not cover", _with(platform.safe(TEXT), msg_signature="0" * 40), 403),
    ("a key we never had", platform.safe(TEXT, "B" * 43), 403),
    ("another app's push", platform.sealed(platform.encrypt(TEXT, app_id="wx9")), 403),
    ("no XML", platform.plain(b"hello"), 400),
    ("no body", platform.plain(b""), 400),
    ("sealed words that are no XML", platform.safe(b"hello"), 400),
    ("a DOCTYPE", platform.plain(b"<!DOCTYPE xml>" + TEXT), 400),
    ("a sealed DOCTYPE", platform.safe(b"<!DOCTYPE xml>" + TEXT), 400),
    ("33 KiB", platform.plain(platform.text("x" * 33 * 1024)), 400),
]


@pytest.mark.parametrize(("what", "post", "status"), REFUSED, ids=[case[0] for case in REFUSED])
async def test_it_is_refused_and_goes_no_further(line: Line, what: str, post: platform.Post, status: int) -> None:
    assert await line.post(post) == (status, ""), what
    assert line.seen == []


async def test_a_forged_body_with_a_valid_query_signature_is_refused_when_sealed(line: Line) -> None:
    genuine, other = platform.safe(TEXT), platform.safe(platform.text("forged", 2))
    genuine.body = other.body
    assert await line.post(genuine) == (403, "")


async def test_without_length_the_body_is_still_read_to_the_cap_only(line: Line) -> None:
    sent = 0

    async def drip() -> object:
        nonlocal sent
        for _ in range(10_000):
            sent += 1024
            yield b"x" * 1024

    post = platform.plain(b"")
    try:
        async with line.client.post(post.path, data=drip()) as response:
            assert response.status == 400
    except aiohttp.ClientConnectionError:
        pass
    assert sent < 4 * 1024 * 1024


@pytest.mark.parametrize(("age", "status"), [(-601, 403), (-599, 200), (0, 200), (599, 200), (601, 403)])
async def test_a_push_signed_long_ago_or_in_the_future_is_stale(line: Line, age: int, status: int) -> None:
    line.now = platform.NOW + age
    assert (await line.post(platform.plain(TEXT)))[0] == status
    assert (await line.post(platform.safe(TEXT)))[0] == status


async def test_only_the_query_tells_the_age(line: Line) -> None:
    old = platform.message("text", "<Content>x</Content>", created=1, msg_id="1")
    assert (await line.post(platform.plain(old)))[0] == 200


# Silence.


async def test_a_late_answer_leaves_the_delivery_unanswered_and_the_work_goes_on(
    line: Line, gate: asyncio.Event
) -> None:
    finished = []

    async def slow(push: Push) -> str | None:
        await gate.wait()
        finished.append(push.key)
        return "<xml>stored</xml>"

    line.respond = slow
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await line.post(platform.plain(TEXT))
    assert finished == []
    gate.set()
    assert await line.callback.settled(5)
    assert finished == [line.seen[0].key]
    assert line.outcomes == {"late": 1}
    # The platform's repeat collects what is ready by then.
    assert await line.post(platform.plain(TEXT)) == (200, "<xml>stored</xml>")


async def test_the_work_goes_on_when_the_platform_hangs_up(line: Line, gate: asyncio.Event) -> None:
    finished = []

    async def slow(push: Push) -> str | None:
        await gate.wait()
        finished.append(push.key)
        return None

    line.respond = slow
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await line.post(platform.plain(TEXT))
    gate.set()
    assert await line.callback.settled(5)
    assert len(finished) == 1


async def test_settling_gives_up_in_time(line: Line, gate: asyncio.Event) -> None:
    async def slow(push: Push) -> str | None:
        await gate.wait()
        return None

    line.respond = slow
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await line.post(platform.plain(TEXT))
    assert not await line.callback.settled(0.01)
    gate.set()


@pytest.mark.parametrize("error", [OSError("disk full: oSECRET"), KeyError("oSECRET"), RuntimeError("oSECRET")])
async def test_a_failing_store_never_says_success(
    line: Line, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    async def fail(push: Push) -> str | None:
        raise error

    line.respond = fail
    for post in [platform.plain(TEXT), platform.safe(TEXT)]:
        with caplog.at_level(logging.DEBUG), pytest.raises(aiohttp.ServerDisconnectedError):
            await line.post(post)
    assert line.outcomes == {"failed": 2}
    logged = "".join(record.getMessage() + (record.exc_text or "") for record in caplog.records)
    assert line.seen[0].trace in logged
    assert "oSECRET" not in logged
    assert platform.OPENID not in logged


async def test_after_a_failure_the_next_push_is_answered(line: Line) -> None:
    async def fail_once(push: Push) -> str | None:
        if len(line.seen) == 1:
            raise OSError
        return "<xml/>"

    line.respond = fail_once
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await line.post(platform.plain(TEXT))
    assert await line.post(platform.plain(TEXT)) == (200, "<xml/>")


async def test_every_outcome_is_counted_by_one_word(line: Line) -> None:
    await line.post(platform.plain(TEXT))
    await line.post(platform.plain(platform.event("subscribe")))
    await line.post(_with(platform.plain(TEXT), signature="0" * 40))
    await line.post(platform.plain(b"no"))
    assert line.outcomes == {"answered": 1, "acknowledged": 1, "signature": 1, "xml_broken": 1}


async def test_whatever_somebody_types_is_answered_in_both_modes(line: Line) -> None:
    chance, odd = random.Random(3), (*range(32), 0x7F, 0x85, 0xFFFE, 0xFFFF, 0xFDD0, 0x1FFFE, 0xD800, 0xDFFF)
    for number in range(300):
        letters = [chr(chance.choice((chance.randrange(0x110000), chance.choice(odd)))) for _ in range(30)]
        # The platform splits a section end as we do.
        typed = "".join(letters if number else map(chr, odd)).replace("]]>", "]]]]><![CDATA[>")
        whole = platform.message("text", "<Content><![CDATA[?]]></Content>", msg_id=str(number + 1))
        body = whole.replace(b"?", typed.encode(errors="surrogatepass"))
        for post in (platform.plain(body), platform.safe(body)):
            assert (await line.post(post))[0] == 200, ascii(typed)
    heard = [push.content for push in line.seen if isinstance(push, messages.Text)]
    assert len(heard) == 600
    assert [printable(content) for content in heard] == heard


async def test_what_stands_beside_an_encrypted_text_may_hold_any_character(line: Line) -> None:
    beside = "<Content><![CDATA[a\x02\x0b\ufffe]]></Content>"
    status, reply = await line.post(platform.sealed(platform.encrypt(platform.text("truth")), beside=beside))
    assert (status, content_of(opened(reply))) == (200, "truth")


async def test_an_odd_character_opens_no_way_around_the_signature(line: Line) -> None:
    post = platform.safe(platform.text("a\x02b"))
    post.query["msg_signature"] = "0" * 40
    assert (await line.post(post))[0] == 403
    post = platform.plain(platform.text("a\x02b"))
    post.query["signature"] = "0" * 40
    assert (await line.post(post))[0] == 403
    assert line.seen == []
