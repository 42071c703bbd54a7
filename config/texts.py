"""The bot's texts, by key: `chat.welcome` is `welcome` in config/texts/chat.toml."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Self

from config.errors import AppError
from config.toml_errors import Place
from config.toml_files import read, wrong

FOLDER = Path(__file__).parent / "texts"


class Texts:
    """The reviewed sentences. A missing key or blank is our bug and raises KeyError."""

    def __init__(self, entries: Mapping[str, str]) -> None:
        self._entries = entries

    @classmethod
    def load(cls, folder: Path = FOLDER, markup: Callable[[str], str] = str) -> Self:
        """Load every file of the folder; nested tables become dotted keys. `markup` converts links for an interface.

        It is applied here, before blanks are filled, so that nothing a user typed can become a link.
        """
        files = tuple((path, path.stat().st_mtime_ns) for path in sorted(folder.glob("*.toml")))
        return cls(_entries(files, markup))

    def __call__(self, key: str, **blanks: object) -> str:
        """Return the sentence with this key, its blanks filled."""
        return self._entries[key].format(**blanks)

    def error(self, error: AppError) -> str:
        """Return the sentence for one of our errors: what is wrong and what to do."""
        return self(f"errors.{error.code}", **error.details)

    def raw(self, key: str) -> str:
        """Return the sentence with unfilled blanks."""
        return self._entries[key]

    def every_key(self) -> frozenset[str]:
        """Return every key; a test checks that each is used."""
        return frozenset(self._entries)


@lru_cache(maxsize=4)
def _entries(files: tuple[tuple[Path, int], ...], markup: Callable[[str], str]) -> Mapping[str, str]:
    """Return what these files say, each with the time of its last change: read once a process and markup."""
    entries: dict[str, str] = {}
    for path, _changed in files:
        _flatten(path, (), read(path), entries)
    return {key: markup(text) for key, text in entries.items()}


def _flatten(path: Path, where: Place, table: Mapping[str, object], into: dict[str, str]) -> None:
    for key, value in table.items():
        place = (*where, key)
        if isinstance(value, dict):
            _flatten(path, place, value, into)
        elif not isinstance(value, str) or not value.strip():
            raise wrong(path, place, f"{key} 应为文字，写在引号里，不能是空的")
        else:
            into[".".join(map(str, (path.stem, *place)))] = value.strip("\n")
            try:
                # Most hold no blank, and reading them all for braces would hold up the start.
                if "{" in value or "}" in value:
                    list(Formatter().parse(value))
            except ValueError:
                raise wrong(path, place, f"{key} 里的大括号不成对；要写大括号本身，请写两个：{{{{ }}}}") from None
