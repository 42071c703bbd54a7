"""A district's own rule for an item that the policy leaves to the districts, a short statement on an item, and that
the policy holds longer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class DistrictRule:
    """What one district grants under one item. `when`: facts with the values that will do, as in the policy's items.

    `amount` in yuan; `words`: what else the district wrote of it.
    """

    item: str
    when: Mapping[str, tuple[bool | str, ...]]
    strength: str
    amount: int | None
    per: str | None
    words: str

    @property
    def items(self) -> tuple[str, ...]:
        """The one item it is about."""
        return (self.item,)


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence that an agency published on some items: a ratio, the award years covered, what may be stacked."""

    items: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Extension:
    """That the whole policy holds longer: until the day of the content that holds this."""

    @property
    def items(self) -> tuple[str, ...]:
        """It is about all of them, and about none in particular."""
        return ()


def rule_to_json(rule: DistrictRule) -> dict[str, Any]:
    """The rule as it is stored and hashed."""
    return {
        "item": rule.item,
        "when": {fact: list(values) for fact, values in rule.when.items()},
        "strength": rule.strength,
        "amount": rule.amount,
        "per": rule.per,
        "words": rule.words,
    }


def rule_from_json(stored: Mapping[str, Any]) -> DistrictRule:
    """The rule that was stored."""
    when = {fact: tuple(values) for fact, values in stored["when"].items()}
    return DistrictRule(**{**stored, "when": when})


def statement_to_json(statement: Statement) -> dict[str, Any]:
    """The statement as it is stored and hashed."""
    return {"items": list(statement.items), "words": statement.words}


def statement_from_json(stored: Mapping[str, Any]) -> Statement:
    """The statement that was stored."""
    return Statement(tuple(stored["items"]), stored["words"])
