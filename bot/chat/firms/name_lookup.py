"""A firm's name alone, before any registration: its public titles, what is open for such firms now, and a way in."""

from collections.abc import Callable

from bot.chat.context import Chat, Turn
from bot.chat.fact_input import numbered, pick
from bot.chat.firms.first_value import first_value, unlisted
from bot.chat.firms.name_step import (
    NAME_LENGTHS,
    looks_like_name,
    may_be_part_of_name,
    name_in,
    registers,
    roster_choices,
)
from bot.chat.firms.registration import Registration
from bot.live.read_first import NeedsThoughtError
from config.commands import normalise
from storage.chat.dialog_states import State
from storage.engine.transactions import Tx
from storage.roster import roster


class FirmName:
    """The journey of a name: a choice where several firms may be meant, then the offer to register."""

    name = "firm_name"

    def __init__(self, registration: Registration) -> None:
        self._registration = registration

    def look_up(self, chat: Chat, typed: str, first: Callable[[Tx], object]) -> None:
        """Raises NeedsThoughtError where the words may be a name: with what else must be done `first`, in one go."""
        name = name_in(typed)
        if chat.thought is None and len(name) in NAME_LENGTHS and any(map(str.isalpha, name)):
            raise NeedsThoughtError(name, first)

    def recognise(self, chat: Chat, typed: str, *, answered: bool, missed: bool = False) -> Turn | None:
        """What is said where the words are a firm's name; None where they are not, or where they ask something.

        `answered`: the policy has a sure answer to them; `missed`: it has nothing at all. Raises NeedsThoughtError.
        """
        name = name_in(typed)
        whole = looks_like_name(" ".join(typed.split()))
        if len(name) not in NAME_LENGTHS or (answered and not whole) or not any(map(str.isalpha, name)):
            return None
        if chat.thought is None:
            raise NeedsThoughtError(name)
        found = chat.thought
        registering = registers(typed) and chat.person.firm_id is None
        if found.sure:
            entry_id = found.candidates[0][0]
            if registering:
                return self._registration.start_known(chat, roster.get(chat.tx, entry_id).name, entry_id)
            return self._value(chat, entry_id)
        short = missed and bool(found.candidates) and may_be_part_of_name(name, chat.parts.policy.home)
        if not (whole or short or (registering and found.candidates)) or answered:
            return None
        if not found.candidates:
            return self._unlisted(chat, name)
        choices = [list(candidate) for candidate in found.candidates]
        state = State(self.name, "pick", {"choices": choices, "typed": name})
        return Turn(self._question(chat, state), state)

    def prompt(self, chat: Chat, state: State) -> str:
        """Nothing is waited for: the offer lapses with the next message."""
        return ""

    def hear(self, chat: Chat, state: State, typed: str) -> Turn:
        """A number picks a firm, a yes registers the one that was shown; anything else was meant for somebody else."""
        if state.step == "pick":
            chosen = pick(typed, roster_choices(chat, state.data["choices"], state.data["typed"]))
            if chosen is not None:
                unknown = not chosen.value
                return self._unlisted(chat, state.data["typed"]) if unknown else self._value(chat, int(chosen.value))
            if normalise(typed).isdigit():
                return Turn(self._question(chat, state), state, understood=False)
        elif normalise(typed) in chat.say("registration.consent_yes").split():
            return self.register(chat, state, state.data["name"])
        return Turn("", None, understood=False)

    def register(self, chat: Chat, state: State | None, name: str | None) -> Turn:
        """Begin the registration of this name, or of the firm that was just shown: that one is not looked up again."""
        if state is None or state.journey != self.name or state.step != "offer":
            return self._registration.start(chat, name)
        if name not in (None, state.data["name"]):
            return self._registration.start(chat, name)
        return self._registration.start_known(chat, state.data["name"], state.data["entry"])

    def _value(self, chat: Chat, entry_id: int) -> Turn:
        listed = roster.get(chat.tx, entry_id)
        return self._offering(chat, first_value(chat, listed), listed.name, listed.id)

    def _unlisted(self, chat: Chat, name: str) -> Turn:
        return self._offering(chat, unlisted(chat, name), name, None)

    def _offering(self, chat: Chat, said: str, name: str, entry_id: int | None) -> Turn:
        offer = State(self.name, "offer", {"name": name, "entry": entry_id})
        return Turn(said, None if chat.person.firm_id is not None else offer)

    def _question(self, chat: Chat, state: State) -> str:
        choices = roster_choices(chat, state.data["choices"], state.data["typed"])
        return chat.say("registration.name_choices") + "\n" + numbered(chat, choices)
