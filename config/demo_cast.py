"""The invented cast of `make run`, as data: config/demo/cast.toml and cards.toml."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Literal

from config.cards import CardPurpose
from config.toml_files import HEX, TomlFile


@dataclass(frozen=True, slots=True)
class CastTitle:
    """A title of a firm on the roster."""

    title: str
    batch: str
    first: bool
    since: date = field(metadata={"key": "from"})
    until: date | None = None


@dataclass(frozen=True, slots=True)
class CastFirm:
    """A firm on the roster; an SOE has no titles."""

    name: str
    credit_code: str
    district: str
    titles: tuple[CastTitle, ...] = ()


@dataclass(frozen=True, slots=True)
class CastMember:
    """An official or a person of an SOE, with their phone in the simulator."""

    phone: str
    name: str
    kinds: tuple[str, ...]
    agency: str | None = None
    area: str | None = None
    soe: str | None = None


@dataclass(frozen=True, slots=True)
class CastKey:
    """The public halves of the openers of every challenge here, and their names."""

    first: Annotated[bytes, HEX]
    second: Annotated[bytes, HEX]
    openers: str


@dataclass(frozen=True, slots=True)
class CastChallenge:
    """A challenge, open for so many days."""

    soe: str
    title: str
    days: int
    least: int
    contact: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CastTable:
    """A buyer's table at an event."""

    buyer: str
    need: str


@dataclass(frozen=True, slots=True)
class CastEvent:
    """An event in so many days."""

    title: str
    theme: str
    place: str
    days: int
    seats: int
    desks: str
    tables: tuple[CastTable, ...]


@dataclass(frozen=True, slots=True)
class CastWindow:
    """An application window, open for so many days."""

    items: tuple[str, ...]
    title: str
    issuer: str
    days: int


@dataclass(frozen=True, slots=True)
class CastContact:
    """Whom to call about something."""

    about: str
    says: Mapping[Literal["unit", "office", "phone", "hours"], str]


@dataclass(frozen=True, slots=True)
class Cast(TomlFile):
    """Everybody and everything."""

    FILE = "demo/cast.toml"
    firms: tuple[CastFirm, ...] = field(metadata={"key": "roster"})
    soes: tuple[CastFirm, ...] = field(metadata={"key": "soe"})
    staff: tuple[CastMember, ...]
    key: CastKey = field(metadata={"key": "demo_key"})
    challenges: tuple[CastChallenge, ...] = field(default=(), metadata={"key": "challenge"})
    events: tuple[CastEvent, ...] = field(default=(), metadata={"key": "event"})
    windows: tuple[CastWindow, ...] = field(default=(), metadata={"key": "window"})
    contacts: tuple[CastContact, ...] = field(default=(), metadata={"key": "contact"})


@dataclass(frozen=True, slots=True)
class DemoCard:
    """Which of the simulator's templates shows a card, and what stands in its fields."""

    purpose: CardPurpose
    use: Literal["template", "notice"]
    template_id: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DemoCards(TomlFile):
    """Every one."""

    FILE = "demo/cards.toml"
    cards: tuple[DemoCard, ...] = field(metadata={"key": "card"})
