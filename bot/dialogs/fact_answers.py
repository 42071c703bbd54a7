"""How a fact is offered, picked and shown in the chat: numbers for those in a hurry, words for the others."""

import re
from collections.abc import Sequence
from typing import Any

from bot.dialogs.chat import Chat
from config.policy.facts import Choice, Fact
from config.words import normalise

_BETWEEN = re.compile(r"[\s,，、;；和/]+")


def options(chat: Chat, fact: Fact) -> list[Choice]:
    """The answers a fact may have, in the order of their numbers."""
    if fact.kind != "bool":
        return list(fact.choices)
    return [
        Choice("yes", chat.say("question.yes"), tuple(chat.say("question.yes_words").split())),
        Choice("no", chat.say("question.no"), tuple(chat.say("question.no_words").split())),
    ]


def numbered(chat: Chat, choices: Sequence[Choice], first: int = 1) -> str:
    """Choices, one a line, each with its number."""
    return "\n".join(
        chat.say("common.choice", number=number, label=choice.label) for number, choice in enumerate(choices, first)
    )


def pick(typed: str, choices: Sequence[Choice]) -> Choice | None:
    """The choice that is meant, by number from 1 or by its words; None where it is none or not clear which."""
    answer = normalise(typed).rstrip(".、")
    if answer.isascii() and answer.isdigit():
        number = int(answer) if len(answer) < 4 else 0
        return choices[number - 1] if 1 <= number <= len(choices) else None
    exact = [choice for choice in choices if answer in map(normalise, (choice.label, *choice.also))]
    near = exact or [choice for choice in choices if len(answer) > 1 and answer in normalise(choice.label)]
    return near[0] if len(near) == 1 else None


def pick_several(typed: str, choices: Sequence[Choice]) -> list[Choice] | None:
    """The choices that are meant ("1 3", "13", "小巨人、单项冠军"), empty for 0; None where any part fits none."""
    answer = normalise(typed)
    if answer == "0":
        return []
    parts = (
        list(answer) if answer.isascii() and answer.isdigit() and len(choices) < 10 else _BETWEEN.split(typed.strip())
    )
    picked = [pick(part, choices) for part in parts if part]
    known = [choice for choice in picked if choice is not None]
    return list(dict.fromkeys(known)) if known and len(known) == len(picked) else None


def value_of(chat: Chat, fact: Fact, typed: str) -> Any:
    """The fact's value as JSON, read from an answer; None where the answer does not fit."""
    choices = options(chat, fact)
    if fact.kind in ("set", "items"):
        if normalise(typed) in chat.say("question.none_words").split():
            return []
        several = pick_several(typed, choices)
        return None if several is None else sorted(choice.value for choice in several)
    picked = pick(typed, choices)
    if picked is None:
        return None
    return picked.value == "yes" if fact.kind == "bool" else picked.value


def shown(chat: Chat, fact: Fact, value: Any) -> str:
    """A fact's value in words."""
    if isinstance(value, bool):
        return chat.say("question.yes" if value else "question.no")
    if isinstance(value, str):
        return fact.label_of(value)
    return "、".join(choice.label for choice in fact.choices if choice.value in value) or chat.say("question.none")
