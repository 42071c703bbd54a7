"""The commands people type, as data: config/words.toml; and what was typed, in the forms in which it is compared."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Self

from config.toml_files import load, wrong

FOLDER = Path(__file__).parent
# Characters of a message that are read. The platform's own input field takes fewer.
MOST_TYPED = 1000
_AFTER_VERB = re.compile(r"[\s:：,，]+")
_END = " 。！!，,～~.；;："


def normalise(typed: str) -> str:
    """Normalise typed text for comparison: NFKC, lower case, without blanks and end punctuation."""
    return "".join(unicodedata.normalize("NFKC", typed).lower().split()).strip(_END)


@lru_cache(maxsize=4096)
def names_of(label: str, also: tuple[str, ...]) -> tuple[str, ...]:
    """Return the ways of naming a choice as they are compared; worked out once for each choice."""
    return tuple(normalise(name) for name in (label, *also))


class CommandWords:
    """Finds the command for a message or menu key."""

    def __init__(self, commands: Mapping[str, Sequence[str]], path: Path = FOLDER / "words.toml") -> None:
        self._command = {normalise(word): name for name, words in commands.items() for word in words}
        self._first = {name: words[0] for name, words in commands.items()}
        self._path = path

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
        return cls(commands, path)

    def read(self, typed: str) -> "TypedText":
        """Return what was typed as the chat's handlers compare it."""
        return TypedText(typed, self)

    def command(self, typed: str) -> str | None:
        """Return the command that exactly this text means."""
        return self.meant_by(normalise(typed))

    def meant_by(self, normalised: str) -> str | None:
        """Return the command of words that are normalised already."""
        return self._command.get(normalised)

    def key(self, menu_key: str) -> str | None:
        """Return a menu key's command; None for a key of an older menu."""
        return menu_key if menu_key in self._first else None

    def first(self, command: str) -> str:
        """Return the word by which people are told of this command."""
        return self._first[command]

    def check_handled(self, handled: Collection[str]) -> None:
        """Refuse to start where a command has no handler, or a handler no command: nobody would ever be answered by it.

        Raises ConfigError, for a command with its line.
        """
        for command in self._first:
            if command not in handled:
                what = f"指令 {command} 没有对应的处理，请在 bot/chat/routes.py 的 ROUTES 里补上，或删去这一行"
                raise wrong(self._path, (command,), what)
        for command in handled:
            if command not in self._first:
                what = f"没有指令 {command}，而 bot/chat/routes.py 里有它的处理，请补上说法，或删去处理"
                raise wrong(self._path, (), what)


class TypedText:
    """What somebody typed, in every form in which it is compared; each form is worked out once and only if needed."""

    def __init__(self, raw: str, words: CommandWords) -> None:
        """`raw`: the words as they came, without blanks around them."""
        self.raw = raw
        self._words = words

    @cached_property
    def folded(self) -> str:
        """The words after NFKC: full-width digits and letters are plain ones."""
        return unicodedata.normalize("NFKC", self.raw)

    @cached_property
    def normalised(self) -> str:
        """The words as they are compared with others."""
        return normalise(self.raw)

    @cached_property
    def command(self) -> str | None:
        """The command that the words, taken whole, mean."""
        return self._words.meant_by(self.normalised)

    @cached_property
    def command_asked(self) -> str | None:
        """The command where it may also be put as a question: 怎么发榜？"""
        bare = self.raw.rstrip("?？ ")
        return self.command if bare == self.raw else self._words.command(bare)

    @cached_property
    def verb(self) -> str | None:
        """The command that the first of several words means: 注册 云杼传感."""
        verb, _, rest = self.raw.partition(" ")
        return self._words.command(verb) if rest else None

    @property
    def rest(self) -> "TypedText":
        """What follows the first word."""
        return TypedText(self.raw.partition(" ")[2], self._words)

    @cached_property
    def addressed(self) -> tuple[str | None, str]:
        """The command before the first blank, colon or comma, and what follows: 人工：政府采购怎么报."""
        verb, *rest = _AFTER_VERB.split(self.raw, maxsplit=1)
        return (self._words.command(verb), rest[0]) if rest and rest[0] else (None, "")

    @property
    def choice(self) -> str:
        """The words as the answer to a numbered list: "2." is 2."""
        return self.normalised.rstrip(".、")

    def number(self, digits: int) -> int | None:
        """Return the number that the words are, of at most so many digits; None for any other words."""
        answer = self.choice
        return int(answer) if answer.isascii() and answer.isdigit() and len(answer) <= digits else None

    @cached_property
    def length(self) -> int:
        """How many characters they are after NFKC."""
        return len(self.folded)

    @property
    def too_long(self) -> bool:
        """Whether they are more than anything reads."""
        return self.length > MOST_TYPED
