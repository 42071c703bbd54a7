"""Says what is wrong with a TOML file: the line, and a sentence for whoever edits it.

The sentences stand here and not in config/texts/: that folder may be what cannot be read.
"""

import difflib
import re
import tomllib
from bisect import bisect_left
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from pydantic_core import ValidationError

from config.errors import UnavailableError

Place = tuple[str | int, ...]
_ROOT = Path(__file__).parents[1]
_MOST_NAMED = 12
_QUOTED = re.compile("'([^']*)'")
_UNKNOWN = ("unexpected_keyword_argument", "extra_forbidden")
_WANTED: Mapping[str, str] = {
    "string_type": "应为文字，写在引号里",
    "int_type": "应为整数，不加引号",
    "int_from_float": "应为整数，不加小数点",
    "float_type": "应为数字，不加引号",
    "bool_type": "应为 true 或 false，不加引号",
    **dict.fromkeys(("tuple_type", "frozen_set_type"), "应为列表，写在方括号里"),
    **dict.fromkeys(("dict_type", "dataclass_type"), "应为一张表：一行一个“名 = 值”"),
    "choice_type": "应为 true、false、一段文字或文字的列表",
    "date_type": "应为日期，如 2026-01-01，不加引号",
    "time_type": "应为时刻，如 08:30:00，不加引号",
    "datetime_type": "应为带时区的时刻，如 2029-01-01T00:00:00+08:00",
    "timezone_aware": "要写明时区，如 2029-01-01T00:00:00+08:00",
    "greater_than_equal": "不能是负数",
}
_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_SYNTAX: Mapping[str, str] = {
    "Cannot overwrite": "同一个名字写了两次，留一个",
    "Cannot declare": "同一张表写了两次，合成一张",
    "Expected '=' after": "名字后面要有等号；名字里有汉字或空格的，要写在引号里",
    "Invalid value": "等号后面的值看不懂：文字要写在引号里，数字和 true、false 不加引号",
    "Unclosed array": "列表没有写好：有一项看不懂，或缺少逗号、右方括号",
    **dict.fromkeys(("Unterminated string", "Illegal character"), "文字没有结束：缺少右边的引号，或一段文字里换了行"),
    "Expected newline": "一行写完之后还有多余的字：文字里的引号请用“”，多余的删去",
}


class ConfigError(UnavailableError):
    """A file of config/ cannot be used as it stands; `sentence` says where it is wrong and what to write."""

    def __init__(self, file: str, line: int, what: str) -> None:
        self.line = line
        self.sentence = f"{file} 第{line}行：{what}。"
        super().__init__("config_wrong", file=file, line=line, what=what)


def named(path: Path) -> str:
    """Return how a message names the file: from the project's folder on."""
    return str(path.relative_to(_ROOT)) if path.is_relative_to(_ROOT) else str(path)


def syntax(message: str, text: str) -> tuple[int, str]:
    """Return the line and the sentence for a file that is no TOML, from the parser's message."""
    at = _AT.search(message)
    line = int(at[1]) if at is not None and at[1] else text.rstrip("\n").count("\n") + 1
    return line, next(
        (said for begin, said in _SYNTAX.items() if message.startswith(begin)),
        "这里看不懂：看看引号、括号、等号、逗号是否齐全",
    )


def line_of(text: str, where: Place) -> int:
    """Return the line where the value at this place begins; of a key that is missing, the line of its table.

    It is the first line with which the file says as much: no second parser is needed.
    """
    while where and not _says(text, where):
        where = where[:-1]
    lines = text.splitlines(keepends=True)
    begins = _statements(lines)
    first = bisect_left(begins, True, key=lambda end: _says("".join(lines[:end]), where)) - 1
    if not where or first < 0:
        return 1
    # In a list over several lines, the line of the one that is meant.
    last = begins[first + 1] if first + 1 < len(begins) else len(lines)
    within_list = False
    for line in range(begins[first] + 1, last):
        begun = "".join(lines[:line]) + "]"
        if _says(begun, where):
            return line
        within_list = within_list or _parsed(begun) is not None
    return last if within_list else begins[first] + 1


def in_words(error: ValidationError, known: Collection[str]) -> tuple[Place, str]:
    """Return where the most telling of the validator's errors is, and what is wrong there.

    A misspelt key is told before the one that is missing for it. `known`: the keys that such a file may have.
    """
    found = error.errors(include_url=False, include_context=True)
    first = min(found, key=lambda one: one["type"] not in _UNKNOWN)
    where, kind, context = first["loc"], first["type"], first.get("ctx", {})
    place = _place(where)
    if kind in _UNKNOWN:
        absent = [str(one["loc"][-1]) for one in found if one["type"] == "missing" and one["loc"][:-1] == where[:-1]]
        return where, f"不认识的名字 {place}，{instead(str(where[-1]), absent or known)}"
    if kind == "missing":
        return where, f"缺少 {place}，请补上一行“{where[-1]} = …”"
    if kind in ("literal_error", "enum"):
        choices = _QUOTED.findall(context["expected"])
        return where, f"{place} 写成了“{first['input']}”，{instead(str(first['input']), choices)}"
    return where, f"{place} {context['error'] if kind == 'value_error' else _WANTED.get(kind, '的值不对')}"


def instead(given: str, choices: Collection[str]) -> str:
    """Return what may be written instead: the one that is nearest, or all where they are few."""
    near = difflib.get_close_matches(given, choices, n=1)
    if near:
        return f"应为 {near[0]}"
    return f"应为 {'、'.join(choices)} 之一" if 0 < len(choices) <= _MOST_NAMED else "请改正或删去"


def _place(where: Place) -> str:
    """Return the innermost name, and of a list in it which one is meant, counted from 1."""
    names = [number for number, step in enumerate(where) if isinstance(step, str)]
    if not names:
        return f"第{int(where[-1]) + 1}项" if where else "文件"
    name, numbers = where[names[-1]], where[names[-1] + 1 :]
    return str(name) + "".join(f" 的第{int(number) + 1}项" for number in numbers)


def _statements(lines: list[str]) -> list[int]:
    """Return before which line each statement begins; a value over several lines is one."""
    begins, start = [], 0
    for end in range(1, len(lines) + 1):
        if _parsed("".join(lines[start:end])) is not None:
            begins.append(start)
            start = end
    return begins


def _parsed(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def _says(text: str, where: Place) -> bool:
    found: Any = _parsed(text)
    for step in where:
        try:
            found = found[step]
        except (KeyError, IndexError, TypeError):
            return False
    return found is not None
