"""Look-up of a firm's name before registration: public titles, what is open for such firms, and how to register."""

from bot.answers.policy_answers import PolicyTalk
from bot.chat.context import Chat, DialogReply, LapsingDialog
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
from bot.chat.firms.registration import RegistrationDialog
from config.commands import TypedText
from storage.chat.dialog_states import DialogState
from storage.roster import roster


def name_to_find(talk: PolicyTalk, said: TypedText, running: DialogState | None, *, waits: bool) -> str | None:
    """Return the firm's name that the roster must be searched for before these words are answered; None without one.

    `waits`: words that do not fit the running dialog leave it waiting, so that nobody asks whether they are a name.
    """
    if running is not None and (running.journey, running.step) == (RegistrationDialog.name, "name"):
        name = " ".join(said.raw.split())
        return name if len(name) in NAME_LENGTHS else None
    if said.verb in ("register", "register_again"):
        name = " ".join(said.rest.raw.split())
        return name if len(name) in NAME_LENGTHS else None
    name = name_in(said.raw)
    if waits or not _may_be_name(name) or (talk.is_sure(said) and not looks_like_name(" ".join(said.raw.split()))):
        return None
    return name


def _may_be_name(name: str) -> bool:
    return len(name) in NAME_LENGTHS and any(map(str.isalpha, name))


class NameLookupDialog(LapsingDialog):
    """Dialog of a name: a choice if several firms match, then the offer to register."""

    name = "firm_name"

    def __init__(self, registration: RegistrationDialog) -> None:
        self._registration = registration

    def recognise(self, chat: Chat, *, answered: bool, missed: bool) -> DialogReply | None:
        """What is said where the words are a firm's name; None where they are not, or where they ask something.

        `answered`: the policy has a sure answer to them; `missed`: it has nothing at all. Raises ReadNeededError.
        """
        typed = chat.said.raw
        name = name_in(typed)
        whole = looks_like_name(" ".join(typed.split()))
        if not _may_be_name(name) or (answered and not whole):
            return None
        found = chat.found(name)
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
        state = DialogState(self.name, "pick", {"choices": choices, "typed": name})
        return DialogReply(self._question(chat, state), state)

    def handle(self, chat: Chat, state: DialogState, said: TypedText) -> DialogReply:
        """Pick a firm by number, or register the shown one on yes; ignore anything else."""
        if state.step == "pick":
            chosen = pick(said.normalised, roster_choices(chat, state.data["choices"], state.data["typed"]))
            if chosen is not None:
                unknown = not chosen.value
                return self._unlisted(chat, state.data["typed"]) if unknown else self._value(chat, int(chosen.value))
            if said.normalised.isdigit():
                return DialogReply(self._question(chat, state), state, understood=False)
        elif said.normalised in chat.say("registration.consent_yes").split():
            return self.register(chat, state, chat.parts.words.read(state.data["name"]))
        return DialogReply("", None, understood=False)

    def register(self, chat: Chat, state: DialogState | None, name: TypedText | None) -> DialogReply:
        """Start registering this name, or the firm just shown, which is not looked up again."""
        if state is None or state.journey != self.name or state.step != "offer":
            return self._registration.start(chat, name)
        if name is not None and name.raw != state.data["name"]:
            return self._registration.start(chat, name)
        return self._registration.start_known(chat, state.data["name"], state.data["entry"])

    def _value(self, chat: Chat, entry_id: int) -> DialogReply:
        listed = roster.get(chat.tx, entry_id)
        return self._offering(chat, first_value(chat, listed), listed.name, listed.id)

    def _unlisted(self, chat: Chat, name: str) -> DialogReply:
        return self._offering(chat, unlisted(chat, name), name, None)

    def _offering(self, chat: Chat, said: str, name: str, entry_id: int | None) -> DialogReply:
        offer = DialogState(self.name, "offer", {"name": name, "entry": entry_id})
        return DialogReply(said, None if chat.person.firm_id is not None else offer)

    def _question(self, chat: Chat, state: DialogState) -> str:
        choices = roster_choices(chat, state.data["choices"], state.data["typed"])
        return chat.say("registration.name_choices") + "\n" + numbered(chat, choices)
