"""No pattern of the project is worse than linear: each is tried with evil texts in a process the kernel kills
in time.
"""

import ast
import json
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import pytest

from bot.chat.routes import ROUTES
from tests.house.pattern_recorder import FLOORS, ROOT
from tests.house.pattern_runner import MOST_GROWTH

NEEDED = {"compile", "error", "escape", "Pattern", "Match", "DOTALL", "ASCII", "IGNORECASE", "MULTILINE"}
WAYS = {
    "match": "match",
    "fullmatch": "fullmatch",
    **dict.fromkeys(("search", "sub", "subn", "split", "findall", "finditer"), "search"),
}
# From the tests: one of each kind that takes a second or more on 8,000 characters.
WORSE = [
    (r"(?:a+)+$", "search"),
    (r"\s*回执\s*[:：]?\s*(\S+)?\s*", "fullmatch"),
    (r"\d[\d,]*(?:\.\d+)?(?:\s?[万\d]+)?元", "search"),
    (r"(\S.*?)\s*", "fullmatch"),
]


@dataclass(frozen=True)
class Met:
    """A pattern and its uses in the project: match, fullmatch, search (including everything that searches)."""

    site: str
    pattern: str
    flags: int
    is_bytes: bool
    ways: tuple[str, ...]


@lru_cache(maxsize=1)
def _trees() -> dict[str, ast.Module]:
    paths = [path for floor in FLOORS for path in (ROOT / floor).rglob("*.py")]
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text("utf-8")) for path in paths}


def _of_re(tree: ast.Module) -> Iterator[ast.Attribute]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "re":
            yield node


def _compiled(tree: ast.Module) -> list[ast.Call]:
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    of_re = {id(node) for node in _of_re(tree) if node.attr == "compile"}
    return [call for call in calls if id(call.func) in of_re]


@lru_cache(maxsize=1)
def _names() -> dict[tuple[str, str], set[str]]:
    """Return, by file and name (own or imported), how it is used; "" for bare."""
    used: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for file, tree in _trees().items():
        nodes = list(ast.walk(tree))
        through = {id(node.value): node.attr for node in nodes if isinstance(node, ast.Attribute)}
        homes = {
            alias.name: f"{node.module.replace('.', '/')}.py"
            for node in nodes
            if isinstance(node, ast.ImportFrom) and node.module
            for alias in node.names
        }
        for node in nodes:
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                used[homes.get(node.id, file), node.id].add(WAYS.get(through.get(id(node), ""), ""))
    return used


@lru_cache(maxsize=1)
def _named() -> dict[tuple[str, int], str]:
    """Return, by file and line, the names of named patterns."""
    found: dict[tuple[str, int], str] = {}
    for file, tree in _trees().items():
        calls = {id(call) for call in _compiled(tree)}
        for node in tree.body:
            if isinstance(node, ast.Assign) and id(node.value) in calls and isinstance(node.targets[0], ast.Name):
                lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
                found |= {(file, line): node.targets[0].id for line in lines}
    return found


def _ways(file: str, line: int) -> tuple[str, ...]:
    """Return how a pattern at this place is used; every way if it is unnamed."""
    used = _names().get((file, _named().get((file, line), "")), {""})
    return tuple(dict.fromkeys(WAYS.values())) if "" in used else tuple(sorted(used))


@lru_cache(maxsize=1)
def patterns() -> list[Met]:
    # The chat's table hands its patterns on; there they are matched as a whole, which the test below holds.
    routed = {route.pattern.pattern for route in ROUTES if route.pattern is not None}
    told = subprocess.run(
        [sys.executable, "-m", "tests.house.pattern_recorder"], cwd=ROOT, capture_output=True, check=True, text=True
    )
    return [
        Met(f"{file}:{line}", pattern, flags, is_bytes, ("fullmatch",) if pattern in routed else _ways(file, line))
        for file, line, pattern, flags, is_bytes in json.loads(told.stdout)
    ]


def run(patterns: list[Met], seconds: float = 2.0) -> list[str]:
    """Return what is wrong with these patterns, one line each; too slow a one ends only its process."""
    wrong: list[str] = []
    begin = 0
    while begin < len(patterns):
        rows = [[at, one.pattern, one.flags, one.is_bytes, one.ways] for at, one in enumerate(patterns)][begin:]
        ended = subprocess.run(
            [sys.executable, "-m", "tests.house.pattern_runner", str(seconds)],
            input=json.dumps(rows), cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        last: list[object] = []
        for line in ended.stdout.splitlines():
            kind, at, *rest = json.loads(line)
            begin, last = at + 1, [patterns[at].site, *rest]
            if kind == "done" and float(rest[1]) > MOST_GROWTH:
                wrong.append(f"{last} grows worse than the text: {patterns[at].pattern}")
        assert ended.returncode in (0, -signal.SIGVTALRM), ended.stderr
        if ended.returncode:
            wrong.append(f"{last} takes too long: {patterns[begin - 1].pattern}")
    return wrong


def test_no_pattern_is_compiled_where_this_test_does_not_see_it() -> None:
    met = {one.site for one in patterns()}
    unseen = [
        f"{file}:{call.lineno}"
        for file, tree in _trees().items()
        for call in _compiled(tree)
        if not met & {f"{file}:{line}" for line in range(call.lineno, (call.end_lineno or call.lineno) + 1)}
    ]
    assert unseen == []


def test_the_chats_table_matches_its_patterns_only_as_a_whole() -> None:
    used = {node.attr for node in ast.walk(_trees()["bot/chat/routes.py"]) if isinstance(node, ast.Attribute)}
    assert used & set(WAYS) == {"fullmatch"}


def test_patterns_are_compiled_by_name_and_never_used_as_bare_text() -> None:
    used = {
        f"{file}: re.{node.attr}" for file, tree in _trees().items() for node in _of_re(tree) if node.attr not in NEEDED
    }
    imported = {
        file
        for file, tree in _trees().items()
        for node in ast.walk(tree)
        if (isinstance(node, ast.ImportFrom) and node.module == "re")
        or (isinstance(node, ast.Import) and any(one.name == "re" and one.asname for one in node.names))
    }
    assert (used, imported) == (set(), set())


def test_no_text_of_8000_characters_holds_a_pattern_up() -> None:
    assert run(patterns()) == []


@pytest.mark.parametrize(("pattern", "way"), WORSE)
def test_a_pattern_that_is_worse_than_linear_is_found(pattern: str, way: str) -> None:
    assert len(run([Met("here", pattern, 0, False, (way,))], seconds=0.5)) == 1


def test_one_slow_pattern_does_not_hide_the_next() -> None:
    slow = [Met(str(at), pattern, 0, False, (way,)) for at, (pattern, way) in enumerate(WORSE[:2])]
    assert len(run([slow[0], Met("good", r"\d{1,9}", 0, False, ("search",)), slow[1]], seconds=0.5)) == 2
