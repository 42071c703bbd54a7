"""How facts are asked, answered and shown in chat: by number or in words."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from bot.chat.context import Chat, ChatServices
from config.commands import TypedText, names_of, normalise
from config.policy.facts import Fact, FactChoice
from matchmaking.text.slips import is_slip_of

_BETWEEN = re.compile(r"[\s,，、;；和/]+")
_DAY = re.compile(r"(\d{4})[-年./](\d{1,2})[-月./](\d{1,2})(?!\d)日?")
_AROUND_NAMES = " ，,、；;：:和是在"


def prepare(parts: ChatServices) -> None:
    """Work out how every choice of the policy may be named, so that no message has to."""
    offers = parts.policy.offers.choices
    for fact in parts.policy.facts.values():
        for choice in fact.choices:
            names_of(choice.label, choice.also)
    for offer in (*offers, *(part for whole in offers for part in whole.parts)):
        names_of(offer.label, offer.words)


def options(chat: Chat, fact: Fact) -> list[FactChoice]:
    """Return a fact's possible answers, in number order; of items only those that are given once, also by code."""
    if fact.kind == "items":
        items = chat.parts.policy.items
        return [FactChoice(one.value, one.label, (one.value,)) for one in fact.choices if items[one.value].one_time]
    if fact.kind != "bool":
        return list(fact.choices)
    yes, no = fact.answers
    return [
        FactChoice("yes", yes, tuple(chat.say("question.yes_words").split())),
        FactChoice("no", no, tuple(chat.say("question.no_words").split())),
    ]


def bare(chat: Chat, answer: str) -> str:
    """A short answer (normalised) without the small words around it: 我们公司暂时还没有呢 says 没有."""
    before, after = chat.say("question.before").split(), chat.say("question.after").split()
    while shorter := next((answer.removeprefix(word) for word in before if answer.startswith(word)), None):
        answer = shorter
    while shorter := next((answer.removesuffix(word) for word in after if answer.endswith(word)), None):
        answer = shorter
    return answer


def numbered(chat: Chat, choices: Sequence[FactChoice], first: int = 1) -> str:
    """Format choices as numbered lines."""
    return "\n".join(
        chat.say("common.choice", number=number, label=choice.label) for number, choice in enumerate(choices, first)
    )


def pick(normalised: str, choices: Sequence[FactChoice]) -> FactChoice | None:
    """Return the choice meant, by number from 1 or by words; None if unclear."""
    answer = normalised.rstrip(".、")
    if answer.isascii() and answer.isdigit():
        number = int(answer) if len(answer) < 4 else 0
        return choices[number - 1] if 1 <= number <= len(choices) else None
    names = [(choice, names_of(choice.label, choice.also)) for choice in choices]
    exact = [choice for choice, known in names if answer in known]
    near = exact or [choice for choice, known in names if len(answer) > 1 and answer in known[0]]
    near = near or [choice for choice, known in names if any(is_slip_of(answer, name) for name in known)]
    return near[0] if len(near) == 1 else None


def pick_several(said: TypedText, choices: Sequence[FactChoice]) -> list[FactChoice] | None:
    """Return the choices meant ("1 3", "13", "小巨人、单项冠军"), empty for 0; None if any part fits none."""
    answer = said.normalised
    if answer == "0":
        return []
    parts = (
        list(answer)
        if answer.isascii() and answer.isdigit() and len(choices) < 10
        else _BETWEEN.split(said.raw.strip())
    )
    picked = [pick(normalise(part), choices) for part in parts if part]
    known = [choice for choice in picked if choice is not None]
    return list(dict.fromkeys(known)) if known and len(known) == len(picked) else None


def value_of(chat: Chat, fact: Fact, said: TypedText) -> Any:
    """Parse an answer into the fact's JSON value; None if it does not fit."""
    choices = options(chat, fact)
    if fact.kind == "dates":
        return _dates(said.raw, choices)
    if fact.kind in ("set", "items"):
        if bare(chat, said.normalised) in chat.say("question.none_words").split():
            return []
        several = pick_several(said, choices)
        return None if several is None else sorted(choice.value for choice in several)
    picked = pick(said.normalised, choices) or pick(bare(chat, said.normalised), choices)
    if picked is None:
        return None
    return picked.value == "yes" if fact.kind == "bool" else picked.value


def _dates(typed: str, choices: Sequence[FactChoice]) -> dict[str, str] | None:
    """Return the day that is typed behind each name; None if a name or a day fits none, or there is none."""
    found: dict[str, str] = {}
    begin = 0
    for hit in _DAY.finditer(typed):
        choice = pick(normalise(typed[begin : hit.start()].strip(_AROUND_NAMES)), choices)
        begin = hit.end()
        try:
            day = date(*map(int, hit.groups()))
        except ValueError:
            return None
        if choice is None:
            return None
        found[choice.value] = day.isoformat()
    return found or None


def shown(chat: Chat, fact: Fact, value: Any) -> str:
    """Format a fact's value."""
    if isinstance(value, bool):
        return fact.answers[0 if value else 1]
    if isinstance(value, str):
        return fact.label_of(value)
    if isinstance(value, dict):
        return "、".join(f"{fact.label_of(name)} {day}" for name, day in value.items() if day)
    known = "、".join(choice.label for choice in fact.choices if choice.value in value) or chat.say("question.none")
    left_open = fact.left_open(value)
    return chat.say("question.left_open", known=known, open=left_open) if left_open else known
