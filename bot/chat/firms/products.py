"""我的产品: the firm states its offerings in one message, sees them as saved, and can clear them."""

import re

from bot.chat.context import Chat, DialogReply
from bot.services.firms.offerings import state as keep
from bot.services.firms.offerings import tidied
from config.calendar import SHANGHAI
from config.commands import TypedText
from config.markup import harmless
from storage.chat.dialog_states import DialogState
from storage.firms import offerings
from storage.firms.offerings import OfferingText

_CLAUSE = re.compile(r"第[\d一二三四五六七八九十]+条|\d+\.\d+$")


def products_of(chat: Chat, firm_id: int) -> str:
    """Return the firm's saved products, with source and date."""
    stated = offerings.of(chat.tx, firm_id).get("products")
    if stated is None:
        return chat.say("products.none")
    return chat.say(
        "products.kept",
        text=harmless(stated.text),
        source=_source(chat, stated),
        day=f"{stated.learned.astimezone(SHANGHAI):%Y-%m-%d}",
    )


def _source(chat: Chat, stated: OfferingText) -> str:
    if stated.source == "self":
        return chat.say("products.source_self")
    return chat.say("products.source_official", agency=harmless(stated.agency or chat.say("products.officials")))


class Products:
    """Dialog of one message and its confirmation."""

    name = "products"
    waits = True

    def start(self, chat: Chat, typed: TypedText | None = None) -> DialogReply:
        """Show the saved products and ask; products already typed are taken as the answer."""
        if chat.person.firm_id is None:
            return DialogReply(chat.say("products.unregistered"), None)
        state = DialogState(self.name, "ask", {})
        return self.handle(chat, state, typed) if typed is not None else DialogReply(self.prompt(chat, state), state)

    def prompt(self, chat: Chat, state: DialogState) -> str:
        """Return the saved products and what to send, or what to confirm."""
        if state.step == "confirm":
            return chat.say("products.confirm", text=harmless(state.data["products"]))
        kept = self._kept(chat)
        return chat.say("products.ask_again" if self._has_any(chat) else "products.ask", kept=kept)

    def handle(self, chat: Chat, state: DialogState, said: TypedText) -> DialogReply:
        """Handle products, confirmation or clearing; leave commands and questions to others."""
        answer = said.normalised
        if said.command is not None:
            return DialogReply(self.prompt(chat, state), state, understood=False)
        if answer in chat.say("products.clear_words").split():
            return self._clear(chat)
        if state.step == "confirm" and answer in chat.say("products.confirm_words").split():
            keep(chat.tx, chat.person, {"products": state.data["products"]})
            return DialogReply(chat.say("products.done", text=harmless(state.data["products"])), None)
        if _CLAUSE.match(answer) or any(word in said.raw for word in chat.say("products.question_words").split()):
            wrong = chat.say("products.confirm_wrong" if state.step == "confirm" else "products.short")
            return DialogReply(wrong, state, understood=False)
        if len(answer) < 2 or answer.isdigit():
            return DialogReply(chat.say("products.short"), state, understood=False)
        after = DialogState(self.name, "confirm", {"products": tidied("products", said.raw)})
        return DialogReply(self.prompt(chat, after), after)

    def _clear(self, chat: Chat) -> DialogReply:
        if not self._has_any(chat):
            return DialogReply(chat.say("products.nothing"), None)
        keep(chat.tx, chat.person, {"products": ""})
        return DialogReply(chat.say("products.cleared"), None)

    def _has_any(self, chat: Chat) -> bool:
        return chat.person.firm_id is not None and "products" in offerings.of(chat.tx, chat.person.firm_id)

    def _kept(self, chat: Chat) -> str:
        return chat.say("products.none") if chat.person.firm_id is None else products_of(chat, chat.person.firm_id)
