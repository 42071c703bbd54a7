"""Documents match reality: each link leads to a file, each picture is used and small."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
_LINK = re.compile(r'\]\(([^)#:]+)\)|src="([^":]+)"')
MOST_BYTES = 120_000


def test_every_link_between_documents_leads_to_a_file() -> None:
    for document in DOCUMENTS:
        for link in ("".join(found) for found in _LINK.findall(document.read_text("utf-8"))):
            assert (document.parent / link).exists(), f"{document.name}: {link}"


def test_every_picture_is_shown_somewhere_and_is_small() -> None:
    words = "".join(document.read_text("utf-8") for document in DOCUMENTS)
    for picture in (ROOT / "docs" / "pictures").iterdir():
        assert f"pictures/{picture.name}" in words, picture.name
        assert picture.stat().st_size < MOST_BYTES, picture.name
