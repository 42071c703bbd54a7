"""The challenge form as data: config/challenges.toml."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated

from config.toml_files import Made, TomlFile


class Stage(StrEnum):
    """A challenge's stage. CLOSED is never stored: the database clock derives it from PUBLISHED."""

    DRAFT = "draft"
    PENDING = "pending"
    RETURNED = "returned"
    PUBLISHED = "published"
    CLOSED = "closed"
    REVIEW = "review"
    NOTICE = "notice"
    SIGNING = "signing"
    MILESTONES = "milestones"
    ACCEPTED = "accepted"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


class PosterLabel(StrEnum):
    """Whose firm posts."""

    MUNICIPAL = "municipal"
    CENTRAL = "central"
    PROVINCIAL = "provincial"
    PRIVATE = "private"


class Sealing(StrEnum):
    """What of a bid is sealed until the deadline."""

    ALL = "all"
    PRICE = "price"
    """The price and the files."""
    NONE = "none"


class FileKind(StrEnum):
    """What a file belongs to."""

    STAMPED = "stamped"
    DECISION = "decision"
    OTHER = "other"
    APPLICATION = "application"


@dataclass(frozen=True, slots=True)
class FieldForm:
    """One field. `inner`: never on a public page; `long`: multi-line."""

    key: str
    label: str
    also: tuple[str, ...]
    must: bool = False
    long: bool = False
    inner: bool = False


@dataclass(frozen=True, slots=True)
class ChallengeForm(TomlFile):
    """Fields of a challenge, and labels of its choices."""

    FILE = "challenges.toml"
    fields: tuple[FieldForm, ...] = field(metadata={"key": "field"})
    procurement: Mapping[str, str]
    labels: Annotated[Mapping[str, str], Made(dict[PosterLabel, str], dict)]
    sealing: Annotated[Mapping[str, str], Made(dict[Sealing, str], dict)]
    sealed: Annotated[Mapping[str, str], Made(dict[Sealing, str], dict)]
    stages: Annotated[Mapping[str, str], Made(dict[Stage, str], dict)]
    files: Annotated[Mapping[str, str], Made(dict[FileKind, str], dict)]
    most_file_bytes: int
    keep_years: int
    payment_days: int
    approvals: int

    def label(self, key: str) -> str:
        """Return the field's label."""
        return next(one.label for one in self.fields if one.key == key)
