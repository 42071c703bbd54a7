"""The tables cases.tsv and more.tsv, and how replies are judged by them.

期望事项: item codes, 第N条, or a topic's key (config/policy/…/topics.toml), all required; 或 separates alternatives;
无: nothing of this policy; ≈ before a code: offering it is enough. 必有: text the reply contains. 开头: it begins with
one of these, after 非 with none of them. 不得有: text it must not contain; parts are separated by ；. more.tsv, four
batches written after the first code worked, holds only 问 and 期望事项.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from config.policy.model import Policy

FOLDER = Path(__file__).parent
# A sure answer must be readable on a phone at a glance; naming a clause by number asks for all of it.
LONGEST_SURE = 300
BY_NUMBER = "编号"
SHORTEST_QUOTE = 10
_FIGURE = re.compile(r"\d+(?:\.\d+)?(?:万元?|亿元?|元/月|元|%|家)")
_CODE = re.compile(r"\d{1,2}\.\d")
_CLAUSE = re.compile(r"第(\d{1,2})条")


@dataclass(frozen=True, slots=True)
class Case:
    """One row: a question and requirements of a right reply. `half`: every second row is kept out of tuning."""

    question: str
    wanted: str
    holds: tuple[str, ...]
    begins: str
    never: tuple[str, ...]
    kind: str
    half: str


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as `ask` prints it."""

    text: str
    items: tuple[str, ...]
    sure: bool


def cases() -> list[Case]:
    """Return the rows in order; odd ones for tuning, even ones for checking."""
    return [
        Case(
            question=row["问"],
            wanted=row["期望事项"],
            holds=_parts(row["必有"]),
            begins=row["开头"],
            never=_parts(row["不得有"]),
            kind=row["类别"],
            half="检验" if number % 2 else "调试",
        )
        for number, row in enumerate(_rows("cases.tsv"))
    ]


def more() -> dict[str, str]:
    """Return the questions of more.tsv and their subjects."""
    return {row["问"]: row["期望事项"] for row in _rows("more.tsv")}


def speaks_of(wanted: str, reply: Reply, policy: Policy) -> bool:
    """Tell whether the reply covers what was wanted, and nothing else."""
    return any(_speaks_of_all(alternative.split(), reply, policy) for alternative in wanted.split(" 或 "))


def faults(case: Case, reply: Reply, policy: Policy) -> list[str]:
    """Return a reply's faults; the first two characters tell the kind: 事项 必有 开头 数字 不得 引文 过长."""
    return [
        *(
            []
            if speaks_of(case.wanted, reply, policy)
            else [f"事项：{'、'.join(reply.items) or '无'}，应为{case.wanted}"]
        ),
        *(f"必有：{words}" for words in case.holds if words not in reply.text),
        *([] if _begins(case.begins, reply.text) else [f"开头：应为{case.begins}"]),
        *(f"数字：{figure}" for figure in wrong_figures(reply.text, policy)),
        *(f"不得有：{words}" for words in case.never if words in reply.text),
        *(f"引文：{fault}" for fault in _uncited(reply, policy)),
        *([f"过长：{len(reply.text)}字"] if reply.sure and _too_long(case, reply) else []),
    ]


def wrong_figures(text: str, policy: Policy) -> list[str]:
    """Return a reply's sums, shares and counts not found in the policy's own text."""
    source = policy.closing + "".join(clause.text for clause in policy.clauses)
    return [figure for figure in _FIGURE.findall(text) if figure.rstrip("元") not in source]


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split("；") if part)


def _begins(begins: str, text: str) -> bool:
    words = tuple(begins.removeprefix("非").strip().split("/"))
    return not begins or text.startswith(words) != begins.startswith("非")


def _speaks_of_all(wanted: list[str], reply: Reply, policy: Policy) -> bool:
    if wanted == ["无"]:
        return not reply.items
    if wanted[0].startswith("≈"):
        return wanted[0][1:] in reply.items
    if not reply.sure:
        return False
    if _CODE.fullmatch(wanted[0]):
        return set(reply.items) == set(wanted)
    if _CLAUSE.fullmatch(wanted[0]):
        clauses = [policy.clause(int(number)) for number in _CLAUSE.findall(" ".join(wanted))]
        codes = {item.code for clause in clauses for item in clause.items}
        return set(reply.items) <= codes and all(clause.label in reply.text for clause in clauses)
    (topic,) = (topic for topic in policy.topics if topic.key == wanted[0])
    return topic.answer in reply.text


def _uncited(reply: Reply, policy: Policy) -> Iterator[str]:
    """Yield clauses mentioned without their label or any of their own words."""
    if not reply.sure:
        return
    for number in dict.fromkeys(policy.items[code].clause for code in reply.items):
        clause = policy.clause(number)
        if clause.label not in reply.text and clause.mark not in reply.text:
            yield f"没有写{clause.label}"
        matcher = SequenceMatcher(None, clause.text, reply.text, autojunk=False)
        longest = matcher.find_longest_match().size
        if longest < min(SHORTEST_QUOTE, len(clause.title)):
            yield f"没有引{clause.label}原文"


def _too_long(case: Case, reply: Reply) -> bool:
    return case.kind != BY_NUMBER and len(reply.text) > LONGEST_SURE
