"""Run alone: import the whole project, build its derived data, and print every pattern compiled, as JSON."""

import json
import pkgutil
import re
import sys
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).parents[2]
FLOORS = ("config", "storage", "matchmaking", "notifications", "bot")
_found: dict[tuple[str, int, str | bytes, int], None] = {}
_compile = re.compile


def _recording(pattern: str | bytes, flags: int = 0) -> "re.Pattern[str] | re.Pattern[bytes]":
    made = _compile(pattern, flags)
    frame = sys._getframe(1)
    path = Path(frame.f_code.co_filename)
    if path.is_relative_to(ROOT) and path.relative_to(ROOT).parts[0] in FLOORS:
        _found[str(path.relative_to(ROOT)), frame.f_lineno, made.pattern, made.flags] = None
    return made


def main() -> None:
    """Print [file, line, pattern, flags, whether bytes] of each pattern."""
    re.compile = _recording  # type: ignore[assignment]  # the one place through which all patterns come
    for floor in FLOORS:
        for module in pkgutil.walk_packages([str(ROOT / floor)], f"{floor}."):
            # Those are imported by the migration runner.
            if not module.name.startswith("storage.migrations."):
                import_module(module.name)
    from bot.app import load_parts
    from matchmaking.challenge_checks import ChallengeCheck
    from matchmaking.names import resolve
    from matchmaking.ranking import ranking
    from matchmaking.text.tokens import TextReader

    load_parts()
    resolve.NameIndex([])
    ranking.RankingIndex()
    ChallengeCheck(TextReader())
    rows = [
        [
            file,
            line,
            pattern if isinstance(pattern, str) else pattern.decode("latin-1"),
            flags,
            isinstance(pattern, bytes),
        ]
        for file, line, pattern, flags in _found
    ]
    json.dump(rows, sys.stdout)


if __name__ == "__main__":
    main()
