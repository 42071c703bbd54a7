"""The steps of a registration: what each asks, and how it takes an answer into the draft."""

import re
from collections.abc import Sequence
from typing import Any, Protocol

from bot.dialogs.chat import Chat, Data, NeedsThoughtError
from bot.dialogs.fact_answers import numbered, pick, value_of
from bot.dialogs.links import harmless
from bot.services.registration import known_from_roster
from config.calendar import shanghai_day
from config.policy.facts import Choice as Option
from config.words import normalise
from matchmaking import credit_code
from storage import roster

NAME_LENGTHS = range(2, 61)
_PHONE = re.compile(r"(?<!\d)(1[3-9]\d{9}|0\d{2,3}-?\d{7,8}(?:-\d{1,5})?)(?!\d)")


Draft = dict[str, Any]


def roster_choices(chat: Chat, found: Sequence[Sequence[Any]], typed: str) -> list[Option]:
    """The firms of the roster that were found, by id, and last none of them."""
    none = chat.say("registration.name_none_of_these", name=harmless(typed))
    words = tuple(chat.say("registration.none_words").split())
    return [*(Option(str(entry_id), harmless(name)) for entry_id, name in found), Option("", none, words)]


class Step(Protocol):
    """One question of the registration."""

    def prompt(self, chat: Chat, draft: Data) -> str:
        """The question."""
        ...

    def take(self, chat: Chat, draft: Draft, typed: str) -> str | None:
        """Put the answer into the draft; where it does not fit, say what would."""
        ...


class Name:
    """The firm's name, looked up in the roster: sure, a choice, or not on it."""

    def prompt(self, chat: Chat, draft: Data) -> str:
        if "choices" not in draft:
            return chat.say("registration.name")
        return chat.say("registration.name_choices") + "\n" + numbered(chat, self._options(chat, draft))

    def take(self, chat: Chat, draft: Draft, typed: str) -> str | None:
        chosen = pick(typed, self._options(chat, draft)) if "choices" in draft else None
        if chosen is not None:
            if chosen.value:
                self._from_roster(chat, draft, int(chosen.value))
            else:
                self._own(chat, draft, draft["typed"])
            return None
        name = " ".join(typed.split())
        if len(name) not in NAME_LENGTHS:
            return chat.say("registration.name_short" if len(name) < NAME_LENGTHS.start else "registration.name_long")
        if chat.thought is None:
            raise NeedsThoughtError(name)
        draft.pop("choices", None)
        found = chat.thought
        if found.sure:
            self._from_roster(chat, draft, found.candidates[0][0])
        elif found.candidates:
            draft["typed"] = name
            draft["choices"] = [list(candidate) for candidate in found.candidates]
        else:
            self._own(chat, draft, name)
        return None

    def _options(self, chat: Chat, draft: Data) -> list[Option]:
        return roster_choices(chat, draft["choices"], draft["typed"])

    def settle(self, chat: Chat, draft: Draft, name: str, entry_id: int | None) -> None:
        """Take this name, with all that the roster's entry tells where it is that one."""
        if entry_id is None:
            self._own(chat, draft, name)
        else:
            self._from_roster(chat, draft, entry_id)

    def _from_roster(self, chat: Chat, draft: Draft, entry_id: int) -> None:
        listed = roster.get(chat.tx, entry_id)
        draft.update(name=listed.name, roster_id=listed.id, code=listed.credit_code)
        draft["roster"] = known_from_roster(listed, shanghai_day(chat.now))
        draft["note"] = chat.say("registration.name_found", name=listed.name)

    def _own(self, chat: Chat, draft: Draft, name: str) -> None:
        draft.update(name=name, roster_id=None, roster={})
        draft["note"] = chat.say("registration.name_not_on_roster", name=harmless(name))


class Code:
    """The credit code, with its check character."""

    def prompt(self, chat: Chat, draft: Data) -> str:
        return chat.say("registration.code")

    def take(self, chat: Chat, draft: Draft, typed: str) -> str | None:
        code = credit_code.normalise(typed)
        fault = credit_code.fault(code)
        if fault is not None:
            return chat.parts.texts(f"errors.credit_code_{fault}", length=len(code))
        draft["code"] = code
        return None


class OneFact:
    """One fact of a closed list; a last choice means that it lies elsewhere or is not known."""

    def __init__(self, fact: str, other: str, other_facts: Data) -> None:
        self._fact = fact
        self._other = other
        self._other_facts = other_facts

    def _options(self, chat: Chat) -> list[Option]:
        words = tuple(chat.say(f"registration.{self._other}_words").split())
        return [
            *chat.parts.policy.facts[self._fact].choices,
            Option("", chat.say(f"registration.{self._other}"), words),
        ]

    def prompt(self, chat: Chat, draft: Data) -> str:
        return chat.say(f"registration.{self._fact}") + "\n" + numbered(chat, self._options(chat))

    def take(self, chat: Chat, draft: Draft, typed: str) -> str | None:
        picked = pick(typed, self._options(chat))
        if picked is None:
            return chat.say(f"registration.{self._fact}_wrong")
        other = dict.fromkeys(self._other_facts) if picked.value else self._other_facts
        own_word(draft, {self._fact: picked.value or None, **other})
        return None


class Titles:
    """The titles held now: several numbers, none of them, or not known."""

    def prompt(self, chat: Chat, draft: Data) -> str:
        fact = chat.parts.policy.facts["titles"]
        none = chat.say("common.choice", number=0, label=chat.say("question.none"))
        return "\n".join((chat.say("registration.titles"), numbered(chat, fact.choices), none))

    def take(self, chat: Chat, draft: Draft, typed: str) -> str | None:
        if normalise(typed) in chat.say("question.unsure_words").split():
            own_word(draft, {"titles": None})
            return None
        value = value_of(chat, chat.parts.policy.facts["titles"], typed)
        if value is None:
            return chat.say("registration.titles_wrong")
        own_word(draft, {"titles": value})
        draft["roster"].pop("first_award", None)
        return None


def own_word(draft: Draft, known: Data) -> None:
    """The person's own word replaces what the roster says of the same facts."""
    draft["own"] = {**draft.get("own", {}), **known}
    for fact in known:
        draft["roster"].pop(fact, None)


class Consent:
    """The privacy notice, agreed to before any contact is kept."""

    def prompt(self, chat: Chat, draft: Data) -> str:
        return chat.say("registration.consent", notice=chat.say("privacy.notice", version=chat.say("privacy.version")))

    def take(self, chat: Chat, draft: Draft, typed: str) -> str | None:
        answer = normalise(typed)
        if answer in chat.say("registration.consent_yes").split():
            draft["privacy_version"] = chat.say("privacy.version")
            return None
        if answer in chat.say("registration.consent_no").split():
            draft["privacy_version"] = None
            draft["contact"] = None
            return None
        return chat.say("registration.consent_wrong")


class ContactStep:
    """Name and phone of whom to call."""

    def prompt(self, chat: Chat, draft: Data) -> str:
        return chat.say("registration.contact")

    def take(self, chat: Chat, draft: Draft, typed: str) -> str | None:
        if normalise(typed) in chat.say("registration.consent_no").split():
            draft["privacy_version"] = None
            draft["contact"] = None
            return None
        phone = _PHONE.search(typed)
        name = _PHONE.sub(" ", typed).strip(" ，,。;；:：电话手机联系人") if phone else ""
        if phone is None or not 1 <= len(name) <= 20:
            return chat.say("registration.contact_wrong")
        draft["contact"] = [" ".join(name.split()), phone[0]]
        return None
