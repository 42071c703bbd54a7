"""README and docs show what actually happens."""

import os
import re
from pathlib import Path

from tests.conversations.stage import Stage, said

ROOT = Path(__file__).parents[2]
TRANSCRIPT = ROOT / "docs" / "transcript.md"


async def test_the_tour_of_the_readme_works_in_the_order_printed(stage: Stage) -> None:
    steps = re.findall(r"^\| `([^`]+)` \| ([^|]+) \|$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    assert len(steps) == 5
    phone = stage.phone("企业·财务")
    await phone.follow()
    for words, fragment in steps:
        assert fragment.strip() in said(await phone.say(words))


async def test_the_transcript_is_what_the_chat_really_says(stage: Stage) -> None:
    """`WRITE_DOCS=1 make test` rewrites it after text changes."""
    written = TRANSCRIPT.read_text("utf-8")
    phone = stage.phone("企业·财务")
    played = [written.partition("\n## ")[0].strip() + "\n"]
    for words in re.findall(r"^## (.+)$", written, re.MULTILINE):
        answer = said(await (phone.follow() if words == "（关注）" else phone.say(words)))
        quoted = "\n".join(f"> {line}" if line else ">" for line in answer.splitlines())
        played.append(f"## {words}\n\n{quoted.replace(chr(10), '  ' + chr(10))}\n")
    if os.environ.get("WRITE_DOCS"):
        TRANSCRIPT.write_text("\n".join(played), "utf-8")
    assert "\n".join(played) == TRANSCRIPT.read_text("utf-8")
