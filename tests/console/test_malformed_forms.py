"""Any body posted to any console or phone address gets a Chinese page, and causes no failure."""

import asyncio
import io
import logging
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import aiohttp
import pytest

from bot.console.context import COOKIE
from bot.h5.context import COOKIE as PAGES_COOKIE
from bot.h5.routes import ROUTES as PAGES
from bot.web.form_bodies import MOST_ANONYMOUS_BYTES, MOST_FORM_BYTES
from tests.bids.stage import a_bidder
from tests.console.stage import Browser, DeskStage, Page
from tests.console.test_forms import POSTS, _grants
from tests.console.test_route_matrix import FOREIGN, case_name

LINE = "line"
MULTIPART = f"multipart/form-data; boundary={LINE}"
URLENCODED = "application/x-www-form-urlencoded"


def part(head: str, content: bytes = b"x") -> bytes:
    return f"--{LINE}\r\nContent-Disposition: form-data{head}\r\n\r\n".encode() + content + b"\r\n"


END = f"--{LINE}--\r\n".encode()
Body = Callable[[bytes], tuple[str, bytes]]


def parts(*more: bytes, end: bytes = END) -> Body:
    return lambda csrf: (MULTIPART, part('; name="csrf"', csrf) + b"".join(more) + end)


def words(more: bytes, kind: str = URLENCODED) -> Body:
    return lambda csrf: (kind, b"csrf=" + csrf + more)


GBK = "申请书".encode("gbk")
MALFORMED: dict[str, Body] = {
    "no boundary": lambda csrf: ("multipart/form-data", parts()(csrf)[1]),
    "a part without a name": parts(part("")),
    "an encoding nobody knows": parts(part('; name="a"\r\nContent-Transfer-Encoding: x-odd')),
    "a charset nobody knows": parts(part('; name="a"\r\nContent-Type: text/plain; charset=x-odd')),
    "cut off": parts(end=b""),
    "cut off in a file": parts(part('; name="f"; filename="a.pdf"', b"%PDF-")[:-10], end=b""),
    "parts within a part": parts(part('; name="a"\r\nContent-Type: multipart/mixed; boundary=b')),
    "words that are no UTF-8": parts(part('; name="a"', b"\xff\xfe")),
    "a file's name in GBK": parts(part('; name="f"; filename="N.pdf"').replace(b"N", GBK)),
    "999 parts": parts(part('; name="a"', b"") * 999),
    "no token": lambda _csrf: (MULTIPART, part('; name="a"') + END),
    "no part": lambda _csrf: (MULTIPART, END),
    "no part and words behind": lambda csrf: (MULTIPART, END + b"csrf=" + csrf),
    "words in GBK": words(b"&a=" + GBK),
    "words in GBK, said so": words(b"&a=x", f"{URLENCODED}; charset=gbk"),
    "half a character": words(b"&a=%E5%A5"),
    "a lone surrogate": words(b"&a=%ED%A0%80"),
    "too many fields": words(b"&a" * 2000),
    "too many words": words(b"&a=" + b"x" * MOST_FORM_BYTES),
    "no kind": words(b"", "application/octet-stream"),
    "JSON": lambda csrf: ("application/json", b'{"csrf": "' + csrf + b'"}'),
    "nothing": lambda _csrf: (URLENCODED, b""),
}


def failures(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return logged failures."""
    return [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR or one.exc_info]


async def send(browser: Browser, path: str, kind: str, body: bytes, **headers: str) -> Page:
    """Post exactly these bytes."""
    given = {"Origin": browser.base, "Content-Type": kind, **headers}
    async with browser._session.post(
        browser.base + path,
        data=io.BytesIO(body),
        headers=given,
        allow_redirects=False,
        skip_auto_headers=("Content-Type",),
    ) as response:
        return Page(response.status, await response.text(), dict(response.headers))


def is_refused_in_chinese(page: Page) -> bool:
    return 400 <= page.status < 500 and 'lang="zh-CN"' in page.text and "请" in page.text


@dataclass(frozen=True)
class Sender:
    """A person who may send this form."""

    browser: Browser
    csrf: str
    path: str
    name: str


@pytest.fixture
async def senders(desk: DeskStage) -> list[Sender]:
    """Return, for every address with a form, a person admitted by its policy."""
    found = []
    things = {of: await desk.database.write(make) for of, make in FOREIGN.items()}
    for number, route in enumerate(POSTS):
        made = 1 if route.policy.of is None else things[route.policy.of]
        grants = await desk.database.write(_grants, route, made)
        browser = await desk.inside(await desk.person(f"o-both-{number}", *grants))
        page = await browser.get("/console/sessions")
        path = "/console" + route.path.replace("{id}", str(made)).replace("{link}", "x")
        found.append(Sender(browser, page.csrf, path, case_name(route)))
    phone, _, _ = await a_bidder(desk, "一家企业")
    csrf = (await phone.get("/h5/mine")).csrf
    for page_route in PAGES:
        if page_route.method == "POST":
            path = "/h5" + page_route.path.replace("{id}", "1").replace("{link}", "x")
            found.append(Sender(phone, csrf, path, f"{page_route.method} {path}"))
    return found


async def test_a_malformed_form_is_refused_with_a_page_wherever_it_is_sent(
    senders: list[Sender], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        for sender, (what, make) in product(senders, MALFORMED.items()):
            page = await send(sender.browser, sender.path, *make(sender.csrf.encode()))
            assert is_refused_in_chinese(page), (sender.name, what, page.status, page.text)
    assert failures(caplog) == []


async def test_a_malformed_form_of_whoever_has_not_come_in_is_refused_with_a_page(
    desk: DeskStage, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        for what, make in MALFORMED.items():
            for path in ("/console/enter", "/console/in/x", "/h5/in/x"):
                browser = desk.browser()
                csrf = (await browser.get("/console/enter")).csrf
                page = await send(browser, path, *make(csrf.encode()))
                assert is_refused_in_chinese(page), (path, what, page.status, page.text)
    assert failures(caplog) == []


ODD_HEADERS = [
    b"Cookie: srdi_desk=\xff\xfe; srdi_h5=\xff",
    b"Cookie: srdi_care=\xff; srdi_draft=\xff; srdi_desk=" + b"a" * 43,
    b"Referer: http://x/\xff",
    b"User-Agent: \xff Mobile",
    b"X-Forwarded-For: \xff",
    b"Origin: \xff",
]


async def raw(desk: DeskStage, request: bytes) -> str:
    """Return the answer to exactly these bytes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(desk.base.rpartition(":")[2]))
    writer.write(request + b"Host: x\r\nConnection: close\r\n\r\n")
    answer = await reader.read()
    writer.close()
    return answer.decode()


@pytest.mark.parametrize("header", ODD_HEADERS)
async def test_no_byte_in_a_header_makes_a_page_fail(
    desk: DeskStage, header: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        for path in ("/console", "/console/enter", "/h5/board", "/h5/in/x", "/console/board"):
            answer = await raw(desk, f"GET {path} HTTP/1.1\r\n".encode() + header + b"\r\n")
            assert answer.split()[1] in ("200", "303", "404"), (path, answer)
        answer = await raw(desk, b"POST /console/enter HTTP/1.1\r\nContent-Length: 0\r\n" + header + b"\r\n")
        assert answer.split()[1] == "403"
    assert failures(caplog) == []


ODD_ADDRESSES = [
    "/console/challenges?q=%00%01", "/console/board?words=%00", "/console/tickets?canned=%00&area=%00&words=%0B",
    "/console/roster?words=%00&district=%00&sort=%00", "/console/audit?actor=%00&action=%00",
    "/console/firms?words=%00",
    "/console/contacts?area=%00&item=%00", "/console/broadcasts?state=%00", "/console/outbox?state=%00",
    "/console/silence?state=%00&page=%00", "/console/details?kind=%00&words=%00", "/console/cards/edit?purpose=%00",
    "/console/proofs?state=%00", "/console/roster/export?as=%00", "/console/roles/%00", "/console/static/%00",
    "/console/in/%00", "/console/%EF%BF%BE", "/console/tickets/%0B1", "/console/board?words=%FF%ED%A0%80",
]  # fmt: skip


async def test_no_character_in_an_address_makes_a_page_fail(
    desk: DeskStage, senders: list[Sender], caplog: pytest.LogCaptureFixture
) -> None:
    browser = senders[0].browser
    for path in ODD_ADDRESSES:
        answer = await raw(desk, f"GET {path} HTTP/1.1\r\nCookie: {COOKIE}={browser.cookie}\r\n".encode())
        assert answer.split()[1] in ("200", "404", "422"), (path, answer)
    for path in ("/h5/board?page=%00", "/h5/told/%00", "/h5/pictures/%00.jpg", "/h5/in/%00", "/h5/mine?done=%00"):
        phone = next(c.value for c in senders[-1].browser._session.cookie_jar if c.key == PAGES_COOKIE)
        answer = await raw(desk, f"GET {path} HTTP/1.1\r\nCookie: {PAGES_COOKIE}={phone}\r\n".encode())
        assert answer.split()[1] in ("200", "404", "422"), (path, answer)
    assert failures(caplog) == []


async def test_a_body_that_nobody_takes_is_refused_before_it_comes(desk: DeskStage) -> None:
    head = f"POST /console/enter HTTP/1.1\r\nOrigin: {desk.base}\r\nContent-Type: {URLENCODED}\r\n"
    for length in (MOST_ANONYMOUS_BYTES + 1, 300 * 2**20):
        answer = await raw(desk, f"{head}Content-Length: {length}\r\n".encode())
        assert answer.split()[1] == "413"
        assert "请" in answer


async def test_who_has_no_firm_may_send_no_bid_however_large(desk: DeskStage) -> None:
    stranger = await desk.on_phone(await desk.person("o-stranger"))
    csrf = (await stranger.get("/h5/register")).csrf
    file = part('; name="application"; filename="a.pdf"', b"%PDF-" + b"x" * 19 * 2**20)
    for path in ("/h5/board/1/bid", "/h5/board/1/draft"):
        page = await send(stranger, path, *parts(file)(csrf.encode()))
        assert page.status in (404, 422), path


async def test_unknown_addresses_and_methods_have_a_word_in_chinese(desk: DeskStage) -> None:
    async with aiohttp.ClientSession() as session:
        for method, path in (("GET", "/"), ("GET", "/admin"), ("PUT", "/console/enter"), ("DELETE", "/h5/mine"),
                             ("PUT", "/wechat"), ("GET", "/console/nothing"), ("GET", "/h5/nothing")):  # fmt: skip
            async with session.request(method, desk.base + path) as response:
                assert (response.status, "请" in await response.text() or "不在" in await response.text()) == (
                    404,
                    True,
                )


async def test_what_fails_all_the_same_has_a_page_and_the_log_no_word_of_it(
    desk: DeskStage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_given: object, **_named: object) -> str:
        raise ValueError("金丝雀")

    monkeypatch.setattr("bot.services.people.login.normal_code", fail)
    browser = desk.browser()
    await browser.get("/console/enter")
    page = await browser.post("/console/enter", code="x")
    assert (page.status, "请过几分钟再试" in page.text) == (500, True)
    assert page.headers["X-Frame-Options"] == "DENY"
    assert "ValueError in" in caplog.text
    assert "金丝雀" not in caplog.text


async def test_who_posts_without_end_is_slowed_down_and_then_told_to_wait(desk: DeskStage) -> None:
    browser = desk.browser()
    csrf = (await browser.get("/console/enter")).csrf
    kind, body = words(b"&code=x")(csrf.encode())
    pages = await asyncio.gather(*(send(browser, "/console/enter", kind, body) for _ in range(40)))
    assert {page.status for page in pages} == {422, 429}
    waiting = next(page for page in pages if "请慢一点" in page.text)
    assert int(waiting.headers["Retry-After"]) > 0
    assert "请等一分钟再试" in waiting.text
