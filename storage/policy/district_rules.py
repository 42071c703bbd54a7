"""A district's own rule for an item the policy leaves to districts, a short statement on an item, and an extension of
the policy's validity.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class PublishedDistrictRule:
    """What a district grants under one item. `when`: facts with accepted values, as in the policy's items.

    `amount` in yuan; `words`: the district's further text.
    """

    item: str
    when: Mapping[str, tuple[bool | str, ...]]
    strength: str
    amount: int | None
    per: str | None
    words: str

    @property
    def items(self) -> tuple[str, ...]:
        """Return its one item."""
        return (self.item,)


@dataclass(frozen=True, slots=True)
class PublishedStatement:
    """An agency's published sentence on some items: a ratio, the award years covered, what may be combined."""

    items: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True)
class PublishedExtension:
    """Extension of the whole policy until its content's end day."""

    @property
    def items(self) -> tuple[str, ...]:
        """Return no items: it concerns all of them."""
        return ()


def rule_to_json(rule: PublishedDistrictRule) -> dict[str, Any]:
    """Return the rule as stored and hashed."""
    return {
        "item": rule.item,
        "when": {fact: list(values) for fact, values in rule.when.items()},
        "strength": rule.strength,
        "amount": rule.amount,
        "per": rule.per,
        "words": rule.words,
    }


def rule_from_json(stored: Mapping[str, Any]) -> PublishedDistrictRule:
    """Parse a stored rule."""
    when = {fact: tuple(values) for fact, values in stored["when"].items()}
    return PublishedDistrictRule(**{**stored, "when": when})


def statement_to_json(statement: PublishedStatement) -> dict[str, Any]:
    """Return the statement as stored and hashed."""
    return {"items": list(statement.items), "words": statement.words}


def statement_from_json(stored: Mapping[str, Any]) -> PublishedStatement:
    """Parse a stored statement."""
    return PublishedStatement(tuple(stored["items"]), stored["words"])
