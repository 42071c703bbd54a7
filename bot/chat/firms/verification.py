"""核验: verify the registered firm by an official's code or a picture of its licence."""

import re

from bot.chat.context import Chat, DialogReply
from bot.services.firms import licence_reviews
from bot.services.firms import verification as verification_service
from bot.services.people.login import TooSoonError, normal_code
from config.calendar import shanghai_day
from config.commands import TypedText
from config.markup import harmless
from storage.chat.dialog_states import DialogState
from storage.firms import firms, verifications
from storage.firms import licence_reviews as stored_licence_reviews

CODE = re.compile(r"核验\s*+码?\s*+[:：]?\s*+([0-9A-Za-z][0-9A-Za-z\s-]{6,14})")


class VerificationDialog:
    """Dialog of one picture, and replies to a typed code."""

    name = "proof"
    waits = True

    def prompt(self, chat: Chat, state: DialogState) -> str:
        """Return the request for the picture."""
        return _say(chat, "photo")

    def handle(self, chat: Chat, state: DialogState, said: TypedText) -> DialogReply:
        """Return not understood: text is no picture, but may be a command or question."""
        return DialogReply(_say(chat, "photo"), state, understood=False)

    def picture(self, chat: Chat, media_id: str) -> DialogReply | None:
        """Handle a picture that was asked for; None if none is expected."""
        if chat.running is None or chat.running.journey != self.name:
            return None
        if not chat.encrypted:
            return DialogReply(_say(chat, "not_encrypted"), None)
        taken = licence_reviews.send(chat.tx, chat.person, media_id, chat.parts.proving.pictures_a_day)
        return DialogReply(_say(chat, "picture_received" if taken else "picture_too_many"), None)

    def use_code(self, chat: Chat, code: re.Match[str]) -> DialogReply:
        """Prove the firm by the code that an official gave."""
        running = chat.running
        if not chat.encrypted:
            return DialogReply(_say(chat, "not_encrypted"), running)
        try:
            outcome = verification_service.use_code(chat.tx, chat.person, normal_code(code[1]))
        except TooSoonError as error:
            return DialogReply(chat.parts.texts.error(error), running)
        if outcome is verification_service.CodeOutcome.PROVEN and chat.person.firm_id is not None:
            still = None if running is not None and running.journey == self.name else running
            return DialogReply(proven_words(chat, chat.person.firm_id), still)
        return DialogReply(_say(chat, outcome.value), running)

    def start(self, chat: Chat) -> DialogReply:
        """Say how a firm is proven, and wait for the picture."""
        firm_id, running = chat.person.firm_id, chat.running
        if not chat.encrypted:
            return DialogReply(_say(chat, "not_encrypted"), running)
        if firm_id is None:
            return DialogReply(_say(chat, "not_registered"), running)
        proven = verifications.of_firm(chat.tx, firm_id) is not None
        if proven and verifications.administrator(chat.tx, firm_id, shanghai_day(chat.now)) is not None:
            return DialogReply(_say(chat, "already"), running)
        waiting = stored_licence_reviews.open_of(chat.tx, chat.person.id)
        key = "how" if waiting is None else "how_again"
        return DialogReply(_say(chat, key), DialogState(self.name, "photo", {}))


def proven_words(chat: Chat, firm_id: int) -> str:
    """Return the message for a newly verified firm."""
    return chat.parts.texts("proof.proven", firm=harmless(firms.get(chat.tx, firm_id).name))


def _say(chat: Chat, key: str) -> str:
    return chat.parts.texts(f"proof.{key}")
