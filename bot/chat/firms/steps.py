"""Registration steps: each one's question, and how an answer enters the draft."""

import re
from typing import Any, Protocol

from bot.chat.context import Chat, Data
from bot.chat.fact_input import numbered, pick, value_of
from config.commands import TypedText
from config.policy.facts import FactChoice as Option

PHONE = re.compile(r"(?<!\d)(1[3-9]\d{9}|0\d{2,3}-?\d{7,8}(?:-\d{1,5})?)(?!\d)")


Draft = dict[str, Any]


class RegistrationStep(Protocol):
    """One registration question."""

    def prompt(self, chat: Chat, draft: Data) -> str:
        """Return the question."""
        ...

    def take(self, chat: Chat, draft: Draft, said: TypedText) -> str | None:
        """Save the answer in the draft; if it does not fit, return what would."""
        ...


class OneFact:
    """One fact with fixed choices; the last one means elsewhere or unknown."""

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

    def take(self, chat: Chat, draft: Draft, said: TypedText) -> str | None:
        picked = pick(said.normalised, self._options(chat))
        if picked is None:
            return chat.say(f"registration.{self._fact}_wrong")
        other = dict.fromkeys(self._other_facts) if picked.value else self._other_facts
        own_word(draft, {self._fact: picked.value or None, **other})
        return None


class TitlesStep:
    """Titles held now: several numbers, none, or unknown."""

    def prompt(self, chat: Chat, draft: Data) -> str:
        fact = chat.parts.policy.facts["titles"]
        none = chat.say("common.choice", number=0, label=chat.say("question.none"))
        return "\n".join((chat.say("registration.titles"), numbered(chat, fact.choices), none))

    def take(self, chat: Chat, draft: Draft, said: TypedText) -> str | None:
        if said.normalised in chat.say("question.unsure_words").split():
            own_word(draft, {"titles": None})
            return None
        value = value_of(chat, chat.parts.policy.facts["titles"], said)
        if value is None:
            return chat.say("registration.titles_wrong")
        own_word(draft, {"titles": value})
        draft["roster"].pop("first_award", None)
        return None


def own_word(draft: Draft, known: Data) -> None:
    """Replace the roster's facts by the person's own statements."""
    draft["own"] = {**draft.get("own", {}), **known}
    for fact in known:
        draft["roster"].pop(fact, None)


class ConsentStep:
    """Consent to the privacy notice, before any contact is saved."""

    def prompt(self, chat: Chat, draft: Data) -> str:
        return chat.say("registration.consent", notice=chat.say("privacy.notice", version=chat.say("privacy.version")))

    def take(self, chat: Chat, draft: Draft, said: TypedText) -> str | None:
        answer = said.normalised
        if answer in chat.say("registration.consent_yes").split():
            draft["privacy_version"] = chat.say("privacy.version")
            return None
        if answer in chat.say("registration.consent_no").split():
            draft["privacy_version"] = None
            draft["contact"] = None
            return None
        return chat.say("registration.consent_wrong")


class ContactStep:
    """Name and phone of the contact."""

    def prompt(self, chat: Chat, draft: Data) -> str:
        return chat.say("registration.contact")

    def take(self, chat: Chat, draft: Draft, said: TypedText) -> str | None:
        if said.normalised in chat.say("registration.consent_no").split():
            draft["privacy_version"] = None
            draft["contact"] = None
            return None
        phone = PHONE.search(said.raw)
        name = PHONE.sub(" ", said.raw).strip(" ，,。;；:：电话手机联系人") if phone else ""
        if phone is None or not 1 <= len(name) <= 20:
            return chat.say("registration.contact_wrong")
        draft["contact"] = [" ".join(name.split()), phone[0]]
        return None
