"""The page itself: its event stream, its safety, and that it knows every word the platform uses."""

import asyncio
import json
import re
from datetime import timedelta

import pytest

from bot.simulator.faults import FaultKind
from bot.simulator.lines import PAGES, load_lines
from bot.simulator.oddities import ODDITIES
from bot.simulator.switches import Flaw
from tests.simulator.phone import PhoneError
from tests.simulator.stage import Stage

SCRIPTS = {path.name: path.read_text("utf-8") for path in PAGES.glob("*.js")}
PAGE = (PAGES / "index.html").read_text("utf-8")


async def test_the_page_and_all_it_names_are_served_under_a_strict_policy(stage: Stage) -> None:
    named = re.findall(r'(?:src|href)="(/pages/[^"]+)"', PAGE)
    imported = [f"/pages/{name}" for text in SCRIPTS.values() for name in re.findall(r'from "\./([^"]+)"', text)]
    assert len(named) >= 4
    for address in ("/", *named, *imported):
        async with stage.session.get(stage.url + address) as response:
            assert response.status == 200, address
            assert response.headers["Content-Security-Policy"].startswith("default-src 'self';")


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_no_script_turns_words_into_markup_or_code(name: str) -> None:
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function", SCRIPTS[name])


def test_nothing_is_fetched_from_elsewhere() -> None:
    for path in PAGES.iterdir():
        if path.suffix in (".html", ".css"):
            assert not re.search(r"(src|href)=\"(https?:)?//|@import|url\(", path.read_text("utf-8")), path.name


def test_the_page_has_a_word_for_every_flaw_oddity_and_fault() -> None:
    assert [flaw for flaw in Flaw if f"{flaw.value}:" not in SCRIPTS["wire.js"]] == []
    assert [name for name in ODDITIES if f'["{name}"' not in SCRIPTS["plus.js"]] == []
    assert [kind for kind in FaultKind if f'["{kind.value}"' not in SCRIPTS["controls.js"]] == []


def test_every_line_is_used_and_every_used_line_is_there() -> None:
    code = "".join(path.read_text("utf-8") for path in PAGES.parent.glob("*.py"))
    for table in ("chat", "refused"):
        assert [key for key in load_lines(table) if f'"{key}"' not in code] == []
    raised = set(re.findall(r'RefusedError\(\s*"(\w+)"', code))
    assert raised == set(load_lines("refused"))


async def test_an_open_page_is_told_everything_first_and_then_what_changes(stage: Stage) -> None:
    async with stage.session.get(stage.url + "/phones/events") as events:
        assert await events.content.readline() == b"event: snapshot\n"
        snapshot = json.loads((await events.content.readline()).removeprefix(b"data: "))
        assert snapshot["phones"] == []
        phone = await stage.follower()
        await phone.say("你好")
        told = b""
        async with asyncio.timeout(10):
            while b'"acknowledged"' not in told or b"event: bubble" not in told:
                told += await events.content.readline()


async def test_an_open_page_does_not_keep_the_simulator_from_ending() -> None:
    async with asyncio.timeout(10):
        async with Stage() as stage:
            events = await stage.session.get(stage.url + "/phones/events")
            await events.content.readline()
            await stage.pages.close()
            assert (await events.content.read()).startswith(b"data: ")


async def test_time_moves_forward_only(stage: Stage) -> None:
    before = stage.clock.now()
    async with stage.session.post(stage.url + "/controls", json={"hours": 24}) as response:
        assert response.status == 200
    assert stage.clock.now() - before >= timedelta(hours=24)
    for asked in ({"hours": -1}, {"until": "2001-01-01T00:00:00+08:00"}, {"hours": "x"}, {"hours": 1e300}):
        async with stage.session.post(stage.url + "/controls", json=asked) as response:
            assert (response.status, "sentence" in await response.json()) == (409, True)


async def test_the_controls_choose_the_mode_and_order_trouble(stage: Stage) -> None:
    asked = {"mode": "safe", "twice": True, "fault": {"kind": "busy", "count": 2}, "check": True}
    async with stage.session.post(stage.url + "/controls", json=asked) as response:
        assert response.status == 200
    async with stage.session.get(stage.url + "/phones") as response:
        state = await response.json()
    assert (state["mode"], state["disorder"]["twice"], state["faults"][0]["count"]) == ("safe", True, 2)
    phone = await stage.follower()
    assert [await stage.api("GET", "/cgi-bin/token") for _ in range(2)][1]["errcode"] == -1
    await phone.say("两遍")
    assert len(stage.posts) == 2


async def test_a_gesture_with_something_missing_is_refused_in_words(stage: Stage) -> None:
    phone = await stage.follower()
    for path, asked in (("say", {}), ("dance", {}), ("tap-menu", {"path": "x"}), ("oddity", {"name": "dance"})):
        async with stage.session.post(f"{stage.url}/phones/{phone.openid}/{path}", json=asked) as response:
            assert (response.status, bool((await response.json())["sentence"])) == (409, True)
    with pytest.raises(PhoneError):
        await phone.tap_menu("没有的菜单")
