"""Load a policy's folder.

An unknown word (fact, choice, strength) stops the load: it would silently change verdicts.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from config.calendar import SHANGHAI
from config.errors import UnavailableError
from config.policy.checks import check, clauses_of, unknown
from config.policy.facts import Fact, FactChoice, FactWords, Value
from config.policy.figures import filled
from config.policy.interview import Likely, Offers
from config.policy.model import (
    Clause,
    ClauseFile,
    Condition,
    FactTable,
    Given,
    Item,
    ItemTable,
    ItemWords,
    Policy,
    PolicyFile,
    PolicyWords,
    SilentPoint,
    Topic,
)
from config.toml_files import make, read, wrong

NANJING = Path(__file__).parent / "nanjing-srdi"
_SHAPES: Mapping[str, Any] = {
    "policy.toml": PolicyFile,
    "facts.toml": dict[str, FactTable],
    "topics.toml": dict[Literal["topic"], tuple[Topic, ...]],
    "choices.toml": Offers,
    "likely.toml": Likely,
}


def load(folder: Path = NANJING) -> Policy:
    """Return the policy of this folder: the files of _SHAPES, and clause_NN.toml for each clause.

    Raises ConfigError where a file is missing or cannot be read, where it uses a word that is not on its list, or where
    it does not agree with another: each with its line.
    """
    paths = {*(folder / name for name in _SHAPES), *folder.glob("*.toml")}
    tables = {path.name: read(path) for path in sorted(paths)}
    files = {name: make(folder / name, _shape(folder, name), table) for name, table in tables.items()}
    check(folder, files, _facts(files))
    tables = filled(folder, tables)
    files = {name: make(folder / name, _shape(folder, name), table) for name, table in tables.items()}
    digest = hashlib.sha256(json.dumps(tables, sort_keys=True, default=str).encode()).hexdigest()
    return _policy(folder.name, files, digest)


def conditions(when: Mapping[str, Any], facts: Mapping[str, Fact], reasons: Mapping[Any, str]) -> Iterator[Condition]:
    """Yield the conditions of one `when` table: each fact with the accepted value or values.

    Raises UnavailableError for an unknown fact or value.
    """
    for name, given in when.items():
        if what := unknown(name, given, facts):
            raise UnavailableError("policy_word", what=what)
        fact = facts[name]
        wanted: tuple[Value, ...] = tuple(given) if isinstance(given, list | tuple) else (given,)
        any_of = "或".join(fact.label_of(value) for value in wanted if isinstance(value, str))
        phrase = fact.phrase.format(any=any_of)
        yield Condition(
            fact=name,
            wanted=frozenset(wanted),
            need=fact.need,
            phrase=phrase,
            not_met=reasons["not_needed"] if fact.need else reasons["not_met"].format(phrase=phrase),
            missing=reasons["missing"].format(label=fact.label),
        )


def _shape(folder: Path, name: str) -> Any:
    if name in _SHAPES or name.startswith("clause_"):
        return _SHAPES.get(name, ClauseFile)
    raise wrong(
        folder / name, (), f"不认识的文件，政策的文件夹里只有 {'、'.join(_SHAPES)} 和 clause_01.toml 这样的各条"
    )


def _policy(name: str, files: Mapping[str, Any], digest: str) -> Policy:
    main: PolicyFile = files["policy.toml"]
    facts = _facts(files)
    headings = {number: section.heading for section in main.sections for number in section.clauses}
    clauses = sorted(clauses_of(files).values(), key=lambda file: file.number)
    made = tuple(_clause(file, headings[file.number], main, facts) for file in clauses)
    return Policy(
        **_copied(PolicyWords, main),
        name=name,
        clauses=made,
        # The validator takes only a moment that names its zone.
        zone=main.expires.tzinfo or SHANGHAI,
        items=MappingProxyType({item.code: item for clause in made for item in clause.items}),
        facts=MappingProxyType(facts),
        topics=files["topics.toml"]["topic"],
        offers=files["choices.toml"],
        likely=files["likely.toml"],
        digest=digest,
    )


def _copied(words: type[ItemWords | PolicyWords | FactWords], table: object) -> dict[str, Any]:
    return {one.name: getattr(table, one.name) for one in fields(words)}


def _clause(file: ClauseFile, section: str, main: PolicyFile, facts: Mapping[str, Fact]) -> Clause:
    mark = file.text[: file.text.index("）") + 1]
    return Clause(
        number=file.number,
        label=f"第{mark[1:-1]}条",
        mark=mark,
        title=file.title,
        section=section,
        agencies=file.agencies,
        text=file.text,
        service_only=file.service_only,
        asks=file.asks,
        items=tuple(_item(item, file, main, facts) for item in file.items),
    )


def _item(table: ItemTable, file: ClauseFile, main: PolicyFile, facts: Mapping[str, Fact]) -> Item:
    when: Mapping[str, Given] = table.when if table.place_open else {**main.when, **table.when}
    return Item(
        **{**_copied(ItemWords, table), "core": table.core or table.quote},
        clause=file.number,
        agencies=(*file.agencies, *table.also_answered_by),
        when=tuple(conditions(when, facts, main.reasons)),
        silent=tuple(_silent_points(table, main, facts)),
    )


def _silent_points(table: ItemTable, main: PolicyFile, facts: Mapping[str, Fact]) -> Iterator[SilentPoint]:
    """Yield the points that leave the item open; where the place is one, it is the policy's own `when`."""
    if table.place_open:
        for condition in conditions(main.when, facts, main.reasons):
            yield SilentPoint(condition, main.reasons["place_open"], while_unknown=True)
    for point in table.leaves_open:
        for condition in conditions(point.when, facts, main.reasons):
            yield SilentPoint(condition, point.says)


def _facts(files: Mapping[str, Any]) -> dict[str, Fact]:
    tables: Mapping[str, FactTable] = files["facts.toml"]
    titles = {item.code: item.title for file in clauses_of(files).values() for item in file.items}
    return {name: _fact(name, table, tables, titles) for name, table in tables.items()}


def _fact(name: str, table: FactTable, every: Mapping[str, FactTable], titles: Mapping[str, str]) -> Fact:
    other = every.get(table.choices_of or "")
    named = table.choices if other is None else other.choices
    choices = [FactChoice(value, names[0], names[1:]) for value, names in named.items()]
    if table.kind == "items":
        choices = [FactChoice(code, title) for code, title in titles.items()]
    return Fact(**_copied(FactWords, table), name=name, choices=tuple(choices))
