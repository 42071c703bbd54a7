"""What a notice can say on a card of the platform's, by purpose, as config/cards.toml names it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from config.toml_files import read

_FILE = Path(__file__).parent / "cards.toml"


@dataclass(frozen=True, slots=True)
class Said:
    """One field of a purpose: what it is called, what kind of thing it holds, and an example."""

    label: str
    kind: str
    example: str


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a card is for; `button`: the words by which a person allows one such notice."""

    title: str
    button: str
    fields: Mapping[str, Said]


@dataclass(frozen=True, slots=True)
class Purposes:
    """Every purpose there is, by its name."""

    by_name: Mapping[str, Purpose]

    @classmethod
    def load(cls, file: Path = _FILE) -> Self:
        """Read the file that belongs to this version of the program."""
        told = read(file)
        found = {}
        for name, one in told.items():
            fields = {field: Said(**said) for field, said in one["fields"].items()}
            found[name] = Purpose(one["title"], one["button"], fields)
        return cls(found)
