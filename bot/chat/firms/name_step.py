"""First registration step: the firm's name, looked up on the roster."""

import re
from collections.abc import Collection, Sequence
from typing import Any

from bot.chat.context import Chat, Data
from bot.chat.fact_input import numbered, pick
from bot.chat.firms.steps import Draft
from config.calendar import shanghai_day
from config.commands import TypedText
from config.markup import harmless
from config.policy.facts import FactChoice as Option
from matchmaking.names import credit_code
from storage.firms.titles_on_day import facts_of
from storage.roster import roster

NAME_LENGTHS = range(2, 61)
# Endings of firm names, and what no firm name contains: a question ending in 公司 stays a question.
_NAME = re.compile(r"[\w()（）·&＆.\-]{2,}(?:(?:有限|股份|责任|集团)公司|集团|[^工]厂|合伙企业(?:[(（]有限合伙[)）])?)")
_QUESTION = r"[?？]|什么|怎|多少|几|哪|谁|如何|是不是|是否|有没有|可以|能|吗|呢"
_ASKS = re.compile(_QUESTION + "|[,，。!！;；]|我|贵|你|您|请|想|要")
_SURELY_ASKS = re.compile(_QUESTION)
# People often omit the blank between the word and the name: 注册云杼传感.
_REGISTERS = re.compile(r"(?:我们?要?|请|想)?(?:注册|登记|绑定)(?:一下)?(?:企业|公司)?[:：]?")
# Text around a name: 我是…的, 请帮我查下…怎么样.
_AROUND = re.compile(
    r"(?:(?:你们?|您|请|麻烦|可以|能不能|能){0,3}(?:(?:帮我们?|帮忙)[查看搜](?:一?下)?|查一?下|查询|看一?下)"
    r"|(?:我们?|这里|这边)(?:是|来自))?"
    r"(.{2,60}?)(?:这家公司)?(?:的情况|的信息|的|怎么样)?[吗呢吧么]?[?？。！!~]*"
)
LONGEST_AROUND = 80
FEWEST = 6
SHORT = 4


def registers(typed: str) -> bool:
    """Tell whether the text begins as a request to register a firm."""
    return _REGISTERS.match(typed.strip()) is not None


def name_in(typed: str) -> str:
    """Strip the words around a firm's name."""
    words = _REGISTERS.sub("", " ".join(typed.split()), count=1) if registers(typed) else " ".join(typed.split())
    found = _AROUND.fullmatch(words) if len(words) <= LONGEST_AROUND else None
    return words if found is None or len(found[1]) not in NAME_LENGTHS else found[1]


def may_be_part_of_name(name: str, places: Collection[str]) -> bool:
    """Tell whether the text could be a firm's short name: starts with its place and asks nothing."""
    return len(name) >= SHORT and name.startswith(tuple(places)) and _ASKS.search(name) is None


def looks_like_name(typed: str) -> bool:
    """Tell whether the whole text is written like a firm's name."""
    return len(typed) >= FEWEST and _NAME.fullmatch("".join(typed.split())) is not None and _ASKS.search(typed) is None


def _is_question(chat: Chat, typed: str) -> bool:
    """Tell whether text matching no roster firm asks about the policy instead."""
    if looks_like_name(typed) or (len(typed) > SHORT and _SURELY_ASKS.search(typed) is None):
        return False
    answer = chat.parts.talk.answer(chat.parts.words.read(typed), chat.now)
    return answer.sure and bool(answer.items)


def roster_choices(chat: Chat, found: Sequence[Sequence[Any]], typed: str) -> list[Option]:
    """Return the roster firms found, by id, and last "none of these"."""
    none = chat.say("registration.name_none_of_these", name=harmless(typed))
    words = tuple(chat.say("registration.none_words").split())
    return [*(Option(str(entry_id), harmless(name)) for entry_id, name in found), Option("", none, words)]


class Name:
    """The firm's name, looked up on the roster: one match, a choice, or none."""

    def prompt(self, chat: Chat, draft: Data) -> str:
        if "choices" not in draft:
            return chat.say("registration.name")
        return chat.say("registration.name_choices") + "\n" + numbered(chat, self._options(chat, draft))

    def take(self, chat: Chat, draft: Draft, said: TypedText) -> str | None:
        chosen = pick(said.normalised, self._options(chat, draft)) if "choices" in draft else None
        if chosen is not None:
            if chosen.value:
                self._from_roster(chat, draft, int(chosen.value))
            else:
                self._own(chat, draft, draft["typed"])
            return None
        name = " ".join(said.raw.split())
        if said.command is not None:
            return chat.say("registration.name")
        if credit_code.fault(credit_code.normalise(said.raw)) is None:
            return chat.say("registration.name_is_code")
        if len(name) not in NAME_LENGTHS:
            return chat.say("registration.name_short" if len(name) < NAME_LENGTHS.start else "registration.name_long")
        found = chat.found(name)
        draft.pop("choices", None)
        if found.sure:
            self._from_roster(chat, draft, found.candidates[0][0])
        elif found.candidates:
            draft["typed"] = name
            draft["choices"] = [list(candidate) for candidate in found.candidates]
        elif _is_question(chat, name):
            return chat.say("registration.name")
        else:
            self._own(chat, draft, name)
        return None

    def _options(self, chat: Chat, draft: Data) -> list[Option]:
        return roster_choices(chat, draft["choices"], draft["typed"])

    def settle(self, chat: Chat, draft: Draft, name: str, entry_id: int | None) -> None:
        """Set this name, and the roster entry's data if it is that one."""
        if entry_id is None:
            self._own(chat, draft, name)
        else:
            self._from_roster(chat, draft, entry_id)

    def _from_roster(self, chat: Chat, draft: Draft, entry_id: int) -> None:
        listed = roster.get(chat.tx, entry_id)
        draft.update(name=listed.name, roster_id=listed.id, code=listed.credit_code)
        draft["roster"] = facts_of(listed, shanghai_day(chat.now))
        draft["note"] = chat.say("registration.name_found", name=listed.name)

    def _own(self, chat: Chat, draft: Draft, name: str) -> None:
        draft.update(name=name, roster_id=None, roster={})
        draft["note"] = chat.say("registration.name_not_on_roster", name=harmless(name))
