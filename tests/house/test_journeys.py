"""A page, a tick and a command call one service function for what belongs together; they compose no journeys."""

import ast
from collections.abc import Iterator
from pathlib import Path

BOT = Path(__file__).parents[2] / "bot"
FACES = sorted(path for face in ("console", "h5", "jobs", "cli") for path in (BOT / face).rglob("*.py"))


def _services(tree: ast.Module) -> set[str]:
    """Return the names under which this module knows services and what is in them."""
    return {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("bot.services")
        for alias in node.names
    }


def _written(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.Lambda]:
    """Return the functions of the module's own that it hands to a write."""
    own = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.args:
            handed = call.args[0]
            if call.func.attr in ("write", "carry_out") and isinstance(handed, ast.Lambda):
                yield handed
            elif call.func.attr in ("write", "carry_out") and isinstance(handed, ast.Name) and handed.id in own:
                yield own[handed.id]


def _asked_of(function: ast.FunctionDef | ast.Lambda, services: set[str]) -> list[str]:
    """Return which services the function calls in its transaction."""
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    named = [ast.unparse(call.func) for call in calls if any(ast.unparse(given) == "tx" for given in call.args)]
    return [name for name in named if name.partition(".")[0] in services]


def test_no_face_composes_services_in_one_write() -> None:
    composed = []
    for path in FACES:
        tree = ast.parse(path.read_text("utf-8"))
        for function in _written(tree):
            asked = _asked_of(function, _services(tree))
            if len(asked) > 1:
                composed.append((path.relative_to(BOT).as_posix(), function.lineno, asked))
    assert composed == []
