"""What the bot says, by key: `chat.welcome` is `welcome` in config/texts/chat.toml."""

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
