"""Cards in the platform's format: field kinds and limits, filling templates, validation.

Kinds and limits are the platform's (protocol §2.4); too long a value is truncated, because it would be refused, and a
card only points to the whole notice.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from config.calendar import SHANGHAI
from config.cards import Purpose
from storage.notices.cards import GENERAL, NoticeCard

LONGEST_ID = 64
MOST_FIELDS = 10
_LENGTHS = {
    "thing": 20,
    "short_thing": 20,
    "character_string": 32,
    "letter": 32,
    "number": 32,
    "symbol": 5,
    "phone_number": 17,
    "car_number": 8,
    "name": 10,
    "phrase": 5,
    "amount": 20,
    "time": 40,
    "date": 40,
}
# Kinds that may be truncated; a truncated amount or moment would be wrong.
_CUT = frozenset({"thing", "short_thing", "name", "phrase", "car_number"})
_DAY = r"\d{4}(?:年\d{1,2}月\d{1,2}日|-\d{1,2}-\d{1,2})"
_HOUR = r"\d{1,2}:\d{2}"
_FORMS = {
    "time": rf"(?:{_DAY} )?{_HOUR}(?:~(?:{_DAY} )?{_HOUR})?",
    "date": rf"{_DAY}(?: {_HOUR})?(?:~{_DAY}(?: {_HOUR})?)?",
    "number": r"-?\d+(?:\.\d+)?",
    "amount": r"[¥￥$€£]?\d{1,10}(?:\.\d{1,2})?元?",
    "letter": r"[A-Za-z]+",
    "character_string": r"[!-~][ -~]*",
    "phone_number": r"\+?[\d\- ]+",
    "symbol": r"[^\w\s]+",
    "phrase": r"[\u4e00-\u9fff]+",
    "name": r"[^\d\n]+",
}
_FITS = {kind: re.compile(form).fullmatch for kind, form in _FORMS.items()}
_FIELD = re.compile(r"([a-z_]+?)\d{1,2}")
# Link markup as written and as sent: a card shows text only.
_MARKUP = re.compile(r"<[^<>]*>|\[\[|\]\]")
_BRACES = re.compile(r"\{(\w*)\}")


def moment(at: datetime) -> str:
    """Format a moment for a field of kind `time`."""
    local = at.astimezone(SHANGHAI)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def news(text: str, at: datetime) -> NoticeCard:
    """Return any notice as a card: its first words as title, the next ones below."""
    words = " ".join(plain(text).split())
    first, most = within("thing", words), _LENGTHS["thing"]
    rest = "…" + words[most - 1 :] if len(words) > most else words
    return NoticeCard(GENERAL, {"what": first, "when": moment(at), "hint": within("thing", rest)})


def answered(question: str, text: str, at: datetime) -> NoticeCard:
    """Return the answer to a question as a card."""
    said = {"what": within("thing", question), "when": moment(at), "hint": within("thing", plain(text))}
    return NoticeCard("ticket", said)


def kind_of(field: str) -> str:
    """Return the kind of a template field such as thing1, or "" if the platform has no such kind."""
    found = _FIELD.fullmatch(field)
    return found[1] if found and found[1] in _LENGTHS else ""


def within(kind: str, words: str) -> str:
    """Return the text on one line, truncated if this kind allows."""
    plain, most = " ".join(words.split()), _LENGTHS.get(kind, 20)
    return plain if kind not in _CUT or len(plain) <= most else plain[: most - 1] + ("…" if kind == "thing" else "")


def fits(kind: str, value: str) -> bool:
    """Tell whether a field of this kind may hold this value."""
    if kind not in _LENGTHS or not 0 < len(value) <= _LENGTHS[kind] or "\n" in value:
        return False
    return kind not in _FITS or _FITS[kind](value) is not None


def plain(text: str) -> str:
    """Return the text without link markup."""
    return _MARKUP.sub("", text)


class TemplateFields:
    """A template's fields, parsed once for many cards: text with {name} for the card's values."""

    __slots__ = ("_fields",)

    def __init__(self, fields: Mapping[str, str]) -> None:
        # Most fields are a single name, which needs no parsing.
        alone = {field: _BRACES.fullmatch(words) for field, words in fields.items()}
        self._fields = [
            (field, kind_of(field), found[1] if (found := alone[field]) else "", words)
            for field, words in fields.items()
        ]

    def filled(self, said: Mapping[str, str]) -> dict[str, str]:
        """Return the fields filled with this card's values, each within its limit; missing names stay empty."""
        return {
            field: within(kind, said.get(name, "") if name else _BRACES.sub(lambda at: said.get(at[1], ""), words))
            for field, kind, name, words in self._fields
        }

    def first_invalid(self, filled: Mapping[str, str]) -> str:
        """Return the first field the platform would refuse, or ""."""
        return next((field for field, kind, _, _ in self._fields if not fits(kind, filled[field])), "")


def examples(purpose: Purpose) -> dict[str, str]:
    """Return example values for a card of this purpose."""
    return {name: said.example for name, said in purpose.fields.items()}


def problems(purpose: Purpose, template_id: str, fields: Mapping[str, str], wanted: Iterable[str] = ()) -> list[str]:
    """Return what is wrong with an entered template, as text keys with the field after a colon.

    `wanted`: the fields the platform's own list names, if known.
    """
    found = []
    if not 1 <= len(template_id) <= LONGEST_ID or not template_id.isascii() or " " in template_id:
        found.append("template_id:")
    if not 1 <= len(fields) <= MOST_FIELDS:
        found.append("field_count:")
    for field, words in fields.items():
        if not kind_of(field):
            found.append(f"unknown_kind:{field}")
        elif "\n" in words or "\r" in words:
            found.append(f"line_break:{field}")
        elif any(name not in purpose.fields for name in _BRACES.findall(words)):
            found.append(f"unknown_name:{field}")
        elif not fits(kind_of(field), TemplateFields({field: words}).filled(examples(purpose))[field]):
            found.append(f"does_not_fit:{field}")
        elif not _BRACES.search(words) and within(kind_of(field), words) != words:
            found.append(f"too_long:{field}")
    asked = set(wanted)
    found += [f"missing:{field}" for field in sorted(asked - set(fields))]
    found += [f"not_in_template:{field}" for field in sorted(set(fields) - asked)] if asked else []
    return found
