"""Structurally distorted pushes, signed and not: no 5xx, no stall, no silence."""

import random
import re
import time
from collections import Counter
from collections.abc import Callable

import pytest
from aiohttp import ClientConnectionError

from bot.wechat import parsing
from bot.wechat.messages import Push, Text
from bot.wechat.replies import TextReply, render
from notifications.text_splitting import split
from tests.wechat import platform
from tests.wechat.conftest import Line
from tests.wechat.test_parsing import EVENT_CASES, MESSAGE_CASES

STALL_SECONDS = 0.1
KINDS = ("text", "image", "voice", "video", "shortvideo", "location", "link", "event", "Event", "", "x", "device_text")
EVENTS = [*parsing.EVENTS, "card_pass_check"]
NAMES = [
    *set(re.findall(r"<(\w+)>", "".join(case[1] for case in MESSAGE_CASES + EVENT_CASES))),
    "Encrypt",
    "xml",
    "a:b",
]
NAMES.sort()
VALUES: tuple[Callable[[random.Random], str], ...] = (
    lambda _: "",
    lambda r: str(r.choice([0, 1, -1, 2**31, 2**63 - 1, 2**63, 10**30, platform.NOW])),
    lambda r: r.choice(["nan", "inf", "1e400", "-0", "0x1f", "1_000", "１２", " 7 ", "12.5", "--3", "1.2.3"]),
    lambda r: r.choice(EVENTS),
    lambda r: r.choice(["qrscene_", "qrscene_1", "last_trade_no_1", "]]>", "<b>", "&amp;", "&#0;", "&lt;", "%s{}"]),
    lambda r: r.choice("好😀é\u202e\u0000\u0008\ufffe\r\n\t") * r.randrange(1, 40),
    lambda r: r.choice("ab]<&\n") * r.randrange(1, 20_000),
    lambda r: "".join(chr(r.randrange(32, 0x2FFF)) for _ in range(r.randrange(60))),
)
TRICKS: tuple[Callable[[random.Random], str], ...] = (
    lambda r: "<!DOCTYPE xml>",
    lambda r: '<!DOCTYPE xml [<!ENTITY a "' + "x" * r.randrange(2000) + '"><!ENTITY b "&a;&a;&a;">]>',
    lambda r: '<?xml version="1.0" encoding="' + r.choice(["utf-8", "utf-16", "gbk", "x"]) + '"?>',
    lambda r: "<a>" * r.randrange(1, 4000),
    lambda r: "<a/>" * r.randrange(1, 4000),
    lambda r: "<a " + " ".join(f'b{i}="c"' for i in range(r.randrange(1, 2000))) + "/>",
    lambda r: "<a" + " " * r.randrange(20_000) + "/>",
    lambda r: "<!--" + "-" * r.randrange(20_000),
    lambda r: "<![CDATA[" * r.randrange(1, 2000),
    lambda r: "<![CDATA[" + "]" * r.randrange(20_000) + "]]>",
    lambda r: "&a;" * r.randrange(1, 5000),
    lambda r: "&#x41;" * r.randrange(1, 4000),
)


def node(r: random.Random, depth: int = 0) -> str:
    """Return a node with a value, or nested nodes."""
    name = r.choice(NAMES)
    if depth < 10 and r.random() < 0.25:
        inside = "".join(node(r, depth + 1) for _ in range(r.randrange(4)))
    elif r.random() < 0.7:
        inside = f"<![CDATA[{r.choice(VALUES)(r)}]]>"
    else:
        inside = r.choice(VALUES)(r)
    return f"<{name}>{inside}</{name}>"


def bent(r: random.Random) -> bytes:
    """Return a push's XML: common nodes, more or less; this kind's, or another's; then some damage."""
    head = {
        "ToUserName": platform.ACCOUNT,
        "FromUserName": platform.OPENID,
        "CreateTime": str(platform.NOW),
        "MsgType": r.choice(KINDS),
        "Event": r.choice(EVENTS),
        "MsgId": str(r.randrange(2**63)),
    }
    parts = [f"<{name}><![CDATA[{value}]]></{name}>" for name, value in head.items() if r.random() < 0.97]
    parts += [node(r) for _ in range(r.randrange(6))]
    if r.random() < 0.3:
        r.shuffle(parts)
    if r.random() < 0.15:
        parts.insert(r.randrange(len(parts) + 1), r.choice(TRICKS)(r))
    text = f"<xml>{''.join(parts)}</xml>"
    if r.random() < 0.05:
        text = r.choice(TRICKS)(r) + text
    body = bytearray(text.encode(errors="surrogatepass"))
    if r.random() < 0.2:
        for _ in range(r.randrange(1, 5)):
            place = r.randrange(len(body))
            body[place : place + r.randrange(3)] = r.randbytes(r.randrange(3))
    if r.random() < 0.05:
        del body[r.randrange(len(body)) :]
    return bytes(body[:48_000])


def enclosed(r: random.Random, xml: bytes) -> platform.Post:
    """Return the push as posted: in any mode, sometimes with a damaged envelope."""
    how = r.random()
    if how < 0.4:
        post = platform.plain(xml)
    elif how < 0.7:
        post = platform.safe(xml, r.choice([platform.CURRENT_KEY, platform.PREVIOUS_KEY]))
    elif how < 0.8:
        post = platform.sealed(platform.encrypt(xml), beside="".join(node(r) for _ in range(3)))
    elif how < 0.9:
        data = bytearray(platform.padded(xml))
        data[r.randrange(len(data))] = r.randrange(256)
        post = platform.sealed(platform.encrypt_raw(bytes(data)))
    else:
        post = platform.sealed(r.choice(VALUES)(r)[:20_000])
    if r.random() < 0.15:
        name = r.choice(["signature", "timestamp", "nonce", "encrypt_type", "msg_signature", "openid"])
        if r.random() < 0.3:
            post.query.pop(name, None)
        else:
            post.query[name] = r.choice(VALUES)(r).encode(errors="ignore").decode()[:300]
    if r.random() < 0.05:
        post.body = post.body.replace(b"Encrypt", r.choice([b"encrypt", b"A", b"Encrypt><Encrypt"]))
    return post


async def answer(push: Push) -> str | None:
    """Answer like the bot: echo text, and reply to every event."""
    words = push.content if isinstance(push, Text) else "x"
    reply = TextReply(split(words)[0])
    return render(reply, to=push.openid, account=push.account, created=push.created)


async def cpu_seconds(line: Line, post: platform.Post) -> float:
    """Post it; return the loop thread's CPU time, unaffected by other processes."""
    begun = time.thread_time()
    try:
        status, _ = await line.post(post)
    except ClientConnectionError:
        status = 0
    # Too large bodies are refused while being sent: the sender may find the connection closed.
    assert status in {200, 400, 403} or (status == 0 and len(post.body) > 32 * 1024), (status, post.query, post.body)
    return time.thread_time() - begun


@pytest.mark.parametrize("count", [pytest.param(2_000), pytest.param(100_000, marks=pytest.mark.hard)])
async def test_bent_pushes_are_taken_or_refused_at_once(line: Line, count: int) -> None:
    line.respond = answer
    for seed in range(count):
        r = random.Random(seed)
        post = enclosed(r, bent(r))
        if await cpu_seconds(line, post) > STALL_SECONDS:
            # Garbage collection may fall into any one push, but not into the same one twice.
            assert await cpu_seconds(line, post) <= STALL_SECONDS, seed
        line.seen.clear()
    outcomes = Counter(line.outcomes)
    # Enough must stay valid for the test to be meaningful.
    assert outcomes.pop("answered") > count * 0.2
    assert outcomes.keys() >= {"signature", "no_key_opens", "xml_broken", "xml_doctype", "xml_too_large", "too_large"}
    assert not outcomes.keys() & {"failed", "late"}
