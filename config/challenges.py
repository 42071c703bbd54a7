"""The form of a challenge as data: config/challenges.toml."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from config.toml_files import read

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class FieldForm:
    """One field. `inner`: never on a public page; `long`: of several lines."""

    key: str
    label: str
    also: tuple[str, ...]
    must: bool = False
    long: bool = False
    inner: bool = False


@dataclass(frozen=True, slots=True)
class ChallengeForm:
    """What a challenge holds, and the words for its choices."""

    fields: tuple[FieldForm, ...]
    procurement: Mapping[str, str]
    labels: Mapping[str, str]
    sealing: Mapping[str, str]
    sealed: Mapping[str, str]
    stages: Mapping[str, str]
    files: Mapping[str, str]
    most_file_bytes: int
    keep_years: int
    payment_days: int
    approvals: int

    @classmethod
    def load(cls, path: Path = FOLDER / "challenges.toml") -> Self:
        """Read the reviewed form."""
        told = read(path)
        fields = tuple(FieldForm(**{**field, "also": tuple(field["also"])}) for field in told["field"])
        choices = told["procurement"]["choices"]
        named = {name: told[name] for name in ("labels", "sealing", "sealed", "stages", "files")}
        numbers = {name: told[name] for name in ("most_file_bytes", "keep_years", "payment_days", "approvals")}
        return cls(fields, choices, **named, **numbers)

    def label(self, key: str) -> str:
        """The field's name as people read it."""
        return next(field.label for field in self.fields if field.key == key)
