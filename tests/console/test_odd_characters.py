"""Any characters typed are accepted or refused in words, and every page and file still opens."""

import csv
import io
import logging
import random
import re
import zipfile
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from xml.parsers import expat

import pytest
from docx import Document
from python_calamine import CalamineWorkbook

from bot.console.access import Locator, firm_place, ticket_place
from bot.console.routes import ROUTES
from bot.h5.routes import ROUTES as PAGES
from notifications.calendar_file import CalendarEntry, calendar
from notifications.text_splitting import printable
from storage.engine.transactions import Tx
from storage.people import people
from storage.people.roles import RoleGrant, RoleKind
from tests.bids.stage import a_bidder, act, bid
from tests.console.challenge_stage import FIELDS, a_poster, published
from tests.console.filling import Forms
from tests.console.stage import Browser, DeskStage
from tests.console.test_stored_words import EVERY_OFFICIAL, sow
from tests.h5.conftest import Cast, cast

__all__ = ["cast"]

# In turn: C string end, Word remnants, characters no XML allows, noncharacters, direction and hiding controls,
# surrogate halves and stacked marks.
SPECIAL = (
    "\x00 \x01\x02\x08\x0b\x0c\x1b\x1f \x7f\x80\x85\x9f \ufffe\uffff\ufdd0\U0001fffe\U0010ffff "
    "\u202e\u2028\ufeff\u200d e\u0323\u0323\u0307 😀"
)
# What either database can store, but no input accepts any more.
KEPT_BEFORE = SPECIAL.replace("\x00", "")
# No failure. 503: what calls the absent platform.
ANSWERED = (200, 204, 303, 403, 404, 422, 503)


def any_word(chance: random.Random, longest: int) -> str:
    """Return random Unicode text, including known troublemakers."""
    letters = [
        chr(chance.choice((chance.randrange(0xD800), chance.randrange(0xE000, 0x110000)))) for _ in range(longest)
    ]
    return "".join(chance.choice((*letters, *SPECIAL)) for _ in range(chance.randrange(1, longest)))


def test_printable_text_is_what_xml_and_both_stores_take() -> None:
    for start in range(0, 0x110000, 0x1000):
        text = "".join(map(chr, range(start, start + 0x1000)))
        kept = printable(text)
        parser = expat.ParserCreate()
        parser.Parse("<a>" + kept.replace("&", "").replace("<", "") + "</a>", True)
        assert "\x00" not in kept
        assert set(text) - set(kept) == {sign for sign in text if printable(sign) in ("", " ") and sign != " "}
    assert printable("好\t好\r\n好 😀é") == "好\t好\r\n好 😀é"
    assert printable("a\x0bb\x0cc") == "a b c"
    assert printable(KEPT_BEFORE) == printable(printable(KEPT_BEFORE))


def failures(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return logged failures."""
    return [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR]


async def fill_all(browser: Browser, paths: list[str], seed: int) -> int:
    """Submit every form of these pages with random text; return how many were sent."""
    chance, sent = random.Random(seed), 0
    for path in paths:
        page = await browser.get(path)
        assert page.status in ANSWERED, (path, page.text)
        for form in Forms(page.text).found:
            # Ending one's own session would leave no further page.
            if re.search(r"/leave|/sessions/|/roles/\d+/end", form.action):
                continue
            page = await browser.get(path)
            # The test client sends no control characters in file names.
            files = {name: (printable(any_word(chance, 9)).replace("\n", "") or "a", b"%PDF-1") for name in form.files}
            fields: dict[str, Any] = form.filled(lambda _name: any_word(chance, 9)) | files
            answer = await browser.post(form.action, **fields)
            assert answer.status in ANSWERED, (path, form.action, answer.status, answer.text)
            sent += 1
    return sent


async def read_everything(desk: DeskStage, browsers: list[Browser], paths: list[str]) -> None:
    """Open every page and every file."""
    for browser in browsers:
        for path in paths:
            answer = await browser.get(path)
            assert answer.status in ANSWERED, (path, answer.status, answer.text)


def numbered(things: Mapping[Locator, int]) -> list[str]:
    """Return every console GET address for these things."""
    found = []
    for route in ROUTES:
        if route.method == "GET" and "{" not in route.path:
            found.append("/console" + route.path)
        elif route.method == "GET" and route.policy.of is not None and route.policy.of in things:
            found.append("/console" + route.path.replace("{id}", str(things[route.policy.of])))
    return found


async def bytes_of(browser: Browser, path: str) -> bytes:
    async with browser._session.get(browser.base + path) as response:
        assert response.status == 200, path
        return await response.read()


async def an_official(desk: DeskStage) -> Browser:
    grants = [RoleGrant(kind, "某人", date.min, None, None, "市工信局", None) for kind in EVERY_OFFICIAL]
    return await desk.inside(await desk.person("o-all", *grants))


@pytest.mark.parametrize("seed", [1, 2])
async def test_every_form_of_the_officials_takes_or_refuses_any_characters(
    desk: DeskStage, seed: int, caplog: pytest.LogCaptureFixture
) -> None:
    things = await desk.database.write(sow, lambda label: label + "好")
    official = await an_official(desk)
    paths = numbered(things)
    with caplog.at_level(logging.ERROR):
        assert await fill_all(official, paths, seed) > 40
        await read_everything(desk, [official], paths)
    assert failures(caplog) == []


async def test_every_form_of_a_firm_on_the_phone_takes_or_refuses_any_characters(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    desk = cast.desk
    who, official = await a_poster(desk, "榜主有限公司"), await desk.official(RoleKind.APPROVER)
    challenge_id, _ = await published(desk, who, official, sealing="none", least="1")
    bidder, _, _ = await a_bidder(desk, "揭榜有限公司")
    paths = ["/h5" + route.path.replace("{id}", str(challenge_id)) for route in PAGES
             if route.method == "GET" and not re.search(r"\{(?!id)|my-bids/", route.path)]  # fmt: skip
    with caplog.at_level(logging.ERROR):
        for seed in (1, 2):
            assert await fill_all(bidder, paths, seed) >= 4
        await read_everything(desk, [bidder], paths)
        edit = [
            f"/console/challenges/{challenge_id}",
            f"/console/challenges/{challenge_id}/review",
            "/console/challenges/new",
        ]
        for seed in (1, 2, 3):
            await fill_all(who.poster, edit, seed)
        await read_everything(desk, [who.poster, who.approver, official], edit)
    assert failures(caplog) == []


async def test_a_firms_name_and_a_challenge_of_any_characters_spoil_no_archive(desk: DeskStage) -> None:
    odd: dict[str, Any] = {
        name: f"{text}{SPECIAL}" for name, text in FIELDS.items() if name in ("title", "problem", "content", "targets")
    }
    who, official = await a_poster(desk, f"榜主{KEPT_BEFORE}公司"), await desk.official(RoleKind.APPROVER)
    challenge_id, _ = await published(desk, who, official, sealing="none", least="1", **odd)
    bidder, _, _ = await a_bidder(desk, f"揭名{KEPT_BEFORE}")
    assert "下载副本" in await bid(bidder, challenge_id, solution=f"方案{SPECIAL}", team=f"人{SPECIAL}")
    await bidder.get(f"/h5/board/{challenge_id}")
    assert (await bidder.post(f"/h5/board/{challenge_id}/ask", question=f"榜问{SPECIAL}")).status == 303
    await act(who.poster, challenge_id, "criteria", criteria="标准 100")
    await act(who.poster, challenge_id, "amend", what=f"改了{SPECIAL}")
    desk.ahead(timedelta(days=21))
    who = await who.again(desk)
    await who.poster.get(f"/console/challenges/{challenge_id}/review")
    assert (await who.poster.post(f"/console/challenges/{challenge_id}/begin-review")).status == 303
    await act(who.poster, challenge_id, "minutes", text=f"纪要{SPECIAL}")
    packed = zipfile.ZipFile(io.BytesIO(await bytes_of(who.poster, f"/console/challenges/{challenge_id}/archive")))
    assert packed.testzip() is None
    shown = "\n".join(one.text for one in Document(io.BytesIO(packed.read("index.docx"))).paragraphs)
    assert FIELDS["title"] in shown
    assert "揭名" in packed.read("bids.json").decode()
    board = await who.poster.get(f"/console/board/{challenge_id}")
    assert (board.status, FIELDS["title"] in board.text) == (200, True)


async def test_every_list_as_a_file_opens_whatever_was_kept_before(desk: DeskStage) -> None:
    await desk.database.write(sow, lambda label: f"{label}{KEPT_BEFORE}")
    official = await an_official(desk)
    for path in ("roster", "contacts", "audit"):
        book = CalamineWorkbook.from_filelike(io.BytesIO(await bytes_of(official, f"/console/{path}/export?as=xlsx")))
        assert len(book.get_sheet_by_index(0).to_python()) > 1
        text = (await bytes_of(official, f"/console/{path}/export?as=csv")).decode("utf-8-sig")
        assert printable(text) == text
        assert len(list(csv.reader(io.StringIO(text)))) > 1
    moment = await desk.database.read(lambda tx: tx.now)
    made = calendar([CalendarEntry("1", moment, SPECIAL, SPECIAL)], moment)
    assert printable(made) == made


async def test_any_words_in_the_chat_are_answered_and_kept_printable(cast: Cast) -> None:
    chance = random.Random(7)
    person = cast.person("o-asker")
    await person.say("注册")
    for typed in (f"企业{KEPT_BEFORE}有限公司", f"{KEPT_BEFORE}", *(any_word(chance, 40) for _ in range(60))):
        # The chat receives what the protocol layer lets through.
        said = await person.say(printable(typed))
        assert printable(said) == said


async def test_things_kept_before_are_shown_on_every_page(desk: DeskStage, caplog: pytest.LogCaptureFixture) -> None:
    things = await desk.database.write(sow, lambda label: f"{label}{KEPT_BEFORE}")

    def join(tx: Tx) -> int:
        asker = people.meet(tx, "o-asker").id
        people.join_firm(tx, asker, things[firm_place])
        return asker

    phone = await desk.on_phone(await desk.database.write(join))
    with caplog.at_level(logging.ERROR):
        await read_everything(desk, [await an_official(desk)], numbered(things))
        await read_everything(desk, [phone], ["/h5/mine", "/h5/register", "/h5/calendar", "/h5/board"])
        await phone.get("/h5/mine")
        assert (await phone.post("/h5/mine/export")).status in (200, 303)
        await phone.get("/h5/calendar")
        assert (await phone.post("/h5/calendar/file")).status in (200, 303)
    assert failures(caplog) == []
    assert things[ticket_place]
