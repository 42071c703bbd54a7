"""The commands people type, as data: config/words.toml."""

import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from config.toml_files import load, wrong

FOLDER = Path(__file__).parent
_END = " 。！!，,～~.；;："


def normalise(typed: str) -> str:
    """Typed text as it is compared: NFKC, lower case, without blanks and end punctuation."""
    return "".join(unicodedata.normalize("NFKC", typed).lower().split()).strip(_END)


class Words:
    """Finds the command a message or a menu key means."""

    def __init__(self, commands: Mapping[str, Sequence[str]]) -> None:
        self._command = {normalise(word): name for name, words in commands.items() for word in words}
        self._first = {name: words[0] for name, words in commands.items()}

    @classmethod
    def load(cls, path: Path = FOLDER / "words.toml") -> Self:
        """Read the reviewed words. Raises ConfigError where a command has none, or one word means two."""
        commands = load(path, dict[str, tuple[str, ...]])
        seen: dict[str, str] = {}
        for name, words in commands.items():
            if not words:
                raise wrong(path, (name,), f"{name} 没有词，请至少写一个")
            for number, word in enumerate(words):
                if seen.setdefault(normalise(word), name) != name:
                    raise wrong(path, (name, number), f"“{word}”已经是 {seen[normalise(word)]} 的词，只能留一处")
        return cls(commands)

    def command(self, typed: str) -> str | None:
        """The command that these words, taken whole, mean."""
        return self._command.get(normalise(typed))

    def key(self, menu_key: str) -> str | None:
        """The command behind a menu key; None for a key of an older menu."""
        return menu_key if menu_key in self._first else None

    def first(self, command: str) -> str:
        """The word by which people are told of this command."""
        return self._first[command]
