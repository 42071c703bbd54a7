"""Reads a policy's folder.

A word in it that is on no list (a fact, a choice, a strength) stops the load: it would silently change verdicts.
"""

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_args

from config.errors import UnavailableError
from config.policy.facts import Choice, Fact, Kind, Value
from config.policy.figures import filled
from config.policy.interview import likelihoods, offers
from config.policy.model import (
    Clause,
    Condition,
    Denial,
    Item,
    Outside,
    Per,
    Policy,
    Section,
    Strength,
    Topic,
)

NANJING = Path(__file__).parent / "nanjing-srdi"

Table = dict[str, Any]


def load(folder: Path = NANJING) -> Policy:
    """The policy of this folder: policy.toml, facts.toml, topics.toml, choices.toml, likely.toml and clause_NN.toml.

    Raises UnavailableError where a file is missing, cannot be read or uses a word that is not on its list.
    """
    try:
        files = {path.name: tomllib.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.toml"))}
        return _policy(folder.name, filled(files))
    except KeyError as error:
        raise UnavailableError("policy_incomplete", folder=folder, what=error.args[0]) from error
    except (OSError, ValueError) as error:
        raise UnavailableError("policy_unreadable", folder=folder, why=error) from error


def conditions(when: Mapping[str, Any], facts: Mapping[str, Fact], reasons: Mapping[str, str]) -> Iterator[Condition]:
    """The conditions of one `when` table: each fact with the value, or the list of values, that will do.

    Raises UnavailableError where a fact or a value is not on the list.
    """
    for name, given in when.items():
        if name not in facts:
            raise UnavailableError("policy_word", what=name)
        fact = facts[name]
        wanted: list[Value] = given if isinstance(given, list) else [given]
        for value in wanted:
            if not fact.allows(value):
                raise UnavailableError("policy_word", what=f"{name} = {value}")
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


def _policy(name: str, files: dict[str, Table]) -> Policy:
    main = files["policy.toml"]
    if main["expires"].tzinfo is None:
        raise UnavailableError("policy_word", what="expires")
    tables = [table for file, table in files.items() if file.startswith("clause_")]
    titles = {item["code"]: item["title"] for table in tables for item in table["item"]}
    facts = {key: _fact(key, table, files["facts.toml"], titles) for key, table in files["facts.toml"].items()}
    sections = tuple(Section(section["heading"], tuple(section["clauses"])) for section in main["section"])
    headings = {number: section.heading for section in sections for number in section.clauses}
    clauses = tuple(
        _clause(table, headings[table["number"]], main, facts)
        for table in sorted(tables, key=lambda table: int(table["number"]))
    )
    return Policy(
        name=name,
        title=main["title"],
        preamble=main["preamble"],
        sections=sections,
        clauses=clauses,
        closing=main["closing"],
        expires=main["expires"],
        zone=main["expires"].tzinfo,
        repeals=main["repeals"],
        carried_out_by=tuple(main["carried_out_by"]),
        home=tuple(main["home"]),
        agency_names=MappingProxyType({agency: tuple(names) for agency, names in main["agency_names"].items()}),
        silence=main["silence"],
        items=MappingProxyType({item.code: item for clause in clauses for item in clause.items}),
        facts=MappingProxyType(facts),
        ask_first=tuple(main["ask_first"]),
        topics=tuple(_topic(table) for table in files["topics.toml"]["topic"]),
        offers=offers(files["choices.toml"], facts),
        likely=likelihoods(files["likely.toml"], facts),
        reasons=MappingProxyType(main["reasons"]),
        strengths=MappingProxyType({word: main["strengths"][word] for word in get_args(Strength)}),
        digest=hashlib.sha256(json.dumps(files, sort_keys=True, default=str).encode()).hexdigest(),
    )


def _clause(table: Table, section: str, main: Table, facts: Mapping[str, Fact]) -> Clause:
    text: str = table["text"]
    mark = text[: text.index("）") + 1]
    agencies = tuple(table["agencies"])
    return Clause(
        number=table["number"],
        label=f"第{mark[1:-1]}条",
        mark=mark,
        title=table["title"],
        section=section,
        agencies=agencies,
        text=text,
        service_only=table.get("service_only", False),
        asks=tuple(table["asks"]),
        items=tuple(_item(item, table["number"], agencies, main, facts) for item in table["item"]),
    )


def _item(table: Table, clause: int, agencies: tuple[str, ...], main: Table, facts: Mapping[str, Fact]) -> Item:
    when = {**main["when"], **table["when"]}
    return Item(
        code=table["code"],
        clause=clause,
        title=table["title"],
        quote=table["quote"],
        core=str(table.get("core", table["quote"])),
        strength=_listed(table["strength"], Strength),
        amount=table.get("amount"),
        per=_listed(table["per"], Per) if "per" in table else None,
        figure=table.get("figure"),
        agencies=(*agencies, *table.get("also_answered_by", ())),
        for_whom=table["for_whom"],
        when=tuple(conditions(when, facts, main["reasons"])),
        one_time=table.get("one_time", False),
        by_district=table.get("by_district", False),
        asks=tuple(table["asks"]),
        signs=tuple(table["signs"]),
        denials=_denials(table),
        cautions=tuple(table["cautions"]),
    )


def _fact(name: str, table: Table, every: Table, titles: dict[str, str]) -> Fact:
    kind = _listed(table["type"], Kind)
    named = every[table.get("choices_of", name)].get("choices", {})
    choices = [Choice(value, names[0], tuple(names[1:])) for value, names in named.items()]
    if kind == "items":
        choices = [Choice(code, title) for code, title in titles.items()]
    return Fact(
        name=name,
        kind=kind,
        label=table["label"],
        phrase=table["phrase"],
        question=table["question"],
        choices=tuple(choices),
        need=table.get("need", False),
        settles=table.get("settles"),
        answers=_yes_and_no(table) if kind == "bool" else ("", ""),
    )


def _yes_and_no(table: Table) -> tuple[str, str]:
    yes, no = table["answers"]
    return yes, no


def _topic(table: Table) -> Topic:
    return Topic(
        key=table["key"],
        title=table["title"],
        answer=table["answer"],
        asks=tuple(table["asks"]),
        clause=table.get("clause"),
        items=tuple(table.get("items", ())),
        quote=table.get("quote"),
        signs=tuple(table.get("signs", ())),
        denials=_denials(table),
        beside=table.get("beside", False),
        broad=table.get("broad", False),
        outside=_listed(table["outside"], Outside) if "outside" in table else None,
        leaves_open=table.get("leaves_open", False),
    )


def _denials(table: Table) -> tuple[Denial, ...]:
    return tuple(
        Denial(tuple(denial["when"]), tuple(denial.get("unless", ())), denial["says"])
        for denial in table.get("denial", ())
    )


def _listed(word: str, words: Any) -> Any:
    """The word, if it is one of the Literal's; anything else is a slip of the pen in the folder."""
    if word not in get_args(words):
        raise UnavailableError("policy_word", what=word)
    return word
