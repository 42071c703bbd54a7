"""The bot's texts: every key used in code exists, none is empty, none is unused."""

import ast
import re
import string
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from config.errors import AppError
from config.texts import Texts
from storage.challenges.challenges import Stage

ROOT = Path(__file__).parents[2]
FLOORS = ("bot", "notifications", "matchmaking", "storage", "config")
SPEAKERS = {
    "say": "chat.",
    "_say": "chat.",
    "_answers": "answers.",
    "_overview": "overview.",
    "_what_if": "what_if.",
    "texts": "",
    "_texts": "",
}


@lru_cache(maxsize=1)
def _calls() -> list[ast.Call]:
    paths = [path for floor in FLOORS for path in (ROOT / floor).rglob("*.py")]
    trees = [ast.parse(path.read_text("utf-8")) for path in paths if "simulator" not in path.relative_to(ROOT).parts]
    return [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]


def _patterns(expression: ast.expr) -> Iterator[str]:
    """Return an expression's possible keys as regular expressions: an f-string's blanks match any one word."""
    if isinstance(expression, ast.Constant) and isinstance(expression.value, str):
        yield re.escape(expression.value)
    elif isinstance(expression, ast.JoinedStr):
        yield "".join(
            re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[\w.]+" for part in expression.values
        )
    elif isinstance(expression, ast.IfExp):
        yield from _patterns(expression.body)
        yield from _patterns(expression.orelse)


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    if isinstance(function, ast.Call):
        # Called directly after loading, as commands do.
        return "texts" if _name(function.func) == "load" else ""
    return function.id if isinstance(function, ast.Name) else ""


def _errors() -> set[str]:
    return {cls.__name__ for cls in AppError.__subclasses__()} | {"AppError"}


def _used() -> set[str]:
    used: set[str] = set()
    for call in _calls():
        name = _name(call.func)
        if name in SPEAKERS:
            used |= {re.escape(SPEAKERS[name]) + pattern for pattern in _patterns(call.args[0])}
        elif name in _errors():
            used |= {r"errors\." + pattern for pattern in _patterns(call.args[0])}
    # These classes pass on arbitrary keys.
    return used - {r"chat\.[\w.]+", r"answers\.[\w.]+", r"overview\.[\w.]+", r"what_if\.[\w.]+"}


def _dictionary_keys() -> set[str]:
    """Return keys stored as table values: ask.NEWCOMER, and the databases' error code tables."""
    tables = set()
    for floor in ("storage", "bot/cli"):
        for path in (ROOT / floor).rglob("*.py"):
            nodes = ast.walk(ast.parse(path.read_text("utf-8")))
            values = [value for node in nodes if isinstance(node, ast.Dict) for value in node.values]
            tables |= {value.value for value in values if isinstance(value, ast.Constant)}
    words = {str(value) for value in tables}
    return {re.escape(word) for word in words} | {re.escape(f"errors.{word}") for word in words}


def test_every_key_that_code_uses_is_in_the_texts() -> None:
    keys = "\n".join(Texts.load().every_key())
    missing = [pattern for pattern in _used() if not re.search(f"^(?:{pattern})$", keys, re.MULTILINE)]
    assert missing == []


def test_no_text_is_empty_and_none_is_unused() -> None:
    texts = Texts.load()
    used = re.compile("|".join(f"(?:{pattern})" for pattern in sorted(_used() | _dictionary_keys())))
    assert [key for key in texts.every_key() if not texts.raw(key).strip()] == []
    assert sorted(key for key in texts.every_key() if not used.fullmatch(key)) == []


def _acts() -> Iterator[str]:
    """What may be written into the audit: by name, as a step of a challenge, as a record of its review."""
    for call in _calls():
        if _name(call.func) == "add_argument":
            # The command line's own word.
            continue
        named = [word.value for word in call.keywords if word.arg == "recorded"]
        named += call.args[1:2] if _name(call.func) in ("record", "_record") else []
        yield from (act for value in named for act in _patterns(value))
    for path in (ROOT / "bot").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Assign) and [_name(target) for target in node.targets] == ["action"]:
                yield from _patterns(node.value)
    for stage in Stage:
        # Closed only by the clock, by nobody's act.
        if stage is not Stage.CLOSED:
            yield re.escape(f"challenge.{stage.value}")
    for node in ast.walk(ast.parse((ROOT / "bot/services/challenges/review.py").read_text("utf-8"))):
        if isinstance(node, ast.Call) and _name(node.func) == "_add":
            yield from (rf"challenge\.{kind}" for kind in _patterns(node.args[2]))


def test_every_act_of_the_audit_has_a_name_for_officials() -> None:
    names = "\n".join(key.removeprefix("audit.action.") for key in Texts.load().every_key())
    assert sorted({act for act in _acts() if not re.search(f"^(?:{act})$", names, re.MULTILINE)}) == []


def test_every_text_gets_exactly_the_blanks_it_has() -> None:
    texts = Texts.load()
    wrong = []
    for call in _calls():
        name, key = _name(call.func), call.args[0]
        if (
            not (isinstance(key, ast.Constant) and isinstance(key.value, str))
            or name not in SPEAKERS.keys() | _errors()
        ):
            continue
        prefix = SPEAKERS.get(name, "errors.")
        blanks = {blank for _, blank, _, _ in string.Formatter().parse(texts.raw(prefix + key.value)) if blank}
        given = {keyword.arg for keyword in call.keywords}
        if blanks != given:
            wrong.append((prefix + key.value, blanks, given))
    assert wrong == []
