"""Who imports whom, as a picture: `python -m benchmarks.import_map` writes docs/import-map.md.

A Mermaid chart of the floors, and inside bot/ of its folders; a number on an arrow: so many modules import from there.
tests/house/test_docs.py looks whether it is current.
"""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "import-map.md"
FLOORS = ("bot", "notifications", "matchmaking", "storage", "config")
# Nearly every module reads these: their arrows would hide the others and say nothing.
GROUND = ("config", "storage")
_HEAD = """# 谁用谁

由 `.venv/bin/python -m benchmarks.import_map` 从 import 语句生成，不要手改；改了分层就重新生成。
箭头从使用者指向被用者，数字是有多少个模块用它。第一张图是各层，第二张图是 `bot/` 里面\
（几乎处处用到的 `storage`、`config` 不画）。
"""


def folder_of(module: str) -> str:
    """Return where this module lives: bot.chat for bot.chat.router, storage for storage.people.roles."""
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] == "bot" else parts[0]


def imports(floor: str) -> Iterator[tuple[str, str]]:
    """Yield each module of this floor with each module of ours that it imports from."""
    for path in sorted((ROOT / floor).rglob("*.py")):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            named = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if isinstance(node, ast.ImportFrom) and node.module == "bot":
                named = [f"bot.{alias.name}" for alias in node.names]
            elif isinstance(node, ast.Import):
                named = [alias.name for alias in node.names]
            yield from ((module, one) for one in named if one.split(".")[0] in FLOORS)


def arrows() -> Counter[tuple[str, str]]:
    """Return from which folder to which, and how many modules of the first import from the second."""
    pairs = {(module, folder_of(module), folder_of(other)) for floor in FLOORS for module, other in imports(floor)}
    return Counter((here, there) for _, here, there in pairs if here != there)


def picture() -> str:
    """Return the whole page."""
    found = arrows()
    floors: Counter[tuple[str, str]] = Counter()
    for floor in FLOORS:
        reads = {(module, other.split(".")[0]) for module, other in imports(floor)}
        floors.update((floor, other) for _, other in reads if other != floor)
    inside = {pair: count for pair, count in found.items() if pair[0].startswith("bot.") and pair[1] not in GROUND}
    return f"{_HEAD}\n{_chart(floors)}\n{_chart(inside)}"


def _chart(found: Counter[tuple[str, str]] | dict[tuple[str, str], int]) -> str:
    lines = [
        f"    {here.replace('.', '/')} -->|{count}| {there.replace('.', '/')}"
        for (here, there), count in sorted(found.items())
    ]
    return "\n".join(["```mermaid", "flowchart TD", *lines, "```", ""])


if __name__ == "__main__":
    PICTURE.write_text(picture(), "utf-8")
