"""Run alone: patterns from standard input meet evil texts; ended by the kernel where one text takes SECONDS of CPU."""

import json
import re
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

from tests.house.evil import against

SHORT, LONG = 2_000, 8_000
MOST_GROWTH = 6.0
# Below this only clock resolution is measured; a pattern worse than linear is far above.
FLOOR = 0.008
TIMES = 2


def _ways(pattern: Any, used: list[str]) -> dict[str, Callable[[Any], object]]:
    every = {
        "match": pattern.match,
        "fullmatch": pattern.fullmatch,
        "search": lambda text: sum(1 for _ in pattern.finditer(text)),
    }
    return {name: way for name, way in every.items() if name in used}


def _spent(way: Callable[[Any], object], text: Any) -> float:
    began = time.thread_time()
    way(text)
    return time.thread_time() - began


def _growth(way: Callable[[Any], object], short: Any, long: Any) -> float:
    growth = MOST_GROWTH + 1
    for _ in range(TIMES):
        least = [min(_spent(way, text) for _ in range(TIMES)) for text in (short, long)]
        growth = min(growth, least[1] / max(least[0], FLOOR / MOST_GROWTH))
        if growth <= MOST_GROWTH:
            break
    return growth


def main() -> None:
    """Print for each pattern [its number, worst seconds on a long text, worst growth, the method and the
    text's start].
    """
    seconds = float(sys.argv[1])
    signal.signal(signal.SIGVTALRM, signal.SIG_DFL)
    for number, text, flags, is_bytes, ways in json.load(sys.stdin):
        pattern = re.compile(text.encode("latin-1") if is_bytes else text, flags)
        worst, growth, at = 0.0, 0.0, ""
        for short, long in zip(against(text, flags, SHORT), against(text, flags, LONG), strict=True):
            if growth > MOST_GROWTH:
                break
            pair = [one.encode() if is_bytes else one for one in (short, long)]
            for name, way in _ways(pattern, ways).items():
                sys.stdout.write(f"{json.dumps(['now', number, name, long[:20] + '…' + long[-4:]])}\n")
                sys.stdout.flush()
                signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
                spent = _spent(way, pair[1])
                mine = _growth(way, *pair) if spent > FLOOR else 0.0
                signal.setitimer(signal.ITIMER_VIRTUAL, 0)
                worst = max(worst, spent)
                if mine > growth:
                    growth, at = mine, f"{name} {long[:20]!r}"
        sys.stdout.write(f"{json.dumps(['done', number, worst, growth, at])}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
