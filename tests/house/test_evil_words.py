"""Every message, form field, pasted text and cell gets evil texts in a process the kernel kills in time."""

import json
import os
import subprocess
import sys
from pathlib import Path

from bot.chat.context import MOST_TYPED
from tests.house.evil import against
from tests.house.evil_story import OPENINGS
from tests.house.pattern_recorder import ROOT
from tests.house.test_patterns import patterns


def openings() -> list[str]:
    """Return the beginnings of commands and dialog patterns, each followed by evil text."""
    found: dict[str, None] = {}
    for one in patterns():
        if one.site.startswith("bot/chat/"):
            every = against(one.pattern, one.flags, MOST_TYPED - 20)
            found |= dict.fromkeys(text[:MOST_TYPED] for text in every[:: len(every) // 4 + 1])
    return list(found)


def test_no_message_field_or_cell_holds_the_process_up(tmp_path: Path) -> None:
    path = tmp_path / "openings.json"
    path.write_text(json.dumps(openings()), "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", "tests/house/evil_story.py"]
    ended = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, OPENINGS: str(path)}
    )
    # If the kernel killed it, the last line shows at which text.
    assert ended.returncode == 0, ended.stdout[-3_000:] + ended.stderr[-1_000:]
