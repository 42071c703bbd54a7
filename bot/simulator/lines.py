"""The platform's own sentences: grey lines on the phone, and refusals of settings."""

import tomllib
from pathlib import Path

PAGES = Path(__file__).parent / "pages"


class RefusedError(Exception):
    """The simulator refuses this; the exception's text is the sentence for the person."""

    def __init__(self, key: str, **blanks: object) -> None:
        super().__init__(load_lines("refused")[key].format(**blanks))
        self.key = key


def load_lines(table: str) -> dict[str, str]:
    """Return the sentences of one table in pages/lines.toml ("chat" or "refused") by key."""
    with (PAGES / "lines.toml").open("rb") as file:
        tables: dict[str, dict[str, str]] = tomllib.load(file)
    return tables[table]
