"""Reads the tables beside the tests: tab-separated, a heading line, `#` lines are comments."""

from pathlib import Path

Row = dict[str, str]


def rows(name: str) -> list[Row]:
    """Return each table line by its headings."""
    lines = (Path(__file__).parent / name).read_text("utf-8").splitlines()
    head, *body = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [dict(zip(head, line, strict=True)) for line in body]
