"""Documents match reality: links and named files exist, pictures are used and small, map and glossary are current."""

import re
from pathlib import Path

from benchmarks import import_map

ROOT = Path(__file__).parents[2]

DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
PACKAGES = ("bot", "config", "matchmaking", "notifications", "storage", "tests", "benchmarks", "docs", ".ci")
_LINK = re.compile(r'\]\(([^)#:]+)\)|src="([^":]+)"')
_CODE = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(rf"(?:{'|'.join(map(re.escape, PACKAGES))})(?:/[\w.-]+)+/?", re.ASCII)
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


def test_every_file_that_a_document_names_exists() -> None:
    for document in DOCUMENTS:
        for code in _CODE.findall(document.read_text("utf-8")):
            for path in (word for word in code.split() if _PATH.fullmatch(word)):
                # A module may be named without its ending; clause_NN stands for each clause.
                name = path.rstrip("/").replace("NN", "[0-9][0-9]")
                assert [*ROOT.glob(name), *ROOT.glob(f"{name}.py")], f"{document.name}: {path}"


def test_the_map_of_imports_has_the_arrows_that_there_are() -> None:
    # Numbers may drift; an arrow that is new or gone is news.
    shown, now = (
        re.sub(r"\|\d+\|", "", text) for text in (import_map.PICTURE.read_text("utf-8"), import_map.picture())
    )
    assert shown == now, "run: .venv/bin/python -m benchmarks.import_map"


def test_every_word_of_the_glossary_is_in_the_code() -> None:
    lines = (ROOT / "docs" / "glossary.md").read_text("utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    words = [row for row in rows if len(row) == 4 and "`" in row[1]]
    assert len(words) > 80
    missing = []
    for chinese, code, _meaning, where in words:
        places = [ROOT / path for path in _CODE.findall(where)]
        assert places, chinese
        text = "".join(_text(place) for place in places)
        gone = (word for word in _CODE.findall(code) if not re.search(rf"\b{re.escape(word)}\b", text))
        missing += [f"{chinese}: {word} is not in {where}" for word in gone]
    assert missing == []


def _text(place: Path) -> str:
    assert place.exists(), place
    files = [place] if place.is_file() else [path for path in place.rglob("*") if path.suffix in (".py", ".toml")]
    return "".join(f"{path.name} {path.read_text('utf-8')}" for path in files)
