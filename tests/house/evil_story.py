"""Run alone by test_evil_words: evil texts in every message, form field and pasted text, each in bounded time.

The kernel kills the process if one takes 2 s of CPU; standard output then ends with the text concerned.
"""

import ast
import json
import os
import re
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from bot.chat.context import MOST_TYPED
from bot.console.routes import ROUTES, ConsoleRoute
from bot.h5.routes import ROUTES as H5_ROUTES
from bot.h5.routes import PhoneRoute as H5Route
from bot.web.form_models import FormModel
from config.commands import FOLDER
from config.toml_files import read
from storage.people.roles import RoleKind
from tests.console.challenge_stage import a_poster, drafted, published
from tests.console.stage import DeskStage
from tests.console.test_challenges import workbook
from tests.console.test_forms import _grants
from tests.console.test_roster_import import HEAD, xlsx
from tests.console.test_route_matrix import FOREIGN
from tests.h5.conftest import Cast, cast, desk, desk_settings
from tests.house.evil import general

__all__ = ["cast", "desk", "desk_settings"]
SECONDS = 2.0
# The variable that names the file with what messages begin with.
OPENINGS = "EVIL_OPENINGS"
# Field values are cut to this, so that a form of twenty fields stays below the total limit.
FIELD = 2_000
EVIL = ["1" * FIELD, " x" * (FIELD // 2), "1月 " * (FIELD // 3), "万,1" * (FIELD // 3)]
PASTED = [(unit * 20_000)[:20_000] for unit in ("1", "1 ", "一", "签约后1", "1月 ", "南京公司", "1mm ", "a")]


@contextmanager
def bounded(what: str) -> Iterator[None]:
    sys.stdout.write(f"\n{what}\n")
    sys.stdout.flush()
    signal.signal(signal.SIGVTALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    began = time.process_time()
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    sys.stdout.write(f"{time.process_time() - began:.3f} s {what}\n")


def _openings() -> list[str]:
    found: list[str] = json.loads(Path(os.environ[OPENINGS]).read_text("utf-8"))
    return found


async def test_messages_to_no_dialog(cast: Cast) -> None:
    stranger, member = cast.person("o-evil"), cast.person("o-member")
    for words in ("注册", "云杼传感", "小型", "跳过", "确认"):
        await member.say(words)
    openings = _openings()
    assert openings
    for text in openings:
        for person in (stranger, member):
            with bounded(f"{person.openid}: {text[:30]!r}"):
                await person.say(text)


async def test_answers_to_every_command(cast: Cast) -> None:
    commands = cast.desk.parts.words
    names = dict(read(FOLDER / "words.toml"))
    runs = [run[:MOST_TYPED] for run in general(MOST_TYPED)[::3]]
    for number, command in enumerate(names):
        word = commands.first(command)
        person = cast.person(f"o-{number % 7}")
        if number < 7:
            for words in ("注册", "云杼传感", "小型", "跳过", "确认"):
                await person.say(words)
        for run in (*runs[number % 6 :: 6], "1 " * 4_000):
            with bounded(f"{word}, then {run[:10]!r}"):
                await person.say(word)
                await person.say(run)
            with bounded(f"{word} {run[:10]!r}"):
                await person.say(f"{word} {run}"[:MOST_TYPED])
            await person.say("取消")


def _module_of(route: ConsoleRoute | H5Route) -> ModuleType:
    """Return the page module that names the route's handler, which may be made elsewhere of a service."""
    ours = [module for name, module in sorted(sys.modules.items()) if name.startswith("bot.")]
    return next(module for module in ours if any(value is route.handler for value in vars(module).values()))


def _fields(route: ConsoleRoute | H5Route) -> list[str]:
    """Return the names of all fields the route's module reads."""
    page = _module_of(route)
    source = Path(page.__file__ or "").read_text("utf-8")
    called = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and node.args]
    reading = [
        call for call in called if isinstance(call.func, ast.Attribute) and call.func.attr in ("text", "several")
    ]
    names = {one.args[0].value for one in reading if isinstance(one.args[0], ast.Constant)}
    for model in vars(page).values():
        if isinstance(model, type) and issubclass(model, FormModel):
            names |= {field.alias or name for name, field in model.model_fields.items()}
    return sorted(str(name) for name in names)


async def test_fields_of_every_form_of_the_desk(desk: DeskStage) -> None:
    things = {of: await desk.database.write(make) for of, make in FOREIGN.items()}
    for number, route in enumerate(route for route in ROUTES if route.method == "POST"):
        made = 1 if route.policy.of is None else things[route.policy.of]
        browser = await desk.inside(await desk.person(f"o-{number}", *await desk.database.write(_grants, route, made)))
        await browser.get("/console/sessions")
        path = "/console" + re.sub(r"\{\w+\}", str(made), route.path)
        fields = _fields(route)
        for text in EVIL:
            with bounded(f"POST {route.path} {text[:6]!r} in all fields"):
                await browser.post(path, **{f"{name}_": text for name in fields})


async def test_fields_of_every_form_of_the_chat(cast: Cast) -> None:
    who = await a_poster(cast.desk)
    number, _ = await published(cast.desk, who, await cast.desk.official(RoleKind.APPROVER))
    person = cast.person("o-pages")
    for words in ("注册", "云杼传感", "小型", "跳过", "确认"):
        await person.say(words)
    await person.open("重新注册")
    for route in (route for route in H5_ROUTES if route.method == "POST" and "{link}" not in route.path):
        path = "/h5" + re.sub(r"\{\w+\}", str(number), route.path)
        for text in EVIL:
            with bounded(f"POST {path} {text[:6]!r} in all fields"):
                await person.browser.post(path, **{f"{name}_": text for name in _fields(route)})


async def test_drafts_pasted_words_and_cells_of_a_challenge(desk: DeskStage) -> None:
    who = await a_poster(desk)
    await who.poster.get("/console/challenges/new")
    for text in PASTED:
        with bounded(f"pasted {text[:6]!r}"):
            page = await who.poster.post("/console/challenges/read", pasted=text)
            assert page.status == 200
        cells = [["名称", text[:1_000]], *([label, text[:1_000]] for label in ("考核指标", "榜额", "内容", "完成时限"))]
        with bounded(f"cells {text[:6]!r}"):
            await who.poster.post("/console/challenges/read", table=("榜.xlsx", workbook(cells)))
    for text in PASTED:
        with bounded(f"draft {text[:6]!r}"):
            challenge_id = await drafted(desk, who.poster, content=text[:4_000], targets=text[:500])
        with bounded(f"view {text[:6]!r}"):
            assert (await who.poster.get(f"/console/challenges/{challenge_id}")).status == 200


async def test_cells_of_a_roster(desk: DeskStage) -> None:
    browser = await desk.official(RoleKind.EDITOR)
    await browser.get("/console/imports")
    for text in EVIL:
        rows = [["1", text[:200], "六合"], [text[:200], "南京别家设备有限公司", text[:200]]]
        with bounded(f"roster {text[:6]!r}"):
            fields = {"title": "srdi", "batch": text[:60], "from": "2026-12-01"}
            await browser.post("/console/imports", table=("名单.xlsx", xlsx(HEAD, *rows)), **fields)
