"""What can be known about a firm: the closed list of facts, and parsing of a firm's own.

A missing or null fact is unknown: never false, never zero.
"""

import difflib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from config.errors import InputError

Kind = Literal["bool", "choice", "set", "items"]
Value = bool | str | frozenset[str]

# Prefix of a set member: unknown whether it belongs to the set.
UNSURE = "?"

# Keys allowed beside facts in machine-readable lines.
BESIDE = frozenset({"id", "on", "name"})


@dataclass(frozen=True, slots=True)
class FactChoice:
    """One possible value of a fact: code, label, and synonyms."""

    value: str
    label: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FactWords:
    """What facts.toml says of a fact, as it stands there.

    `need`: a wish of the firm, not a legal condition. `settles`: the boolean fact that any known value makes true.
    `answers`: wording of yes and no for a boolean fact's question.
    """

    kind: Kind = field(metadata={"key": "type"})
    label: str
    phrase: str
    question: str
    need: bool = False
    settles: str | None = None
    answers: tuple[str, str] = ("", "")


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

    def left_open(self, value: Collection[str]) -> str:
        """Return a set's members of unknown membership; items by code."""
        open_ = [choice for choice in self.choices if UNSURE + choice.value in value]
        return "、".join(choice.value if self.kind == "items" else choice.label for choice in open_)


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts known about one firm; anything not in `values` is unknown.

    `unsure`: of a partly known set, the members whose membership is unknown.
    """

    values: Mapping[str, Value]
    unsure: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def get(self, name: str) -> Value | None:
        """Return the fact's value, or None if unknown."""
        return self.values.get(name)


def parse_facts(raw: Mapping[str, object], known: Mapping[str, Fact]) -> Facts:
    """Parse a firm's facts from machine-readable form; `known` is the policy's list of facts.

    null is unknown, an empty set is known to be empty, `?` before a set's member leaves that one open. A district
    implies that the firm is in the city, whatever else was said; other contradictions are no error. Raises InputError
    naming the fact and what would be valid.
    """
    values: dict[str, Value] = {}
    unsure: dict[str, frozenset[str]] = {}
    for name, given in raw.items():
        fact = known.get(name)
        if fact is not None:
            if given is not None:
                values[name] = value = _value(fact, given)
                if isinstance(value, frozenset) and (left_open := {one for one in value if one.startswith(UNSURE)}):
                    values[name] = value - left_open
                    unsure[name] = frozenset(one.removeprefix(UNSURE) for one in left_open)
        elif name not in BESIDE:
            raise _unknown(name, known)
    for name in list(values):
        settled = known[name].settles
        if settled is not None:
            values[settled] = True
    return Facts(MappingProxyType(values), MappingProxyType(unsure))


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
