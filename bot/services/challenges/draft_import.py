"""Fill a draft's fields from pasted text or an existing table; the poster reviews them first."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from bot.services import table_file
from bot.services.table_file import normal
from config.challenges import ChallengeForm
from config.errors import InputError
from matchmaking.text.money_and_dates import deadlines, sums

LONGEST_FIELD = 4000
LONGEST_TITLE = 60
MOST_PASTED = 20_000
_NUMBERING = re.compile(r"^\s*(?:第?[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．:：]\s*)?")
_MARKS = "★☆●◆■▪·*＊# "
_BRACKETED = re.compile(r"[【\[]([^】\]]+)[】\]]\s*[:：]?\s*(.*)")
_ZONE = ZoneInfo("Asia/Shanghai")
_SENTENCE_ENDS = re.compile(r"[。；;\n]")


def from_text(text: str, form: ChallengeForm, today: date) -> dict[str, str]:
    """Return the fields named in pasted text; without headings the first sentence is the title, all of it the
    content.
    """
    if len(text) > MOST_PASTED:
        raise InputError("challenge_paste_long", most=MOST_PASTED)
    labels = _labels(form)
    found: dict[str, list[str]] = {}
    loose: list[str] = []
    into: list[str] = loose
    for line in text.replace("\r", "").split("\n"):
        key, rest = _heading(line, labels)
        if key is not None:
            into = found.setdefault(key, [])
            line = rest
        if line.strip():
            into.append(line.strip())
    fields = {key: "\n".join(lines) for key, lines in found.items() if lines}
    if loose and "title" not in fields:
        fields["title"] = _SENTENCE_ENDS.split(loose[0])[0][:LONGEST_TITLE]
        loose = loose if len(loose) == 1 else loose[1:]
    if loose and "content" not in fields:
        fields["content"] = "\n".join(loose)
    return _with_terms(fields, text, today)


def from_table(data: bytes, form: ChallengeForm) -> dict[str, str]:
    """Return a spreadsheet's fields: the value beside each heading, or the first row beneath a row of headings.

    Raises InputError if the file is not a spreadsheet or has none of the headings.
    """
    best: dict[str, str] = {}
    if not is_table(data):
        raise InputError("challenge_table_strange")
    for sheet in table_file.read(data, LONGEST_FIELD):
        cells = [] if sheet.hidden else [row.cells for row in sheet.rows]
        for fields in (_beside(cells, _labels(form)), _beneath(cells, _labels(form))):
            best = max(best, fields, key=len)
    if not best:
        raise InputError("challenge_table_strange")
    return best


def is_table(data: bytes) -> bool:
    """Tell whether these bytes begin like a spreadsheet."""
    return table_file.is_workbook(data)


def _labels(form: ChallengeForm) -> list[tuple[str, str]]:
    """Return every heading with its field, longest first: 揭榜方条件 is not 条件."""
    labels = [(normal(word), field.key) for field in form.fields for word in (field.label, *field.also)]
    return sorted(labels, key=lambda pair: -len(pair[0]))


def _heading(line: str, labels: Iterable[tuple[str, str]]) -> tuple[str | None, str]:
    """Return the field that a line names and the text after it; None if it names none."""
    bare = _NUMBERING.sub("", line, count=1).strip().strip(_MARKS)
    bracketed = _BRACKETED.match(bare)
    bare = f"{bracketed[1]}:{bracketed[2]}" if bracketed else bare.replace("：", ":", 1)
    head, _, rest = bare.partition(":")
    plain = normal(head).strip("()（）")
    for label, key in labels:
        if plain == label:
            return key, rest.strip()
    return None, line


def _beside(rows: Sequence[Sequence[str]], labels: Sequence[tuple[str, str]]) -> dict[str, str]:
    named = dict(labels)
    found: dict[str, str] = {}
    for row in rows:
        for place, cell in enumerate(row):
            key = named.get(normal(cell).strip(":："))
            value = next((other for other in row[place + 1 :] if other), "")
            if key is not None and key not in found and value and normal(value).strip(":：") not in named:
                found[key] = value
    return found


def _beneath(rows: Sequence[Sequence[str]], labels: Sequence[tuple[str, str]]) -> dict[str, str]:
    named = dict(labels)
    for number, row in enumerate(rows[:-1]):
        heads = {place: named[normal(cell)] for place, cell in enumerate(row) if normal(cell) in named}
        if len(heads) >= 3:
            values = next((below for below in rows[number + 1 :] if any(below)), [])
            return {key: values[place] for place, key in heads.items() if place < len(values) and values[place]}
    return {}


def _with_terms(fields: Mapping[str, str], text: str, today: date) -> dict[str, str]:
    filled = dict(fields)
    money, limits = sums(text), deadlines(text, today, _ZONE)
    if "reward" not in filled and money:
        filled["reward"] = money[0].text
    if "due" not in filled and limits:
        filled["due"] = limits[-1].text
    return filled
