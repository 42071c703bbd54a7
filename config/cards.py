"""Card fields by purpose, as defined in config/cards.toml."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Literal, Self

from config.toml_errors import instead
from config.toml_files import load, wrong

_FILE = Path(__file__).parent / "cards.toml"


FieldKind = Literal[
    "thing",
    "short_thing",
    "character_string",
    "letter",
    "number",
    "symbol",
    "phone_number",
    "car_number",
    "name",
    "phrase",
    "amount",
    "time",
    "date",
]
"""As the platform names what a field may hold."""


class CardPurpose(StrEnum):
    """What a card is sent for."""

    REMINDER = "reminder"
    EVENT = "event"
    TICKET = "ticket"
    NEWS = "news"
    RESULT = "result"
    BROADCAST = "broadcast"


# What the program says on each: bot/services and notifications fill in these fields.
FILLED: Mapping[CardPurpose, tuple[str, ...]] = {
    CardPurpose.REMINDER: ("what", "due", "hint"),
    CardPurpose.EVENT: ("what", "when", "place", "hint"),
    CardPurpose.TICKET: ("what", "when", "hint"),
    CardPurpose.NEWS: ("what", "when", "hint"),
    CardPurpose.RESULT: ("what", "state", "when", "hint"),
    CardPurpose.BROADCAST: ("what", "by", "when", "hint"),
}


@dataclass(frozen=True, slots=True)
class CardField:
    """One field of a purpose: label, kind, and an example."""

    label: str
    kind: FieldKind
    example: str


@dataclass(frozen=True, slots=True)
class Purpose:
    """A card's purpose; `button`: label for consenting to one such notice."""

    title: str
    button: str
    fields: Mapping[str, CardField]


@dataclass(frozen=True, slots=True)
class Purposes:
    """All purposes, by name."""

    by_name: Mapping[str, Purpose]

    @classmethod
    def load(cls, file: Path = _FILE) -> Self:
        """Read the file that belongs to this version of the program. Raises ConfigError for a wrong field."""
        told = load(file, dict[CardPurpose, Purpose])
        for purpose, one in told.items():
            known = FILLED[CardPurpose(purpose)]
            for name in one.fields:
                if name not in known:
                    raise wrong(file, (purpose, "fields", name), f"不认识的栏目 {name}，{instead(name, known)}")
            for name in known:
                if name not in one.fields:
                    raise wrong(file, (purpose, "fields"), f"缺少栏目 {name}，请补上一行“{name} = {{ … }}”")
        return cls({str(purpose): one for purpose, one in told.items()})
