"""No text, page or document promises a benefit: conditions are met, and agencies decide."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHOWN = [
    *sorted((ROOT / "config" / "texts").glob("*.toml")),
    *sorted((ROOT / "config" / "policy").rglob("*.toml")),
    *sorted((ROOT / "bot").rglob("*.html")),
    *sorted((ROOT / "docs").glob("*.md")),
    ROOT / "README.md",
]
# A platform channel may be usable now; nothing of the policy is.
PROMISES = re.compile(r"现在(?:就)?(?:能|可以)用(?!哪个渠道)|[您你]能拿|[您你]可以拿|[您你]能领|可得")
# A list of words people use, for understanding them.
HEARD = re.compile(r"^\s*(?:\w+_words|asks|signs|when|unless|filler\w*|extra_words)\s*=")


@pytest.mark.parametrize("path", SHOWN, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_that_people_read_promises_what_the_text_does_not(path: Path) -> None:
    promising = [
        line for line in path.read_text("utf-8").splitlines() if PROMISES.search(line) and not HEARD.match(line)
    ]
    assert promising == []


def test_a_promise_would_be_found() -> None:
    for line in ("现在能用、条件已对上", "您能拿100万元", "可得100万元", "现在就能用的"):
        assert PROMISES.search(line)
