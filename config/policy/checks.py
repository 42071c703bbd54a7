"""What the files of a policy's folder must agree on: each disagreement is a sentence with file and line."""

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from config.policy.facts import AWARD_DATES, Fact
from config.policy.interview import InterviewChoice, Likely, Offers
from config.policy.model import ClauseFile, PolicyFile
from config.toml_errors import Place, instead
from config.toml_files import wrong

_MARK = re.compile("（[一二三四五六七八九十]{1,3}")

Found = Iterator[tuple[str, Place, str]]
"""What is wrong: the file, the place in it, the sentence."""


def check(folder: Path, files: Mapping[str, Any], facts: Mapping[str, Fact]) -> None:
    """Refuse a folder whose files do not agree. Raises ConfigError."""
    clauses = clauses_of(files)
    for several in (
        _facts(files["facts.toml"], facts),
        _document(files["policy.toml"], clauses, facts),
        _clauses(clauses, facts),
        _topics(files, clauses),
        _asks(files, clauses),
        _asking(files["choices.toml"], files["likely.toml"], facts),
    ):
        for name, where, what in several:
            raise wrong(folder / name, where, what)


def clauses_of(files: Mapping[str, Any]) -> dict[str, ClauseFile]:
    """Return the clauses' files by their names."""
    return {name: file for name, file in files.items() if isinstance(file, ClauseFile)}


def unknown(name: str, given: object, facts: Mapping[str, Fact]) -> str | None:
    """Return what is wrong with a fact and the value (or values) that it is to have; None where nothing is."""
    if name not in facts:
        return f"不认识的事实 {name}，{instead(name, list(facts))}"
    fact = facts[name]
    for value in given if isinstance(given, list | tuple) else [given]:
        if not fact.allows(value):
            known = ["true", "false"] if fact.kind == "bool" else [choice.value for choice in fact.choices]
            return f"{name} 写成了“{value}”，{instead(str(value), known)}"
    return None


def _facts(tables: Mapping[str, Any], facts: Mapping[str, Fact]) -> Found:
    for name, table in tables.items():
        for key in ("choices_of", "settles"):
            other = getattr(table, key)
            if other is not None and other not in facts:
                yield "facts.toml", (name, key), f"{key} 写了“{other}”，{instead(other, list(facts))}"
        if table.kind == "bool" and not all(table.answers):
            yield "facts.toml", (name,), f'{name} 是 bool，缺少 answers，请补上一行“answers = ["是", "否"]”'
        if table.kind in ("choice", "set") and not facts[name].choices:
            yield "facts.toml", (name,), f"{name} 缺少 choices，请补上 [{name}.choices] 或 choices_of"
        for value, names in table.choices.items():
            if not names:
                yield "facts.toml", (name, "choices", value), f"{value} 没有名称，请至少写一个"


def _document(main: PolicyFile, clauses: Mapping[str, ClauseFile], facts: Mapping[str, Fact]) -> Found:
    numbers = {file.number: name for name, file in clauses.items()}
    for name, file in clauses.items():
        if numbers[file.number] != name:
            yield name, ("number",), f"第{file.number}条已经写在 {numbers[file.number]} 里，请改 number"
    for wanted in range(1, len(clauses) + 1):
        if wanted not in numbers:
            yield max(clauses), ("number",), f"缺少第{wanted}条：各条的 number 应从1起连续"
    listed: set[int] = set()
    for place, section in enumerate(main.sections):
        for number in section.clauses:
            if number not in numbers or number in listed:
                why = "已经列过" if number in listed else "没有这一条的文件"
                yield "policy.toml", ("section", place, "clauses"), f"clauses 里的 {number}：{why}，请改正"
            listed.add(number)
    if missing := sorted(numbers.keys() - listed):
        yield "policy.toml", ("section",), f"第{missing[0]}条不在任何一个 [[section]] 的 clauses 里，请补上"
    for place, name in enumerate(main.ask_first):
        if name not in facts:
            yield "policy.toml", ("ask_first", place), f"不认识的事实 {name}，{instead(name, list(facts))}"
    for name, given in main.when.items():
        if what := unknown(name, given, facts):
            yield "policy.toml", ("when", name), what


def _clauses(clauses: Mapping[str, ClauseFile], facts: Mapping[str, Fact]) -> Found:
    for name, file in clauses.items():
        mark, _, after = file.text.partition("）")
        if not (_MARK.fullmatch(mark) and after.startswith(f"{file.title}。")):
            yield name, ("text",), f"text 应以“（五）{file.title}。”这样的条号和标题开头"
        for place, item in enumerate(file.items):
            where: Place = ("item", place)
            if not item.code.startswith(f"{file.number}."):
                yield (
                    name,
                    (*where, "code"),
                    f"code 写了“{item.code}”，第{file.number}条的事项应为 {file.number}.1 这样",
                )
            if item.code in [other.code for other in file.items[:place]]:
                yield name, (*where, "code"), f"code “{item.code}”写了两次，请改其中一个"
            for key in ("quote", "core"):
                if getattr(item, key) not in file.text:
                    yield name, (*where, key), f"{key} 不是本条 text 里的原话，请逐字照抄"
            for fact, given in item.when.items():
                if what := unknown(fact, given, facts):
                    yield name, (*where, "when", fact), what
            for number, point in enumerate(item.leaves_open):
                for fact, given in point.when.items():
                    if what := unknown(fact, given, facts):
                        yield name, (*where, "leaves_open", number, "when", fact), what
            if item.award_of is not None and (what := unknown(AWARD_DATES, item.award_of, facts)):
                yield name, (*where, "award_of"), what


def _topics(files: Mapping[str, Any], clauses: Mapping[str, ClauseFile]) -> Found:
    texts = {file.number: file.text for file in clauses.values()}
    codes = [item.code for file in clauses.values() for item in file.items]
    for place, topic in enumerate(files["topics.toml"]["topic"]):
        where: Place = ("topic", place)
        if topic.key in [other.key for other in files["topics.toml"]["topic"][:place]]:
            yield "topics.toml", (*where, "key"), f"key “{topic.key}”写了两次，请改其中一个"
        if topic.clause is not None and topic.clause not in texts:
            yield "topics.toml", (*where, "clause"), f"没有第{topic.clause}条"
        elif (topic.quote or "") not in (texts[topic.clause] if topic.clause else files["policy.toml"].closing):
            yield "topics.toml", (*where, "quote"), _misquoted(topic.clause)
        for number, code in enumerate(topic.items):
            if code not in codes:
                yield "topics.toml", (*where, "items", number), f"没有事项“{code}”，{instead(code, codes)}"


def _misquoted(clause: int | None) -> str:
    source = "policy.toml 的 closing" if clause is None else f"第{clause}条"
    return f"quote 不是{source}里的原话，请逐字照抄"


def _asks(files: Mapping[str, Any], clauses: Mapping[str, ClauseFile]) -> Found:
    """What people say leads to one place only."""
    places: dict[str, str] = {}
    for name, where, label, asks in _asked(files, clauses):
        for number, words in enumerate(asks):
            if places.setdefault(words.lower(), label) != label:
                yield name, (*where, "asks", number), f"“{words}”已经是{places[words.lower()]}的问法，只能留一处"


def _asked(
    files: Mapping[str, Any], clauses: Mapping[str, ClauseFile]
) -> Iterator[tuple[str, Place, str, Collection[str]]]:
    for name, file in clauses.items():
        yield name, (), f"第{file.number}条", file.asks
        for place, item in enumerate(file.items):
            yield name, ("item", place), f"事项 {item.code} ", item.asks
    for place, topic in enumerate(files["topics.toml"]["topic"]):
        yield "topics.toml", ("topic", place), f"“{topic.title}”", topic.asks


def _asking(offers: Offers, likely: Likely, facts: Mapping[str, Fact]) -> Found:
    for where, offer in _every(offers.choices, (), "choice"):
        for key in ("facts", "none"):
            for name, value in getattr(offer, key).items():
                if what := unknown(name, value, facts):
                    yield "choices.toml", (*where, key, name), what
    ranks: list[tuple[Place, Mapping[str, int]]] = [(("usual",), likely.usual)]
    ranks += [(("size", size), one) for size, one in likely.by_size.items()]
    ranks += [(("trade", place, "likely"), trade.likely) for place, trade in enumerate(likely.by_trade)]
    for where, several in ranks:
        for name in several:
            if name not in facts:
                yield "likely.toml", (*where, name), f"不认识的事实 {name}，{instead(name, list(facts))}"


def _every(offers: Collection[InterviewChoice], where: Place, key: str) -> Iterator[tuple[Place, InterviewChoice]]:
    for place, offer in enumerate(offers):
        yield (*where, key, place), offer
        yield from _every(offer.parts, (*where, key, place), "part")
