"""What the bot says, by key: `chat.welcome` is `welcome` in config/texts/chat.toml."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Self

from config.errors import AppError
from config.toml_files import read

FOLDER = Path(__file__).parent / "texts"


class Texts:
    """The reviewed sentences. A missing key or blank is a mistake of ours and raises KeyError."""

    def __init__(self, entries: Mapping[str, str]) -> None:
        self._entries = entries

    @classmethod
    def load(cls, folder: Path = FOLDER, markup: Callable[[str], str] = str) -> Self:
        """Read every file of the folder; nested tables become dotted keys. `markup` turns links into a face's own form.

        It is applied here, before blanks are filled, so that nothing a user typed can become a link.
        """
        files = tuple((path, path.stat().st_mtime_ns) for path in sorted(folder.glob("*.toml")))
        return cls(_entries(files, markup))

    def __call__(self, key: str, **blanks: object) -> str:
        """The sentence under this key with its blanks filled."""
        return self._entries[key].format(**blanks)

    def error(self, error: AppError) -> str:
        """The sentence for one of our errors: what is wrong and what to do."""
        return self(f"errors.{error.code}", **error.details)

    def raw(self, key: str) -> str:
        """The sentence with its blanks still open."""
        return self._entries[key]

    def every_key(self) -> frozenset[str]:
        """Every key there is; a test holds that each is used."""
        return frozenset(self._entries)


@lru_cache(maxsize=4)
def _entries(files: tuple[tuple[Path, int], ...], markup: Callable[[str], str]) -> Mapping[str, str]:
    """Return what these files say, each with the time of its last change: read once a process and markup."""
    entries: dict[str, str] = {}
    for path, _changed in files:
        _flatten(path.stem, read(path), entries)
    return {key: markup(text) for key, text in entries.items()}


def _flatten(prefix: str, table: Mapping[str, object], into: dict[str, str]) -> None:
    for key, value in table.items():
        name = f"{prefix}.{key}"
        if isinstance(value, dict):
            _flatten(name, value, into)
        else:
            into[name] = str(value).strip("\n")
