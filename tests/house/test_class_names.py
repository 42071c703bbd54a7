"""No two classes of the product share a name: a search or a stack trace that names one means one.

The simulator is a program of its own, which may import nothing of the product, and is left out.
"""

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]
PARTS = ("bot", "config", "matchmaking", "notifications", "storage")
LEFT_OUT = ("bot/simulator/", "storage/migrations/versions/")


def test_every_class_has_a_name_of_its_own() -> None:
    places = defaultdict(list)
    for path in sorted(path for part in PARTS for path in (ROOT / part).rglob("*.py")):
        where = path.relative_to(ROOT).as_posix()
        if where.startswith(LEFT_OUT):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(f"{where}:{node.lineno}")
    assert len(places) > 400
    shared = [f"{name}: {', '.join(found)}" for name, found in sorted(places.items()) if len(found) > 1]
    assert not shared, f"{len(shared)} names are shared:\n" + "\n".join(shared)
