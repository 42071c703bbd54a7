"""Clauses and items by number: 5.2, 第五条, （八）, 13."""

import re

_CODE = re.compile(r"(?<![\d.])(\d{1,2})[.．](\d)(?![\d.%]|[万亿元倍折])")
_CLAUSE = re.compile(r"第\s*([一二三四五六七八九十百]{1,4}|\d{1,3})\s*条")
_BARE_CLAUSE = re.compile(r"[（(]?([一二三四五六七八九十]{1,3}|\d{1,2})[)）]?条?")
_DIGITS = {numeral: number for number, numeral in enumerate("一二三四五六七八九十", 1)}


def codes(text: str) -> list[str]:
    """Return the item codes in a text, in order; 5.2万 and 5.2% are none."""
    return [f"{int(clause)}.{item}" for clause, item in _CODE.findall(text)]


def clause_numbers(text: str) -> list[int]:
    """Return the clause numbers in a text; a number alone is one. 0 for an invalid numeral."""
    whole = _BARE_CLAUSE.fullmatch("".join(text.split()))
    written = [whole[1]] if whole else _CLAUSE.findall(text)
    return list(dict.fromkeys(_number(one) for one in written))


def _number(written: str) -> int:
    if written.isdigit():
        return int(written)
    tens, _, ones = written.rpartition("十")
    if "百" in written:
        return 0
    if "十" not in written:
        return _DIGITS[written] if len(written) == 1 else 0
    return (_DIGITS.get(tens, 1) if len(tens) < 2 else 9) * 10 + _DIGITS.get(ones, 0)
