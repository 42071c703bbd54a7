"""Every message, form field, pasted text and cell meets evil texts in a process that the kernel ends in time."""

import subprocess
import sys

from tests.house.pattern_recorder import ROOT


def test_no_message_field_or_cell_holds_the_process_up() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", "tests/house/evil_story.py"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    # Where the kernel ended it, the last line is what it was at.
    assert ended.returncode == 0, ended.stdout[-3_000:] + ended.stderr[-1_000:]
