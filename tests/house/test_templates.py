"""Templates can be read: no endless lines, nothing inline, a macro stands in one file and is used."""

import re
from collections import Counter
from pathlib import Path

import pytest

from bot.console.routes import ROUTES

BOT = Path(__file__).parents[2] / "bot"
TEMPLATES = sorted(path for folder in ("console/templates", "h5/templates") for path in (BOT / folder).glob("*.html"))
LONGEST = 200
# WeChat's own tags take their look from a template of theirs.
_INLINE = re.compile(r'(?<!slot="style">)<style|<script(?![^>]* src=)|\sstyle="|\son[a-z]+="')
_MACRO = re.compile(r"{%-? macro (\w+)")
_NAMED = re.compile(r'"(\w+\.html)"')
_PAGE = re.compile(r'\.page\(\s*"(\w+\.html)"')


def name(path: Path) -> str:
    return f"{path.parents[1].name}/{path.stem}"


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_no_line_is_longer_than_a_screen(path: Path) -> None:
    lines = enumerate(path.read_text("utf-8").splitlines(), 1)
    assert [number for number, line in lines if len(line) > LONGEST] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_no_style_script_or_handler_stands_inline(path: Path) -> None:
    assert _INLINE.findall(path.read_text("utf-8")) == []


@pytest.mark.parametrize("face", ["console", "h5"])
def test_no_macro_is_written_twice(face: str) -> None:
    texts = [path.read_text("utf-8") for path in TEMPLATES if path.parents[1].name == face]
    counts = Counter(macro for text in texts for macro in _MACRO.findall(text))
    assert [macro for macro, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_every_macro_is_used(path: Path) -> None:
    text = path.read_text("utf-8")
    readers = [other for one in TEMPLATES if f'"{path.name}"' in (other := one.read_text("utf-8"))]
    for macro in _MACRO.findall(text):
        assert sum(len(re.findall(rf"\b{macro}\(", one)) for one in [text, *readers]) > 1, macro


@pytest.mark.parametrize("face", ["console", "h5"])
def test_every_page_has_its_template_and_every_template_its_page(face: str) -> None:
    there = {path.name for path in TEMPLATES if path.parents[1].name == face}
    own, shared = (
        "".join(path.read_text("utf-8") for path in (BOT / folder).rglob("*.py")) for folder in (face, "web")
    )
    assert set(_PAGE.findall(own)) - there == set(), "a page without its template answers 500"
    used = _NAMED.findall(own + shared) + [
        name for path in TEMPLATES for name in _NAMED.findall(path.read_text("utf-8"))
    ]
    assert there - set(used) == set()


def test_the_menu_leads_to_pages_that_open_for_whom_it_is_shown() -> None:
    menu = (BOT / "console/templates/layout.html").read_text("utf-8")
    opened = {f"/console{route.path}": route.policy for route in ROUTES if route.method == "GET"}
    entries = re.findall(r'\("(/console[^"]*)", "[^"]+", \[([^\]]*)\]\)', menu)
    assert len(entries) > 10
    for address, kinds in entries:
        assert address in opened, address
        allowed = opened[address].kinds
        assert set(re.findall(r"\w+", kinds)) == (set() if allowed is None else {kind.value for kind in allowed}), (
            address
        )
