"""What each file of a policy's folder holds, as it stands there: config/policy/loader.py joins them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from config.policy.facts import Kind
from config.policy.model import ItemWords, ReasonText, Section, Strength, Topic
from config.toml_schema import Made

Given = bool | str | tuple[str, ...]
"""What will do for a condition: a value, or any of several."""


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """policy.toml: the document around its clauses."""

    title: str
    preamble: str
    closing: str
    repeals: str
    expires: datetime
    carried_out_by: tuple[str, ...]
    home: tuple[str, ...]
    ask_first: tuple[str, ...]
    silence: str
    when: Mapping[str, Given]
    sections: tuple[Section, ...] = field(metadata={"key": "section"})
    agency_names: Mapping[str, tuple[str, ...]]
    reasons: Mapping[ReasonText, str]
    strengths: Annotated[Mapping[str, str], Made(dict[Strength, str], dict)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemTable(ItemWords):
    """One item of a clause's file. `also_answered_by`: who answers beside the clause's agencies."""

    also_answered_by: tuple[str, ...] = ()
    when: Mapping[str, Given]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseFile:
    """clause_NN.toml."""

    number: int
    title: str
    agencies: tuple[str, ...]
    text: str
    service_only: bool = False
    asks: tuple[str, ...]
    items: tuple[ItemTable, ...] = field(metadata={"key": "item"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FactTable:
    """One fact of facts.toml. `choices_of`: the fact whose choices it shares."""

    kind: Kind = field(metadata={"key": "type"})
    label: str
    phrase: str
    question: str
    answers: tuple[str, str] = ("", "")
    need: bool = False
    settles: str | None = None
    choices_of: str | None = None
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TopicsFile:
    """topics.toml."""

    topics: tuple[Topic, ...] = field(metadata={"key": "topic"})
