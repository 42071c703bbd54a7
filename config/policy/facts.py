"""What can be known about a firm: the closed list of facts, and parsing of a firm's own.

A missing or null fact is unknown: never false, never zero.
"""

import difflib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Literal

from config.errors import InputError

Kind = Literal["bool", "choice", "set", "items", "dates"]
Value = bool | str | frozenset[str]

# Prefix of a set member: unknown whether it belongs to the set.
UNSURE = "?"

# Keys allowed beside facts in machine-readable lines.
BESIDE = frozenset({"id", "on", "name"})

AWARD_DATES = "award_dates"


@dataclass(frozen=True, slots=True)
class FactChoice:
    """One possible value of a fact: code, label, and synonyms."""

    value: str
    label: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FactWords:
    """What facts.toml says of a fact, as it stands there.

    `need`: a wish of the firm, not a legal condition. `settles`: the yes-or-no fact that is true where this one is true
    or, being a choice, known at all; the policy's list of facts says which.
    `answers`: how yes and no are said to the question of a yes-or-no fact. `words`: other names for the fact in a
    sentence. `ages`: its value is to be confirmed after a year.
    """

    kind: Kind = field(metadata={"key": "type"})
    label: str
    phrase: str
    question: str
    need: bool = False
    settles: str | None = None
    answers: tuple[str, str] = ("", "")
    words: tuple[str, ...] = ()
    ages: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact(FactWords):
    """One thing that can be known about a firm."""

    name: str
    choices: tuple[FactChoice, ...] = ()

    def allows(self, value: object) -> bool:
        """Tell whether this single `value` (of a set: one member) is allowed for this fact."""
        if self.kind == "bool":
            return isinstance(value, bool)
        return isinstance(value, str) and any(choice.value == value for choice in self.choices)

    def label_of(self, value: str) -> str:
        """Return a choice's label; raises KeyError if there is none."""
        return {choice.value: choice.label for choice in self.choices}[value]

    def in_words(self, value: Value) -> str:
        """Return a single known value with the fact's label, such as 所在区＝江宁区."""
        if isinstance(value, bool):
            return f"{self.label}＝{self.answers[0 if value else 1]}"
        return f"{self.label}＝{self.label_of(value) if isinstance(value, str) else '、'.join(sorted(value))}"

    def left_open(self, value: Collection[str]) -> str:
        """Return a set's members of unknown membership; items by code."""
        open_ = [choice for choice in self.choices if UNSURE + choice.value in value]
        return "、".join(choice.value if self.kind == "items" else choice.label for choice in open_)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two facts that contradict each other: `first`, as it was given, settles `second`, which was denied."""

    first: str
    first_value: Value
    second: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about one firm; whatever is not in `values` is unknown.

    `unsure`: of a set that is known in part, the members of which it is not known whether they belong to it.
    `award_dates`: by title, the day of the award that gave the firm the title it holds. `conflicts`: by fact, what
    contradicts it; both facts of a contradiction are unknown.
    """

    values: Mapping[str, Value]
    unsure: Mapping[str, frozenset[str]] = field(default_factory=dict)
    award_dates: Mapping[str, date] = field(default_factory=dict)
    conflicts: Mapping[str, Conflict] = field(default_factory=dict)

    def get(self, name: str) -> Value | None:
        """Return the fact's value, or None if unknown."""
        return self.values.get(name)


def parse_facts(raw: Mapping[str, object], known: Mapping[str, Fact]) -> Facts:
    """A firm's facts from their machine-readable form; `known` is the policy's list of facts.

    null is unknown, an empty set is known to be empty, `?` before a member of a set leaves that one open. One fact can
    settle another (a district: that the firm is in the city), which then is not asked; where the other was denied the
    two contradict each other and neither is known. Raises InputError naming the fact and what would be right.
    """
    values: dict[str, Value] = {}
    unsure: dict[str, frozenset[str]] = {}
    award_dates: dict[str, date] = {}
    for name, given in raw.items():
        fact = known.get(name)
        if fact is not None:
            if given is not None and fact.kind == "dates":
                award_dates = _dates(fact, given)
            elif given is not None:
                values[name] = value = _value(fact, given)
                if isinstance(value, frozenset) and (left_open := {one for one in value if one.startswith(UNSURE)}):
                    values[name] = value - left_open
                    unsure[name] = frozenset(one.removeprefix(UNSURE) for one in left_open)
        elif name not in BESIDE:
            raise _unknown(name, known)
    conflicts: dict[str, Conflict] = {}
    for name, value in list(values.items()):
        settled = known[name].settles
        if settled is None or value is False:
            continue
        if values.get(settled) is False:
            conflicts[name] = conflicts[settled] = Conflict(name, value, settled)
        else:
            values[settled] = True
    for name in conflicts:
        del values[name]
    return Facts(
        MappingProxyType(values), MappingProxyType(unsure), MappingProxyType(award_dates), MappingProxyType(conflicts)
    )


def _dates(fact: Fact, given: object) -> dict[str, date]:
    if not isinstance(given, Mapping):
        raise InputError("fact_not_dates", name=fact.name)
    found: dict[str, date] = {}
    for title, day in given.items():
        if not fact.allows(title):
            raise InputError("fact_not_choice", name=fact.name, given=_shown(title), choices=_choices(fact))
        if day is None:
            continue
        try:
            found[title] = date.fromisoformat(day if isinstance(day, str) else "")
        except ValueError as error:
            raise InputError("fact_not_dates", name=fact.name) from error
    return found


def _value(fact: Fact, given: object) -> Value:
    if fact.kind == "bool":
        if isinstance(given, bool):
            return given
        raise InputError("fact_not_bool", name=fact.name)
    if fact.kind == "choice":
        if isinstance(given, str) and fact.allows(given):
            return given
        raise InputError("fact_not_choice", name=fact.name, given=_shown(given), choices=_choices(fact))
    if not isinstance(given, list | tuple | set | frozenset):
        raise InputError("fact_not_set", name=fact.name, choices=_choices(fact))
    for member in given:
        if not fact.allows(member.removeprefix(UNSURE) if isinstance(member, str) else member):
            raise InputError("fact_not_choice", name=fact.name, given=_shown(member), choices=_choices(fact))
    return frozenset(given)


def _unknown(name: str, known: Mapping[str, Fact]) -> InputError:
    near = difflib.get_close_matches(name[:60], known, n=1)
    if near:
        return InputError("fact_unknown_near", name=_shown(name), near=near[0])
    return InputError("fact_unknown", name=_shown(name))


def _choices(fact: Fact) -> str:
    return "、".join(choice.value for choice in fact.choices)


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:60] + "…"
